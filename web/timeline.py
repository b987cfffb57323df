"""What each device of a person was used for, from when to when."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from models import usage_intervals
from pipeline.periods import periods_of
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, derived_with
from web.routes import READ, READS, route


class Day(msgspec.Struct, frozen=True):
    """The day to look at."""

    date: date


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


def _timeline(user_id: UUID, day: date) -> Timeline:
    header = derived_with(user_id, periods_of([user_id])[user_id])
    intervals = [TimelineInterval(*row) for row in usage_intervals.timeline(user_id, day)]
    return Timeline(**header, date=day, intervals=intervals)
