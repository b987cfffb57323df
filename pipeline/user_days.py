"""The features of a person's days: those that are not as their tables stand are derived anew."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from models import daily_activity, daily_work, entities, usage_intervals, user_days
from models.user_days import Stale
from pipeline.steps.day_features import NO_WORK, Active, Described, Work, describe
from pipeline.steps.features import FEATURE_SET
from pipeline.steps.hours import Interval
from pipeline.steps.overlap import Thing
from pipeline.steps.rollup import Totals
from pipeline.steps.user_day import UserDay
from pipeline.terms import terms_of

#: Days that are derived at a time.
_DAYS = 100


def between(user_id: UUID, first: date, last: date) -> list[UserDay]:
    """The days from `first` to `last`, both included, of which anything is known, in order."""
    return [UserDay(*row) for row in user_days.between(user_id, first, last)]


def derive_stale(user_id: UUID, rev: int, now: datetime) -> list[date]:
    """Derive what is not as the tables stand now, which are of `rev` at least; the days, in order.

    The caller holds the lock of the stage's row of the person.
    """
    stale = user_days.stale(user_id, FEATURE_SET)
    user_days.delete(user_id, [day for day, *has in stale if not any(has)])
    standing = [one for one in stale if one.has_activity or one.has_work]
    for start in range(0, len(standing), _DAYS):
        rows = _rows(user_id, standing[start : start + _DAYS])
        user_days.write(user_id, rows, feature_set=FEATURE_SET, rev=rev, now=now)
    days = [one.local_date for one in stale]
    entities.derive_months(user_id, days)
    return days


def _rows(user_id: UUID, stale: Sequence[Stale]) -> Iterator[dict[str, Any]]:
    actives = _actives(user_id, [day for day, has_activity, _ in stale if has_activity])
    works = _works(user_id, [day for day, _, has_work in stale if has_work])
    priorities = terms_of([user_id])[user_id].priorities
    for day, _, _ in stale:
        active, work = actives.get(day), works.get(day)
        yield {
            **_columns(describe(day, active, work or NO_WORK, priorities)),
            "by_entity": _by_entity(active),
            "of_activity": active is not None,
            "of_work": work is not None,
        }


def _columns(described: Described) -> dict[str, Any]:
    columns = described.day._asdict()
    columns["local_date"] = columns.pop("date")
    return {**columns, "focus_sessions": described.focus_sessions}


def _actives(user_id: UUID, days: Sequence[date]) -> dict[date, Active]:
    of_days = [(user_id, day) for day in days]
    intervals: dict[int, list[Interval]] = defaultdict(list)
    for number, start, end, *thing, events, active_us in usage_intervals.of_days(of_days):
        intervals[number].append(Interval(start, end, Thing(*thing), events, active_us))
    found = {}
    for number, *columns in daily_activity.of_days(of_days):
        totals = Totals(*columns)
        found[days[number - 1]] = Active(
            totals.time_zone,
            totals.length_us,
            totals.active_us,
            totals.focus_us,
            totals.by_hour,
            totals.by_category,
            totals.by_project,
            intervals[number],
        )
    return found


def _works(user_id: UUID, days: Sequence[date]) -> dict[date, Work]:
    return {
        row.local_date: Work(
            row.tracked_us,
            row.tasks_created,
            row.tasks_done,
            row.tasks_planned,
            row.planned_us,
            row.estimate_log_error,
        )
        for row in (daily_work.of_days(user_id, days) if days else ())
    }


def _by_entity(active: Active | None) -> Mapping[str, tuple[int, int]]:
    """Microseconds and events of each entity."""
    sums: dict[str, tuple[int, int]] = {}
    for interval in active.intervals if active else ():
        us, events = sums.get(interval.thing.entity, (0, 0))
        sums[interval.thing.entity] = us + interval.active_us, events + interval.events
    return sums
