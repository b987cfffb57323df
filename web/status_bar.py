"""Today's time as WakaTime's plugins show it in the status bar."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec

from models import daily_activity
from models.daily_activity import DayRow
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US, day_at, period_at, pieces
from pipeline.steps.instants import as_datetime, as_us
from web.callers import Caller
from web.context import Context
from web.routes import READ, READS, route


class Time(msgspec.Struct, frozen=True, kw_only=True):
    """A sum of time in all the forms the plugins read."""

    digital: str
    decimal: str
    hours: int
    minutes: int
    seconds: int
    text: str
    total_seconds: float


class Share(Time, frozen=True, kw_only=True):
    """What one category or project took of the day."""

    name: str
    percent: float


class Today(msgspec.Struct, frozen=True):
    """The day, as a date and as instants."""

    date: date
    start: datetime
    end: datetime
    text: str
    timezone: str


class DaySummary(msgspec.Struct, frozen=True, kw_only=True):
    """The day's sum and its shares, the largest first."""

    grand_total: Time
    categories: list[Share]
    projects: list[Share]
    machines: list[Share]
    range: Today
    dependencies: list[Share] = []
    editors: list[Share] = []
    languages: list[Share] = []
    operating_systems: list[Share] = []


class StatusBar(msgspec.Struct, frozen=True):
    """The summary and when it was derived."""

    data: DaySummary
    cached_at: datetime


@route(
    "GET",
    "/api/v1/users/current/statusbar/today",
    summary="Today's time for the status bar of a WakaTime plugin",
    tags=("wakatime",),
    access=READ,
    limit=READS,
)
async def get_status_bar(context: Context, caller: Caller) -> StatusBar:
    """Read today's row."""
    return await context.database.run(_status_bar, caller.user_id, datetime.now(UTC))


def _status_bar(user_id: UUID, now: datetime) -> StatusBar:
    instant = as_us(now)
    periods = periods_of([user_id])[user_id]
    day, zone = day_at(periods, instant), period_at(periods, instant).zone
    rows: Sequence[DayRow] = daily_activity.between(user_id, day, day)
    sums = rows[0] if rows else None
    time = pieces(periods, day)
    return StatusBar(
        DaySummary(
            grand_total=Time(**_time(sums.active_us if sums else 0)),
            categories=_shares(sums.by_category if sums else {}),
            projects=_shares(sums.by_project if sums else {}),
            machines=_shares(sums.by_device if sums else {}),
            range=Today(day, as_datetime(time[0].start), as_datetime(time[-1].end), "Today", zone),
        ),
        daily_activity.newest(user_id) or now,
    )


def _shares(sums: Mapping[str, int]) -> list[Share]:
    total = sum(sums.values()) or 1
    return [
        Share(name=name or "unknown", percent=round(100 * us / total, 2), **_time(us))
        for name, us in sorted(sums.items(), key=lambda pair: -pair[1])
    ]


def _time(us: int) -> dict[str, Any]:
    minutes, seconds = divmod(us // SECOND_US, 60)
    hours, minutes = divmod(minutes, 60)
    text = f"{minutes} min{'' if minutes == 1 else 's'}"
    if hours:
        text = f"{hours} hr{'' if hours == 1 else 's'} {text}"
    return {
        "digital": f"{hours}:{minutes:02}",
        "decimal": f"{us / SECOND_US / 3600:.2f}",
        "hours": hours,
        "minutes": minutes,
        "seconds": seconds,
        "text": text,
        "total_seconds": us / SECOND_US,
    }
