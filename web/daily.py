"""What each day of a person adds up to."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from models import daily_activity, daily_work
from models.daily_activity import DayRow
from models.daily_work import WorkRow
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US, Period, elapsed_hours, period_at
from pipeline.steps.instants import as_datetime
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, check_range, derived_with, parameters
from web.routes import READ, READS, route


class HourTotal(msgspec.Struct, frozen=True):
    """An hour as it elapsed, from its start on."""

    start: datetime
    active_s: Seconds


class DayTotals(msgspec.Struct, frozen=True, kw_only=True):
    """A day with the zone, day start and timeout it was derived with.

    Active time is what devices saw, tracked time the sum of the time entries that ended;
    `tracked_by_project` is by the project's id, empty for none. `planned_s` sums the estimates of
    the tasks planned for the day; `estimate_log_error` is the mean of ln(actual / estimate) of the
    tasks done on it.
    """

    date: date
    time_zone: str
    day_start: str
    timeout_s: int
    length_s: Seconds
    active_s: Seconds
    focus_s: Seconds = 0.0
    events: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    by_hour: list[HourTotal]
    by_category: dict[str, Seconds] = {}
    by_project: dict[str, Seconds] = {}
    by_device: dict[str, Seconds] = {}
    tracked_s: Seconds = 0.0
    entries: int = 0
    tracked_by_project: dict[str, Seconds] = {}
    tasks_created: int = 0
    tasks_done: int = 0
    tasks_planned: int = 0
    planned_s: Seconds = 0.0
    estimate_log_error: float | None = None


class Daily(Answer, frozen=True, kw_only=True):
    """Every day of the range that exists, also those without activity."""

    days: list[DayTotals]


@route(
    "GET",
    "/analytics/daily",
    summary="What each day adds up to",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_daily(context: Context, caller: Caller, query: Range) -> Daily:
    """Read the days of the range."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_daily, caller.user_id, query)


def _daily(user_id: UUID, asked: Range) -> Daily:
    periods = periods_of([user_id])[user_id]
    rows = {row.local_date: row for row in daily_activity.between(user_id, asked.first, asked.last)}
    works = {row.local_date: row for row in daily_work.between(user_id, asked.first, asked.last)}
    days = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
    exist = [day for day in days if day in rows or elapsed_hours(periods, day)]
    return Daily(
        **derived_with(user_id, periods),
        days=[
            DayTotals(
                date=day,
                **(_active(rows[day]) if day in rows else _idle(day, periods)),
                **(_work(works[day]) if day in works else {}),
            )
            for day in exist
        ],
    )


def _active(row: DayRow) -> dict[str, Any]:
    return dict(
        **parameters(row.time_zone, row.day_start_min, row.timeout_us),
        length_s=row.length_us / SECOND_US,
        active_s=row.active_us / SECOND_US,
        focus_s=row.focus_us / SECOND_US,
        events=row.events,
        first_at=as_datetime(row.first),
        last_at=as_datetime(row.last),
        by_hour=[HourTotal(as_datetime(start), us / SECOND_US) for start, us in row.by_hour],
        by_category=_in_seconds(row.by_category),
        by_project=_in_seconds(row.by_project),
        by_device=_in_seconds(row.by_device),
    )


def _idle(day: date, periods: tuple[Period, ...]) -> dict[str, Any]:
    hours = elapsed_hours(periods, day)
    return dict(
        **parameters(*period_at(periods, hours[0].start)[1:]),
        length_s=sum(end - start for start, end in hours) / SECOND_US,
        active_s=0.0,
        by_hour=[HourTotal(as_datetime(start), 0.0) for start, _ in hours],
    )


def _work(row: WorkRow) -> dict[str, Any]:
    return dict(
        tracked_s=row.tracked_us / SECOND_US,
        entries=row.entries,
        tracked_by_project=_in_seconds(row.by_project),
        tasks_created=row.tasks_created,
        tasks_done=row.tasks_done,
        tasks_planned=row.tasks_planned,
        planned_s=row.planned_us / SECOND_US,
        estimate_log_error=row.estimate_log_error,
    )


def _in_seconds(sums: Mapping[str, int]) -> dict[str, float]:
    return {key: us / SECOND_US for key, us in sums.items()}
