"""How much of a person's time went into each category, project, entity or device."""

from uuid import UUID

import msgspec

from models import category_rules, usage_intervals
from models.usage_intervals import Group
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, check_range, derived_with
from web.routes import READ, READS, route


class Grouping(Range, frozen=True):
    """Local dates, both included, and what to add up by."""

    group_by: Group


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


def _summary(user_id: UUID, asked: Grouping) -> Summary:
    header = derived_with(user_id, periods_of([user_id])[user_id])
    sums = usage_intervals.sums(user_id, asked.group_by, asked.first, asked.last)
    by_category = asked.group_by == "category"
    productivity = category_rules.productivity(user_id) if by_category else {}
    groups = [
        GroupTotal(key, active_us / SECOND_US, events, productivity=productivity.get(key))
        for key, active_us, events in sums
    ]
    return Summary(**header, groups=groups)
