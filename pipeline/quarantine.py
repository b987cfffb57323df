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
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import TypeVar

from models import attempts, cursors
from models.attempts import WHOLE_ENTRY
from models.cursors import Claim
from models.database import database
from pipeline.batch import Item, Place
from pipeline.check_processes import CheckProcesses
from pipeline.database import DatabaseThreads

K = TypeVar("K", bound=Hashable)


async def ending(
    processes: CheckProcesses, events: Mapping[K, bytes], attempts: int, *, trial: bool = False
) -> set[K]:
    """Which of the events end the process so often; in a turn of the processes."""
    deaths = Counter[K]()

    async def count(key: K) -> bool:
        deaths[key] += 1
        return deaths[key] >= attempts

    return await _ending(processes, events, count, trial=trial)


async def _ending(
    processes: CheckProcesses,
    events: Mapping[K, bytes],
    is_enough: Callable[[K], Awaitable[bool]],
    *,
    trial: bool,
) -> set[K]:
    """Those of which `is_enough`, told of each death, says that this was the last try."""
    found: set[K] = set()
    waiting, doubted = deque(events), False
    while waiting:
        # What the process died of is tried alone, so that the others need not be sent each time.
        some = [waiting[0]] if doubted else waiting
        survived = await processes.survivors([events[key] for key in some], trial=trial)
        doubted = survived < len(some)
        for _ in range(survived):
            waiting.popleft()
        if doubted and await is_enough(waiting[0]):
            found.add(waiting.popleft())
            doubted = False
    return found


class Tries:
    """How often events of one partition ended the process that touched them, on record."""

    def __init__(self, claim: Claim, limit: int, deaths: dict[Place, int]) -> None:
        self._claim = claim
        self._limit = limit
        self._deaths = deaths
        #: Entries below were in hand when the process died although the events had been checked.
        self.until = max((p.offset + 1 for p in deaths if p.position == WHOLE_ENTRY), default=0)

    @classmethod
    def read(cls, claim: Claim, from_offset: int, limit: int) -> "Tries":
        """What is on record from an offset on."""
        found = attempts.of(claim, from_offset)
        return cls(claim, limit, {Place(*place): tries for place, tries in found.items()})

    def begin(self, first: int, last: int) -> None:
        """Put on record which entries are examined, before any is."""
        for offset in {first, last}:
            attempts.put(self._claim, offset, WHOLE_ENTRY, 1)

    def withdraw(self) -> None:
        """Nobody died: the next owner shall begin as this one did, unless there is another."""
        with database.atomic():
            if not self.until and cursors.hold(self._claim):
                attempts.forget_begun(self._claim)

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

    async def count(place: Place) -> bool:
        await threads.run(tries.died, place)
        return tries.exhausted(place)

    events = {i.place: i.raw for i in items if i.raw and not tries.exhausted(i.place)}
    async with processes.turn():
        await _ending(processes, events, count, trial=trial)
    return tries.not_to_touch(items)
