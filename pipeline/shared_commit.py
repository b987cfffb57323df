"""Owners whose batches wait at the same time share a transaction.

A transaction has a price whatever it holds. While one runs, the batches of other partitions
gather, and the next transaction takes them all (group commit, as for appends). If a cursor is
elsewhere, or so much fails that it must not be kept, each batch goes alone, so that nobody pays for
another's failure. An idle stage commits at once. What resembles events that ended processes is
screened before.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from models.cursors import Claim, Cursor
from pipeline import metrics
from pipeline.batch import Batch, Parts, Place
from pipeline.database import DatabaseThreads
from pipeline.effects import Applied, Rules, apply, apply_together
from pipeline.failures import Attempt, Failure
from pipeline.screening import Screening
from pipeline.stage import Stage

Outcome = Applied | Cursor


@dataclass(frozen=True)
class Taken:
    """What an owner takes into a transaction: its cursor, and entries from there on."""

    claim: Claim
    start: int
    parts: Sequence[Parts]

    @property
    def events(self) -> int:
        """How many events it holds."""
        return sum(len(part.events) for part in self.parts)

    def batch(self, stage: Stage, deadly: Collection[Place]) -> Batch:
        """Decoded and checked, but for what must not be touched."""
        return Batch.gather(stage, self.start, self.parts, deadly)


Group = list[tuple[Taken, asyncio.Future[Outcome | None]]]

#: Takes what waits when its transaction begins, so that what came meanwhile is in it.
Take = Callable[[], Taken | None]


class SharedCommit:
    """The transactions of one stage in this process: so many at a time, of so many events."""

    def __init__(
        self,
        stage: Stage,
        threads: DatabaseThreads,
        screening: Screening,
        rules: Rules,
        *,
        at_a_time: int,
        events: int,
    ) -> None:
        self._stage, self._threads, self._rules = stage, threads, rules
        self._screening = screening
        self._free, self._most_events = at_a_time, events
        self._waiting: list[tuple[Take, asyncio.Future[Outcome | None]]] = []
        self._running: set[asyncio.Task[None]] = set()

    async def apply(self, take: Take) -> Outcome | None:
        """The outcome for what `take` takes in its turn; None if that is nothing.

        Raises what `take` or the transaction raised.
        """
        settled: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((take, settled))
        self._begin()
        return await settled

    def _begin(self) -> None:
        while self._free and self._waiting:
            self._free -= 1
            task = asyncio.create_task(self._transact(self._gather()))
            self._running.add(task)
            task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._free += 1
        self._begin()

    def _gather(self) -> Group:
        """What waits, up to the limit; the first is always taken whole."""
        group: Group = []
        events = 0
        while self._waiting and (not group or events < self._most_events):
            take, settled = self._waiting.pop(0)
            if settled.done():
                continue
            with Attempt() as attempt:
                taken = take()
            if attempt.failure:
                settled.set_exception(attempt.failure.error)
            elif taken is None:
                settled.set_result(None)
            else:
                group.append((taken, settled))
                events += taken.events
        return group

    async def _transact(self, group: Group) -> None:
        if not group:
            return
        outcomes: Sequence[Outcome | Failure] = ()
        with Attempt() as attempt:
            deadly = await self._screening.deadly([taken.parts for taken, _ in group])
            with metrics.stage_transaction_seconds.labels(self._stage.name).time():
                outcomes = await self._threads.run(
                    self._apply, [taken for taken, _ in group], deadly
                )
        for number, (_, settled) in enumerate(group):
            outcome = attempt.failure or outcomes[number]
            if settled.done():
                continue
            if isinstance(outcome, Failure):
                settled.set_exception(outcome.error)
            else:
                settled.set_result(outcome)

    def _apply(
        self, taken: Sequence[Taken], deadly: Sequence[Collection[Place]]
    ) -> Sequence[Outcome | Failure]:
        batches = [
            (each.claim, each.batch(self._stage, places))
            for each, places in zip(taken, deadly, strict=True)
        ]
        with Attempt() as attempt:
            if together := apply_together(self._stage, batches, self._rules):
                return together
        attempt.raise_environment()
        return [self._alone(claim, batch) for claim, batch in batches]

    def _alone(self, claim: Claim, batch: Batch) -> Outcome | Failure:
        with Attempt() as attempt:
            return apply(self._stage, claim, batch, self._rules)
        assert attempt.failure is not None  # noqa: S101 - the block above either returns or fails
        return attempt.failure
