"""When in the week a person is active."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import daily_activity
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US, elapsed_hours
from pipeline.steps.heat_map import heat_map
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, check_range, derived_with
from web.routes import READ, READS, route

_Hours = Annotated[list[Seconds], Meta(min_length=24, max_length=24)]


class Weekday(msgspec.Struct, frozen=True):
    """Active time of all such days by the hour of the wall clock; 1 is Monday.

    Divided by `days` it is that of a usual one.
    """

    weekday: Annotated[int, Meta(ge=1, le=7)]
    days: int
    active_s: _Hours


class HeatMap(Answer, frozen=True, kw_only=True):
    """The seven days of the week."""

    weekdays: list[Weekday]


@route(
    "GET",
    "/analytics/heatmap",
    summary="Active time by day of the week and hour of the wall clock",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_heat_map(context: Context, caller: Caller, query: Range) -> HeatMap:
    """Add up the range."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_heat_map, caller.user_id, query)


def _heat_map(user_id: UUID, asked: Range) -> HeatMap:
    periods = periods_of([user_id])[user_id]
    count = (asked.last - asked.first).days + 1
    days = [asked.first + timedelta(days=number) for number in range(count)]
    rows = daily_activity.between(user_id, asked.first, asked.last)
    found = heat_map(
        (day for day in days if elapsed_hours(periods, day)),
        ((row.local_date, row.time_zone, row.by_hour) for row in rows),
    )
    return HeatMap(
        **derived_with(user_id, periods),
        weekdays=[
            Weekday(number, found.days[number - 1], [us / SECOND_US for us in hours])
            for number, hours in enumerate(found.active_us, 1)
        ],
    )
