"""What the usage stage remembers of the days it derived last, so that it need not read them."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pipeline.steps.derive import Tail
from pipeline.steps.hours import Hour
from pipeline.steps.rollup import Day
from pipeline.user_memory import UserMemory


class Derived(NamedTuple):
    """A day with the hours it is the sum of; no day: nothing touches it.

    With a tail, what follows in order needs no look at the events before.
    """

    hours: Mapping[int, Hour]
    day: Day | None
    tail: Tail | None = None


#: Of each user the days that the last transaction derived.
DayMemory = UserMemory[Mapping[date, Derived]]


def day_memory(capacity: int) -> DayMemory:
    """For days that hold `capacity` intervals together."""
    return UserMemory(capacity, lambda days: sum(map(_intervals, days.values())))


def _intervals(derived: Derived) -> int:
    """How many a day holds, events of its tail included; an empty one takes some room, too."""
    own = len(derived.day.intervals) if derived.day else 0
    tail = len(derived.tail.events) if derived.tail else 0
    return 1 + own + tail + sum([len(hour.intervals) for hour in derived.hours.values()])
