"""Finds the events that end the process that touches them, without counting any other death.

After an owner that did not leave in order, the next one examines what that one may have had in
hand: in a child process the check is run event by event. If the whole process dies again at the
same entry, it was not the check that killed it; then the child runs the handler, too, in a
transaction that is rolled back: once over all, and if it does not get through, event by event. Only
the death of the child while it has a single event counts, on record before the next try; three
quarantine the event. So a SIGKILL from outside, which always hits the process itself, counts for
nobody.
"""

from collections import Counter, deque
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

from models import attempts
from models.attempts import WHOLE_ENTRY
from models.cursors import Claim
from pipeline.batch import Item, Place
from pipeline.check_processes import CheckProcesses
from pipeline.database import DatabaseThreads

K = TypeVar("K", bound=Hashable)


async def ending(
    processes: CheckProcesses, events: Mapping[K, bytes], attempts: int, *, trial: bool = False
) -> set[K]:
    """Which of the events end the process so often; in a turn of the processes."""
    waiting, deaths = deque(events), Counter[K]()
    found: set[K] = set()
    while waiting:
        survived = await processes.survivors([events[place] for place in waiting], trial=trial)
        for _ in range(survived):
            waiting.popleft()
        if waiting:
            deaths[waiting[0]] += 1
            if deaths[waiting[0]] >= attempts:
                found.add(waiting.popleft())
    return found


class Tries:
    """How often events of one partition ended the process that touched them, on record."""

    def __init__(self, claim: Claim, limit: int, deaths: dict[Place, int]) -> None:
        self._claim = claim
        self._limit = limit
        self._deaths = deaths
        #: Entries below were in hand when the process died although the events had been checked.
        self.until = max((place.offset + 1 for place in deaths), default=0)

    @classmethod
    def read(cls, claim: Claim, from_offset: int, limit: int) -> "Tries":
        """What is on record from an offset on."""
        found = attempts.of(claim, from_offset)
        return cls(claim, limit, {Place(*place): tries for place, tries in found.items()})

    def begin(self, first: int, last: int) -> None:
        """Put on record which entries are examined, before any is."""
        for offset in {first, last}:
            attempts.put(self._claim, offset, WHOLE_ENTRY, 1)

    def exhausted(self, place: Place) -> bool:
        """Whether the event shall not be touched any more."""
        return self._deaths.get(place, 0) >= self._limit

    def not_to_touch(self, items: Sequence[Item]) -> set[Place]:
        """Where those of `items` stand whose tries are exhausted."""
        return {item.place for item in items if self.exhausted(item.place)}

    def died(self, place: Place) -> None:
        """Count a death of the check process."""
        self._deaths[place] = self._deaths.get(place, 0) + 1
        attempts.put(self._claim, *place, self._deaths[place])


async def passes_together(processes: CheckProcesses, items: Sequence[Item], tries: Tries) -> bool:
    """Whether the handler gets through all of `items` at once but those not to be touched."""
    raws = [item.raw for item in items if item.raw and not tries.exhausted(item.place)]
    if not raws:
        return False
    async with processes.turn():
        return await processes.passes(raws)


async def deadly(
    processes: CheckProcesses,
    items: Sequence[Item],
    tries: Tries,
    threads: DatabaseThreads,
    *,
    trial: bool,
) -> set[Place]:
    """Which of `items` must not be touched: the process that did died of them again and again."""
    async with processes.turn():
        while True:
            waiting = [item for item in items if item.raw and not tries.exhausted(item.place)]
            survived = await processes.survivors([item.raw for item in waiting], trial=trial)
            if survived == len(waiting):
                return tries.not_to_touch(items)
            await threads.run(tries.died, waiting[survived].place)
