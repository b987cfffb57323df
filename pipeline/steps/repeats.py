"""When the next task of a series is due, and where its other dates move to.

A series that goes by its schedule goes on with the first time after both the last one and now, so
what was missed is not made up for. One that goes by completion counts from the day it was done. A
day is the person's: it may last until the small hours.
"""

from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple

from pipeline.steps.recurrence import check_rule, next_after
from pipeline.steps.rule_parts import BadRule
from pipeline.steps.wall_clock import as_instant, moved, on_wall

Mode = Literal["schedule", "completion"]

#: No task is due later: there its series ends.
_LAST_YEAR = 2199


class Dates(NamedTuple):
    """The dates of a task."""

    due_at: datetime | None = None
    due_on: date | None = None
    planned_on: date | None = None
    deadline: datetime | None = None
    wait_until: datetime | None = None


class Repeat(NamedTuple):
    """How a task repeats; `at` is what its instants are on the wall clock (None: as they are)."""

    rule: str
    mode: Mode
    at: time | None
    zone: str


class NextTask(NamedTuple):
    """What the next task of a series has instead."""

    dates: Dates
    rule: str


def check_repeat(dates: Dates, repeat: Repeat) -> None:
    """Raise `BadRule` unless the task has a day to count from and comes again."""
    check_rule(repeat.rule, _start(dates, repeat))


def next_task(dates: Dates, repeat: Repeat, now: datetime, today: date) -> NextTask | None:
    """The next task of the series, when this one is done now; None: it was the last one."""
    start = _start(dates, repeat)
    done = datetime.combine(today, start.time())
    if repeat.mode == "completion":
        found = next_after(repeat.rule, done, done, repeat.zone)
    else:
        passed = done if dates.due_at is None else on_wall(now, repeat.zone)
        found = next_after(repeat.rule, start, passed, repeat.zone)
    if found is None or found.at.year > _LAST_YEAR:
        return None
    by = timedelta(days=(found.at.date() - start.date()).days)
    return NextTask(_moved(dates, found.at, by, repeat.zone), found.rule)


def _start(dates: Dates, repeat: Repeat) -> datetime:
    if dates.due_at is not None:
        wall = on_wall(dates.due_at, repeat.zone)
        return wall if repeat.at is None else datetime.combine(wall, repeat.at)
    day = dates.due_on or dates.planned_on
    if day is None:
        raise BadRule("Has neither a due nor a planned day to count from")
    return datetime.combine(day, time())


def _moved(dates: Dates, to: datetime, by: timedelta, zone: str) -> Dates:
    return Dates(
        due_at=as_instant(to, zone) if dates.due_at else None,
        due_on=to.date() if dates.due_on else None,
        planned_on=dates.planned_on + by if dates.planned_on else None,
        deadline=moved(dates.deadline, by, zone) if dates.deadline else None,
        wait_until=moved(dates.wait_until, by, zone) if dates.wait_until else None,
    )
