"""What a stage remembers holds for one revision only, and only so much is remembered."""

from datetime import UTC, date, datetime
from uuid import UUID

from pipeline.day_memory import DayMemory, Derived
from pipeline.steps.hours import Hour, Interval
from pipeline.steps.overlap import Thing
from pipeline.transaction import Transaction

ADA, EVE = UUID(int=1), UUID(int=2)
DAY = date(2026, 11, 20)


def days(intervals: int) -> dict[date, Derived]:
    """A day that holds so many intervals."""
    interval = Interval(0, 1, Thing("", "", "", ""), 1, 1)
    return {
        DAY: Derived({0: Hour(0, 1, 1, {}, {}, {}, {}, {}, {}, [interval] * intervals, [])}, None)
    }


def test_what_was_kept_is_taken_once() -> None:
    memory = DayMemory(100)
    memory.keep(ADA, 7, days(3))
    assert memory.take(ADA, 7) == days(3)
    assert memory.take(ADA, 7) == {}


def test_another_revision_knows_nothing() -> None:
    memory = DayMemory(100)
    memory.keep(ADA, 7, days(3))
    assert memory.take(ADA, 8) == {}
    assert memory.take(ADA, 7) == {}


def test_the_users_not_seen_for_longest_are_forgotten_first() -> None:
    memory = DayMemory(25)
    memory.keep(ADA, 1, days(9))
    memory.keep(EVE, 1, days(9))
    memory.keep(ADA, 2, days(12))
    memory.keep(UUID(int=3), 1, days(3))
    assert memory.take(EVE, 1) == {}
    assert memory.take(ADA, 2) == days(12)


def test_a_user_too_big_to_remember_is_not() -> None:
    memory = DayMemory(5)
    memory.keep(ADA, 1, days(9))
    assert memory.take(ADA, 1) == {}


def test_what_was_borrowed_is_back_when_the_transaction_is_undone() -> None:
    memory = DayMemory(100)
    memory.keep(ADA, 7, days(3))
    transaction = Transaction({ADA: 8}, datetime.now(UTC))
    assert memory.borrow(ADA, transaction) == days(3)
    assert memory.borrow(ADA, transaction) == {}
    transaction.rolled_back()
    assert memory.borrow(ADA, Transaction({ADA: 8}, datetime.now(UTC))) == days(3)


def test_what_was_borrowed_is_gone_once_the_transaction_is_committed() -> None:
    memory = DayMemory(100)
    memory.keep(ADA, 7, days(3))
    transaction = Transaction({ADA: 8}, datetime.now(UTC))
    memory.borrow(ADA, transaction)
    transaction.committed()
    assert memory.take(ADA, 7) == {}
