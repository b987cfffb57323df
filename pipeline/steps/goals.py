"""Whether goals are met: period by period, each by what the goal asked for then.

A streak is a run of periods that met their goal; periods in which it does not hold are passed over.
The running one does not end it: it may still be met. A limit that holds so far counts when the
period is over.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

Op = Literal["at_least", "at_most"]
Period = Literal["day", "week", "month"]

_DAY = timedelta(days=1)


class Target(NamedTuple):
    """What is asked for from a day on; `weekdays` (1 is Monday) are those of a daily goal."""

    valid_from: date
    op: Op
    target: float
    weekdays: frozenset[int]


class Outcome(NamedTuple):
    """How a period went. Both days are of it; without a target the goal does not hold in it."""

    first: date
    last: date
    value: float
    target: Target | None

    @property
    def met(self) -> bool:
        """Whether the value is what the goal asks for."""
        if self.target is None:
            return False
        if self.target.op == "at_least":
            return self.value >= self.target.target
        return self.value <= self.target.target


class Streaks(NamedTuple):
    """Periods in a row: up to today, and the longest."""

    current: int
    longest: int


def outcomes(
    values: Mapping[date, float],
    targets: Sequence[Target],
    period: Period,
    week_starts_on: int,
    first: date,
    last: date,
) -> list[Outcome]:
    """The periods that touch the days from first to last. `targets` are in order of their days.

    A period is judged by what was asked for at its end.
    """
    found = []
    for begin, end in _periods(period, week_starts_on, first, last):
        days = (values.get(begin + n * _DAY, 0) for n in range((end - begin).days + 1))
        # To the microsecond: as they stand, floats need not add up to what they should.
        found.append(Outcome(begin, end, round(sum(days), 6), _target(targets, period, end)))
    return found


def streaks(some: Sequence[Outcome], today: date) -> Streaks:
    """The streaks of outcomes in order, the last of which holds today."""
    current = longest = 0
    for outcome in some:
        if outcome.target is None:
            continue
        is_over = outcome.last < today
        if outcome.met:
            current += is_over or outcome.target.op == "at_least"
        elif is_over or outcome.target.op == "at_most":
            current = 0
        longest = max(longest, current)
    return Streaks(current, longest)


def _target(targets: Sequence[Target], period: Period, day: date) -> Target | None:
    number = bisect_right(targets, day, key=lambda target: target.valid_from)
    if not number:
        return None
    target = targets[number - 1]
    return target if period != "day" or day.isoweekday() in target.weekdays else None


def _periods(
    period: Period, week_starts_on: int, first: date, last: date
) -> Iterator[tuple[date, date]]:
    begin = _begin(period, week_starts_on, first)
    while begin <= last:
        following = _following(period, begin)
        yield begin, following - _DAY
        begin = following


def _begin(period: Period, week_starts_on: int, day: date) -> date:
    if period == "week":
        return day - (day.isoweekday() - week_starts_on) % 7 * _DAY
    return day.replace(day=1) if period == "month" else day


def _following(period: Period, begin: date) -> date:
    if period == "month":
        return (begin + 31 * _DAY).replace(day=1)
    return begin + (7 * _DAY if period == "week" else _DAY)
