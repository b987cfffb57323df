"""The partitions of a stage that this process owns: what the transport asks about positions.

The truth is the stage's cursor in PostgreSQL. Acquiring a partition raises the cursor's epoch to
the generation in which the group gave it to us, and from then on nobody of an older one commits.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Set
from uuid import UUID, uuid4

import structlog
from faust.types import TP

from models import cursors
from models.cursors import Claim, Cursor
from pipeline import metrics
from pipeline.batch import Entry
from pipeline.effects import Lost
from pipeline.failures import Attempt, Kind
from pipeline.partition_owner import PartitionOwner
from pipeline.redis_streams.positions import FenceBehind, Position, PositionsAway
from pipeline.running_stage import RunningStage

log = structlog.get_logger(__name__)


class Ownership:
    """Owners by partition; the `Positions` of a stage's app.

    `seek_back` makes the transport read a partition again from an offset, `ends` tells where logs
    end, `lost` is told of a partition that turns out to be another member's.
    """

    def __init__(
        self,
        running: RunningStage,
        *,
        seek_back: Callable[[TP, int], object],
        ends: Callable[[Set[TP]], Awaitable[Mapping[TP, int]]],
        lost: Callable[[TP], object],
    ) -> None:
        self._running = running
        self._seek_back = seek_back
        self._ends = ends
        self._lost = lost
        self._id = uuid4()
        self._owners: dict[TP, PartitionOwner] = {}
        #: Claims made while others of the same call failed: the call is repeated.
        self._claimed: dict[Claim, Cursor] = {}
        self._acquiring: asyncio.Future[list[BaseException | None]] | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def acquire(self, fences: Mapping[TP, int]) -> Mapping[TP, Position]:
        """Raise the epochs; from each partition's cursor on, an owner is ready for its entries."""
        claims = {tp: self._claim(tp, fence) for tp, fence in fences.items()}
        await self._leave_untouched(self._claimed.keys() - claims.values())
        await asyncio.gather(*(self._stop(tp) for tp in claims))
        # What a database thread has begun it ends, also when the rebalance is cut off meanwhile.
        self._acquiring = asyncio.gather(
            *(self._acquire(tp, claim) for tp, claim in claims.items()), return_exceptions=True
        )
        results = await asyncio.shield(self._acquiring)
        for result in results:
            if result is not None:
                raise result
        unclean = {tp for tp, claim in claims.items() if not self._claimed[claim].clean}
        ends = await self._ends(unclean) if unclean else {}
        return {tp: self._begin(tp, claim, ends.get(tp)) for tp, claim in claims.items()}

    async def rewind(self, tp: TP, fence: int, to: Position, reason: str) -> None:
        """The log was replaced: set the cursor to where it starts over."""
        claim = self._claim(tp, fence)
        if (owner := self._owners.get(tp)) is None:
            return
        with Attempt() as attempt:
            applied_to = await owner.rewind(*to)
        if attempt.failure and isinstance(attempt.failure.error, Lost):
            raise FenceBehind(tp, fence) from attempt.failure.error
        _raise(attempt)
        metrics.log_replaced.labels(tp.topic).inc()
        log.error(
            "the log was replaced: reading starts over",
            **claim._asdict(),
            reason=reason,
            applied_to=applied_to,
            next_offset=to.next_offset,
        )

    async def release(self, tps: Set[TP]) -> None:
        """Finish the transactions in hand, and say that we left in order.

        What has begun goes on when the caller is cut off, and the next call waits for it, too.
        """
        within_s = self._running.settings.lease_s
        for tp in tps & self._owners.keys():
            release = self._owners.pop(tp).release(within_s)
            self._leaving.add(asyncio.create_task(release, name=f"release {tp}"))
        if self._leaving:
            left, _ = await asyncio.wait(self._leaving)
            self._leaving -= left
            for task in left:
                task.result()

    async def leave(self) -> None:
        """Leave what a rebalance that was cut off had acquired, too."""
        await self.release(set(self._owners))
        if self._acquiring is not None:
            await self._acquiring
        await self._leave_untouched(set(self._claimed))

    def offer(self, tp: TP, entry: Entry) -> None:
        """Hand an entry to the owner of its partition; without one it is nobody's any more."""
        if owner := self._owners.get(tp):
            owner.offer(entry)

    def retry_dead_letters(self, partitions: Set[int]) -> None:
        """Dead letters of these partitions are due."""
        for tp, owner in self._owners.items():
            if tp.partition in partitions:
                owner.retry_dead_letters()

    def partitions(self) -> list[int]:
        """The partitions owned now."""
        return sorted(tp.partition for tp in self._owners)

    def _claim(self, tp: TP, fence: int) -> Claim:
        return Claim(self._running.stage.name, tp.topic, tp.partition, fence)

    async def _leave_untouched(self, claims: Set[Claim]) -> None:
        """Of claims that came to nothing, nothing was in hand: they are as they were found."""
        for claim in claims:
            if not self._claimed.pop(claim).clean:
                continue
            with Attempt() as attempt:
                await self._running.threads.run(cursors.leave, claim)
            if attempt.failure:
                log.warning("left without a word", **claim._asdict())

    async def _stop(self, tp: TP) -> None:
        """An owner under an older claim has no say any more."""
        if owner := self._owners.pop(tp, None):
            await owner.stop(self._running.settings.lease_s)

    async def _acquire(self, tp: TP, claim: Claim) -> None:
        if claim in self._claimed:
            return
        with Attempt() as attempt:
            cursor = await self._running.threads.run(_raise_epoch, claim, self._id)
        _raise(attempt)
        if cursor.epoch != claim.epoch:
            raise FenceBehind(tp, cursor.epoch)
        self._claimed[claim] = cursor

    def _begin(self, tp: TP, claim: Claim, end_offset: int | None) -> Position:
        cursor = self._claimed.pop(claim)
        self._owners[tp] = PartitionOwner(
            self._running,
            claim,
            cursor,
            seek_back=lambda offset: self._seek_back(tp, offset),
            lost=lambda: self._give_up(tp),
            end_offset=end_offset,
        )
        return Position(cursor.next_offset, cursor.tag)

    def _give_up(self, tp: TP) -> None:
        self._owners.pop(tp, None)
        metrics.fenced.labels("cursor").inc()
        self._lost(tp)


def _raise_epoch(claim: Claim, owner: UUID) -> Cursor:
    return cursors.acquire(claim, owner) or cursors.read(claim)


def _raise(attempt: Attempt) -> None:
    """Raise what was caught, the environment's failures in the transport's words."""
    failure = attempt.failure
    if failure and failure.kind is Kind.ENVIRONMENT:
        raise PositionsAway(repr(failure.error)) from failure.error
    attempt.raise_any()
