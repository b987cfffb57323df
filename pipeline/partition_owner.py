"""The loop of one owned partition: take what waits, apply it in one transaction, acknowledge.

How the life of an owner goes:

1. It begins at the cursor, under the epoch its claim was given. If the owner before did not leave
   in order, the entries that one may have had in hand are examined first (`pipeline.quarantine`).
2. A batch is what waits, up to so many entries and events. An entry below the expected offset is
   known already; one beyond it shows a gap, and reading goes back to the expected offset.
3. The transaction finds the cursor where the batch begins, or does nothing. Then the cursor tells:
   another epoch, and this owner is over; behind, and reading goes back to it; past, and it was an
   own commit whose reply was lost.
4. What the environment did is waited out with the batch in hand, for ever.
5. It ends in order (`release`), with the transaction in hand done and `clean` set; or it just ends.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

from models import cursors
from models.cursors import Claim, Cursor
from pipeline import metrics
from pipeline.batch import Batch, Entry
from pipeline.breaker import MostEventsFail
from pipeline.effects import Applied, Lost, apply, rewind
from pipeline.examination import Examination, Examined
from pipeline.failures import Attempt, Failure, Kind
from pipeline.hand import Gap, Hand
from pipeline.redis_streams.backoff import Backoff
from pipeline.retries import retry_due
from pipeline.running_stage import RunningStage
from pipeline.shared_commit import Taken


class PartitionOwner:
    """Owns one partition of a stage from the claim on.

    `seek_back` makes the transport read again from an offset; `lost` is told when the partition
    turns out to be another's; `end_offset` is the offset after the last entry that the owner
    before can have had in hand.
    """

    def __init__(
        self,
        running: RunningStage,
        claim: Claim,
        cursor: Cursor,
        *,
        seek_back: Callable[[int], object],
        lost: Callable[[], object],
        end_offset: int | None = None,
    ) -> None:
        self.claim = claim
        self._running = running
        self._seek_back = seek_back
        self._lost = lost
        settings = running.settings
        self._hand = Hand(cursor.next_offset, settings.stage_max_entries, settings.stage_max_events)
        self._examination = Examination(running, claim, cursor, end_offset)
        self._retries_due = False
        self._wake = asyncio.Event()
        self._stopping = False
        self._in_transaction = False
        self._working = asyncio.Lock()
        self._backoff = Backoff(cap_s=running.settings.stage_retry_max_s)
        self._log = structlog.get_logger(__name__).bind(**claim._asdict())
        self._task = asyncio.create_task(self._run(), name=f"own {claim}")

    # --- what others ask of it ------------------------------------------------------------------

    def offer(self, entry: Entry) -> None:
        """Take an entry in; never waits, for the transport bounds what is not acknowledged."""
        self._hand.offer(entry)
        self._wake.set()

    def retry_dead_letters(self) -> None:
        """Dead letters of the partition are due."""
        self._retries_due = True
        self._wake.set()

    async def rewind(self, next_offset: int, tag: str) -> int:
        """Move the cursor, for the log is another, and go on there; how far the old was applied."""
        async with self._working:
            applied_to = self._hand.cursor - 1
            await self._running.threads.run(rewind, self.claim, next_offset, tag)
            self._hand.start_over(next_offset)
            self._examination.end()
        return applied_to

    async def release(self, within_s: float) -> None:
        """End in order: finish the transaction in hand, then say so at the cursor."""
        if not await self.stop(within_s):
            return  # What is in hand the next owner must examine.
        with Attempt() as attempt:
            if self._examination.covers(self._hand.cursor):
                await self._examination.leave()
            else:
                await self._running.threads.run(cursors.leave, self.claim)
        if attempt.failure:
            self._log.warning("left without a word", error=repr(attempt.failure.error))

    async def stop(self, within_s: float) -> bool:
        """End, without a word; a transaction in hand gets so many seconds. Whether it was done."""
        self._stopping = True
        if not self._in_transaction:
            self._task.cancel()
        _, late = await asyncio.wait({self._task}, timeout=within_s)
        for task in late:
            task.cancel()
        self._running.state.careful.discard(self.claim.partition)
        self._running.state.waiting.discard(self.claim.partition)
        return not late

    # --- the loop -------------------------------------------------------------------------------

    async def _run(self) -> None:
        while not self._stopping:
            await self._something_to_do()
            with Attempt() as attempt:
                await self._turn()
            if attempt.failure is None:
                self._backoff.reset()
                self._running.state.waiting.discard(self.claim.partition)
            else:
                await self._after(attempt.failure)

    async def _after(self, failure: Failure) -> None:
        match failure.error:
            case Lost():
                self._give_up()
            case Gap() as gap:
                await self._look_again(gap)
            case MostEventsFail():
                self._pause(failure)
            case _:
                await self._wait_out(failure)

    async def _something_to_do(self) -> None:
        if self._hand or self._retries_due:
            return
        self._wake.clear()
        await self._wake.wait()
        await asyncio.sleep(self._running.settings.stage_linger_s)

    async def _turn(self) -> None:
        await self._running.breaker.wait()
        await self._running.pauses.wait(self.claim.partition)
        async with self._working:
            if self._retries_due:
                self._retries_due = False
                async with self._running.slots:
                    await self._retry()
            if self._examination.covers(self._hand.cursor):
                async with self._running.slots:
                    await self._apply_carefully()
            elif self._hand:
                await self._apply()

    def _give_up(self) -> None:
        self._stopping = True
        metrics.stale_commits.labels(self.claim.stage).inc()
        self._log.warning("another owner has the partition; nothing of this batch was kept")
        self._lost()

    def _pause(self, failure: Failure) -> None:
        self._running.state.failed(failure)
        self._running.state.set_breaker(is_open=True)
        self._log.error(
            "most events fail: the stage pauses",
            seconds=round(self._running.breaker.open(), 1),
            events=str(failure.error),
            error=repr(failure.error.__cause__),
        )

    async def _wait_out(self, failure: Failure) -> None:
        self._running.state.failed(failure)
        self._running.state.waiting.add(self.claim.partition)
        self._running.state.retries += 1
        metrics.stage_retries.labels(self.claim.stage).inc()
        if self._running.log_failure:
            # Not the environment: then it is a fault of this program, and one wants to see where.
            trace = failure.error if failure.kind is not Kind.ENVIRONMENT else None
            self._log.error("the batch waits", error=repr(failure.error), exc_info=trace)
        await asyncio.sleep(self._backoff.next_s())

    async def _look_again(self, gap: Gap) -> None:
        if self._hand.looks_again(gap):
            self._log.warning("a gap: reading goes back", expected=gap.expected, found=gap.found)
            self._seek_back(gap.expected)
            await asyncio.sleep(self._backoff.next_s())
        else:
            metrics.log_replaced.labels(self.claim.topic).inc()
            self._log.error("entries are gone", first=gap.expected, last=gap.found - 1)

    # --- a batch --------------------------------------------------------------------------------

    async def _apply(self) -> None:
        try:
            outcome = await self._running.commits.apply(self._take)
        finally:
            self._in_transaction = False
        if outcome is not None:
            self._conclude(outcome)

    def _take(self) -> Taken | None:
        """What waits, when its transaction begins: an orderly leave waits from then on."""
        if not (parts := self._hand.take()):
            return None
        self._in_transaction = True
        return Taken(self.claim, self._hand.cursor, tuple(parts))

    async def _apply_carefully(self) -> None:
        if not (waiting := self._hand.take()):
            return
        examined = await self._examination.examine(waiting)
        timer = metrics.stage_transaction_seconds.labels(self.claim.stage).time()
        with timer, self._uninterrupted():
            outcome = await self._running.threads.run(self._transact_alone, examined)
        self._conclude(outcome)

    def _transact_alone(self, examined: Examined) -> Applied | Cursor:
        stage = self._running.stage
        batch = Batch.gather(stage, self._hand.cursor, examined.parts, examined.quarantined)
        rules = self._running.rules(careful=True, one_by_one=examined.one_by_one)
        return apply(stage, self.claim, batch, rules)

    def _conclude(self, outcome: Applied | Cursor) -> None:
        if isinstance(outcome, Cursor):
            self._find_out(outcome)
            return
        self._hand.done(outcome.next_offset)
        self._examination.passed(outcome.next_offset)
        self._running.hints.publish(self.claim.partition, outcome.changed)
        self._running.account(self.claim, outcome)

    def _find_out(self, cursor: Cursor) -> None:
        """Why nothing was done: the cursor stands elsewhere."""
        if cursor.epoch != self.claim.epoch:
            raise Lost
        if cursor.next_offset < self._hand.cursor:
            self._log.warning("the cursor is behind: reading goes back", cursor=cursor.next_offset)
            self._hand.start_over(cursor.next_offset)
            self._seek_back(cursor.next_offset)
        else:
            self._log.info("a commit without a reply had happened", cursor=cursor.next_offset)
            self._hand.done(cursor.next_offset)

    async def _retry(self) -> None:
        with self._uninterrupted():
            retried = await retry_due(self._running, self.claim)
        self._retries_due |= retried.more
        self._running.hints.publish(self.claim.partition, retried.changed)

    @contextmanager
    def _uninterrupted(self) -> Iterator[None]:
        """An orderly leave waits for the end of the block."""
        self._in_transaction = True
        try:
            yield
        finally:
            self._in_transaction = False
