"""A person's hours: day by day, in order, and by what they went into.

Seconds are numbers with microseconds. `as_of` is when any day of the person was last derived to
something new: every event applied until then is in the answer.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import category_rules, daily_activity, usage_intervals
from models.daily_activity import DayRow
from models.usage_intervals import Group
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US, Period, elapsed_hours, period_at
from web.callers import Caller
from web.context import Context
from web.problems import invalid
from web.routes import READ, READS, route

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)

Seconds = Annotated[float, Meta(ge=0)]


class Day(msgspec.Struct, frozen=True):
    """The day to look at."""

    date: date


class Range(msgspec.Struct, frozen=True):
    """Local dates, both included."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")


class Grouping(Range, frozen=True):
    """Local dates, both included, and what to add up by."""

    group_by: Group


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers beside it were derived with: the latest parameters of the person."""

    time_zone: str
    day_start: str
    timeout_s: int
    as_of: datetime | None


class HourTotal(msgspec.Struct, frozen=True):
    """An hour as it elapsed, from its start on."""

    start: datetime
    active_s: Seconds


class DayTotals(msgspec.Struct, frozen=True, kw_only=True):
    """A day with the zone, day start and timeout it was derived with."""

    date: date
    time_zone: str
    day_start: str
    timeout_s: int
    length_s: Seconds
    active_s: Seconds
    tracked_s: Seconds = 0.0
    focus_s: Seconds = 0.0
    events: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    by_hour: list[HourTotal]
    by_category: dict[str, Seconds] = {}
    by_project: dict[str, Seconds] = {}
    by_device: dict[str, Seconds] = {}


class Daily(Answer, frozen=True, kw_only=True):
    """Every day of the range that exists, also those without activity."""

    days: list[DayTotals]


class TimelineInterval(msgspec.Struct, frozen=True):
    """Time without a gap that a device spent on one thing; intervals may overlap."""

    start: datetime
    end: datetime
    device: str
    entity: str
    category: str
    project: str
    events: int


class Timeline(Answer, frozen=True, kw_only=True):
    """The intervals of a day in time order."""

    date: date
    intervals: list[TimelineInterval]


class GroupTotal(msgspec.Struct, frozen=True):
    """What went into one category, project, entity or device.

    `productivity` is that of the category by the person's rules, -2 to 2; null: none says.
    """

    key: str
    active_s: Seconds
    events: int
    tracked_s: Seconds = 0.0
    productivity: int | None = None


class Summary(Answer, frozen=True, kw_only=True):
    """The groups, the longest first. By device each one's own time, else shares of active time."""

    groups: list[GroupTotal]


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


@route(
    "GET",
    "/analytics/timeline",
    summary="What each device was used for, from when to when",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_timeline(context: Context, caller: Caller, query: Day) -> Timeline:
    """Read the intervals of the day."""
    return await context.database.run(_timeline, caller.user_id, query.date)


@route(
    "GET",
    "/analytics/summary",
    summary="How much went into each category, project, entity or device",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_summary(context: Context, caller: Caller, query: Grouping) -> Summary:
    """Add up the range."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_summary, caller.user_id, query)


def check_range(asked: Range, most_days: int) -> None:
    """Raise `Problem` unless the range is one, and of so many days at most."""
    if not _FIRST_DAY <= asked.first <= asked.last <= _LAST_DAY:
        raise invalid("from", "Not a day from 1970 on, before or at `to`")
    if (asked.last - asked.first).days >= most_days:
        raise invalid("to", f"More than {most_days} days")


def _daily(user_id: UUID, asked: Range) -> Daily:
    periods = periods_of([user_id])[user_id]
    rows = {row.local_date: row for row in daily_activity.between(user_id, asked.first, asked.last)}
    days = [asked.first + timedelta(days=n) for n in range((asked.last - asked.first).days + 1)]
    exist = [day for day in days if day in rows or elapsed_hours(periods, day)]
    return Daily(
        **_header(user_id, periods),
        days=[_active(rows[day]) if day in rows else _idle(day, periods) for day in exist],
    )


def _timeline(user_id: UUID, day: date) -> Timeline:
    header = _header(user_id, periods_of([user_id])[user_id])
    intervals = [TimelineInterval(*row) for row in usage_intervals.timeline(user_id, day)]
    return Timeline(**header, date=day, intervals=intervals)


def _summary(user_id: UUID, asked: Grouping) -> Summary:
    header = _header(user_id, periods_of([user_id])[user_id])
    sums = usage_intervals.sums(user_id, asked.group_by, asked.first, asked.last)
    by_category = asked.group_by == "category"
    productivity = category_rules.productivity(user_id) if by_category else {}
    groups = [
        GroupTotal(key, active_us / SECOND_US, events, productivity=productivity.get(key))
        for key, active_us, events in sums
    ]
    return Summary(**header, groups=groups)


def _header(user_id: UUID, periods: Sequence[Period]) -> dict[str, Any]:
    return {**_parameters(*periods[-1][1:]), "as_of": daily_activity.newest(user_id)}


def _parameters(time_zone: str, day_start_min: int, timeout_us: int) -> dict[str, Any]:
    return {
        "time_zone": time_zone,
        "day_start": f"{day_start_min // 60:02}:{day_start_min % 60:02}",
        "timeout_s": timeout_us // SECOND_US,
    }


def _active(row: DayRow) -> DayTotals:
    return DayTotals(
        **_parameters(row.time_zone, row.day_start_min, row.timeout_us),
        date=row.local_date,
        length_s=row.length_us / SECOND_US,
        active_s=row.active_us / SECOND_US,
        focus_s=row.focus_us / SECOND_US,
        events=row.events,
        first_at=_instant(row.first),
        last_at=_instant(row.last),
        by_hour=[HourTotal(_instant(start), us / SECOND_US) for start, us in row.by_hour],
        by_category=_in_seconds(row.by_category),
        by_project=_in_seconds(row.by_project),
        by_device=_in_seconds(row.by_device),
    )


def _idle(day: date, periods: tuple[Period, ...]) -> DayTotals:
    hours = elapsed_hours(periods, day)
    return DayTotals(
        **_parameters(*period_at(periods, hours[0].start)[1:]),
        date=day,
        length_s=sum(end - start for start, end in hours) / SECOND_US,
        active_s=0.0,
        by_hour=[HourTotal(_instant(start), 0.0) for start, _ in hours],
    )


def _in_seconds(sums: Mapping[str, int]) -> dict[str, float]:
    return {key: us / SECOND_US for key, us in sums.items()}


def _instant(us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=us)
