"""What a stage remembers of the days it derived last, so that it need not read them again.

Only a memory: every process can work without. What was derived stands as long as the user's
revision (`models.user_state`) is the one it was derived in; whoever writes raises it.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import date
from functools import partial
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from pipeline.steps.derive import Tail
from pipeline.steps.hours import Hour
from pipeline.steps.rollup import Day
from pipeline.transaction import Transaction


class Derived(NamedTuple):
    """A day with the hours it is the sum of; no day: nothing touches it.

    With a tail, what follows in order needs no look at the events before.
    """

    hours: Mapping[int, Hour]
    day: Day | None
    tail: Tail | None = None


class _Remembered(NamedTuple):
    rev: int
    days: Mapping[date, Derived]
    weight: int


class DayMemory:
    """The users seen last, as many as hold `capacity` intervals together."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._weight = 0
        self._users: OrderedDict[UUID, _Remembered] = OrderedDict()

    def borrow(self, user_id: UUID, transaction: Transaction) -> Mapping[date, Derived]:
        """The user's days before the transaction; they are put back if that is undone."""
        rev = transaction.rev(user_id) - 1
        known = self.take(user_id, rev)
        if known:
            transaction.after_rollback(partial(self.keep, user_id, rev, known))
        return known

    def take(self, user_id: UUID, rev: int) -> Mapping[date, Derived]:
        """The user's days as of `rev`, and forget them: what is done with them may be undone."""
        with self._lock:
            known = self._pop(user_id)
        return known.days if known and known.rev == rev else {}

    def keep(self, user_id: UUID, rev: int, days: Mapping[date, Derived]) -> None:
        """Remember the user's days as of `rev`, which has been committed."""
        weight = sum(map(_intervals, days.values()))
        with self._lock:
            self._pop(user_id)
            self._users[user_id] = _Remembered(rev, days, weight)
            self._weight += weight
            while self._weight > self._capacity:
                _, forgotten = self._users.popitem(last=False)
                self._weight -= forgotten.weight

    def _pop(self, user_id: UUID) -> _Remembered | None:
        known = self._users.pop(user_id, None)
        self._weight -= known.weight if known else 0
        return known


def _intervals(derived: Derived) -> int:
    """How many a day holds, events of its tail included; an empty one takes some room, too."""
    own = len(derived.day.intervals) if derived.day else 0
    tail = len(derived.tail.events) if derived.tail else 0
    return 1 + own + tail + sum([len(hour.intervals) for hour in derived.hours.values()])
