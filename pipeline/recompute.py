"""The one way to derived rows: gather what hours depend on, derive, write what differs.

The caller holds the lock of all users involved, so that nothing changes in between.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import astuple

from models import daily_activity, usage_events, usage_intervals
from models.daily_activity import DayRow
from models.usage_events import Window
from models.usage_intervals import IntervalRow
from pipeline.day_memory import DayMemory, Derived
from pipeline.periods import Periods
from pipeline.steps.affected import windows
from pipeline.steps.days import Piece, elapsed_hours
from pipeline.steps.derive import derive
from pipeline.steps.hours import Interval
from pipeline.steps.overlap import Thing
from pipeline.steps.rollup import Totals, difference, roll_up
from pipeline.steps.sessionize import Usage
from pipeline.steps.terms import Terms
from pipeline.transaction import Transaction

UserDay = tuple[UUID, date]


class Task(NamedTuple):
    """A user's day to derive; `known` is the day as it stands, where that is remembered.

    `hours` are those to derive from what is stored: all of the day where it is not known. `new` are
    events that follow in order on the tail of the known day; then nothing needs to be read.
    """

    user_id: UUID
    day: date
    hours: Sequence[Piece]
    known: Derived | None = None
    new: Sequence[Usage] = ()


def recompute(
    tasks: Sequence[Task],
    periods: Periods,
    terms: Mapping[UUID, Terms],
    transaction: Transaction,
    memory: DayMemory,
) -> dict[UUID, list[date]]:
    """Derive the tasks' days and write what differs; return the days that did, in order.

    What was derived is remembered.
    """
    if not tasks:
        return {}
    derived = _derive(tasks, periods, terms)
    moved = _write_intervals(tasks, derived)
    changed = moved | _write_totals(tasks, derived, moved, transaction)
    _remember(memory, derived, transaction)
    days: dict[UUID, list[date]] = defaultdict(list)
    for user_id, day in sorted(changed):
        days[user_id].append(day)
    return dict(days)


def _derive(
    tasks: Sequence[Task], periods: Periods, terms: Mapping[UUID, Terms]
) -> dict[UserDay, Derived]:
    derived = {}
    for task, stored in zip(tasks, _stored(tasks, periods), strict=True):
        own, known, on = periods[task.user_id], task.known, terms[task.user_id]
        if known and known.tail and task.new:
            pieces = known.tail.rest(elapsed_hours(own, task.day), task.new)
            events = [*known.tail.events, *on.read(task.new)]
            fresh, tail = derive(events, own, pieces, known.tail.sealed, on.priorities)
        else:
            fresh, tail = derive(on.read(stored), own, task.hours, priorities=on.priorities)
        hours = {**known.hours, **fresh} if known else fresh
        if tail and not tail.ends(hours.values()):
            tail = None
        derived[task.user_id, task.day] = Derived(hours, roll_up(task.day, own, hours), tail)
    return derived


def _stored(tasks: Sequence[Task], periods: Periods) -> list[list[Usage]]:
    """The events that each task's hours depend on, as far as they are to be read."""
    asked: list[Window] = []
    task_of: list[int] = []
    for number, (user_id, _, hours, _, new) in enumerate(tasks):
        for window in windows(periods[user_id], () if new else hours):
            asked.append(Window(user_id, *window))
            task_of.append(number)
    found: list[list[Usage]] = [[] for _ in tasks]
    for number, *event in usage_events.within(asked):
        found[task_of[number - 1]].append(Usage(*event))
    return found


def _write_totals(
    tasks: Iterable[Task],
    derived: Mapping[UserDay, Derived],
    moved: Set[UserDay],
    transaction: Transaction,
) -> set[UserDay]:
    """Write the totals that differ, and those of days whose intervals moved: their revision tells.

    Followers find by it what they have not read yet.
    """
    standing = {
        (task.user_id, task.day): task.known.day.totals
        for task in tasks
        if task.known and task.known.day
    }
    unknown = _unknown(tasks)
    for number, *totals in daily_activity.of_days(unknown):
        standing[unknown[number - 1]] = Totals._make(totals)
    new = {of: found.day.totals for of, found in derived.items() if found.day}
    changed = [of for of, totals in new.items() if of in moved or standing.get(of) != totals]
    gone = standing.keys() - new.keys()
    daily_activity.write(
        [(DayRow._make((*of, *new[of])), transaction.rev(of[0])) for of in changed], transaction.now
    )
    daily_activity.delete(gone)
    return {*changed, *gone}


def _write_intervals(tasks: Iterable[Task], derived: Mapping[UserDay, Derived]) -> set[UserDay]:
    standing: dict[UserDay, list[Interval]] = defaultdict(list)
    for task in tasks:
        if task.known and task.known.day:
            standing[task.user_id, task.day] = task.known.day.intervals
    unknown = _unknown(tasks)
    for number, start, end, *thing, events, active in usage_intervals.of_days(unknown):
        interval = Interval(start, end, Thing(*thing), events, active)
        standing[unknown[number - 1]].append(interval)
    old, new = [], []
    for of, found in derived.items():
        gone, come = difference(standing[of], found.day.intervals if found.day else [])
        old += [_row(of, interval) for interval in gone]
        new += [_row(of, interval) for interval in come]
    usage_intervals.replace(old, new)
    return {(row.user_id, row.local_date) for row in (*old, *new)}


def _row(of: UserDay, interval: Interval) -> IntervalRow:
    start, end, thing, events, active = astuple(interval)
    return IntervalRow._make((*of, start, end, *astuple(thing), events, active))


def _unknown(tasks: Iterable[Task]) -> list[UserDay]:
    return [(task.user_id, task.day) for task in tasks if task.known is None]


def _remember(
    memory: DayMemory, derived: Mapping[UserDay, Derived], transaction: Transaction
) -> None:
    days: dict[UUID, dict[date, Derived]] = defaultdict(dict)
    for (user_id, day), found in derived.items():
        days[user_id][day] = found
    for user_id in days:
        transaction.remember(memory, user_id, days[user_id])
