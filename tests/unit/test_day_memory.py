"""Days are remembered as long as they hold few enough intervals together."""

from datetime import date
from uuid import UUID

from pipeline.day_memory import Derived, day_memory
from pipeline.steps.hours import Hour, Interval
from pipeline.steps.overlap import Thing

ADA, EVE = UUID(int=1), UUID(int=2)
DAY = date(2026, 11, 20)


def days(intervals: int) -> dict[date, Derived]:
    """A day that holds so many intervals."""
    interval = Interval(0, 1, Thing("", "", "", ""), 1, 1)
    return {
        DAY: Derived({0: Hour(0, 1, 1, {}, {}, {}, {}, {}, {}, [interval] * intervals, [])}, None)
    }


def test_the_more_a_user_holds_the_more_others_are_forgotten() -> None:
    memory = day_memory(25)
    memory.keep(ADA, 1, days(9))
    memory.keep(EVE, 1, days(9))
    memory.keep(ADA, 2, days(12))
    memory.keep(UUID(int=3), 1, days(3))
    assert memory.take(EVE, 1) is None
    assert memory.take(ADA, 2) == days(12)


def test_a_user_too_big_to_remember_is_not() -> None:
    memory = day_memory(5)
    memory.keep(ADA, 1, days(9))
    assert memory.take(ADA, 1) is None
