"""How much of a person's time went into each category, project, entity or device."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from models import category_rules, daily_activity, daily_work, entities
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US
from pipeline.steps.features import FEATURE_SET
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, check_range, derived_with
from web.routes import READ, READS, route

Group = daily_activity.Group | Literal["entity"]


class Grouping(Range, frozen=True):
    """Local dates, both included, what to add up by, and whether to compare with before."""

    group_by: Group
    compare: bool = False


class GroupTotal(msgspec.Struct, frozen=True, kw_only=True):
    """What went into one category, project, entity or device.

    Time is tracked for projects: a project of time entries and one that events name are the same
    group when their names are, but for upper and lower case. `productivity` is that of the category
    by the person's rules, -2 to 2; null: none says. `…_before_s` are of as many days just before.
    """

    key: str
    active_s: Seconds = 0.0
    events: int = 0
    tracked_s: Seconds = 0.0
    productivity: int | None = None
    active_before_s: Seconds | None = None
    tracked_before_s: Seconds | None = None


class Before(msgspec.Struct, frozen=True):
    """The days compared with, both included."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")


class Summary(Answer, frozen=True, kw_only=True):
    """The groups, the longest first. By device each one's own time, else shares of active time.

    With `compare` also those that were there before and are no more.
    """

    groups: list[GroupTotal]
    before: Before | None = None


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
    now = _groups(user_id, asked.group_by, asked.first, asked.last)
    shown = derived_with(user_id, periods_of([user_id])[user_id])
    if not asked.compare:
        return Summary(**shown, groups=list(now.values()))
    days = timedelta(days=(asked.last - asked.first).days + 1)
    before = Before(asked.first - days, asked.last - days)
    then = _groups(user_id, asked.group_by, before.first, before.last)
    return Summary(**shown, groups=list(_compared(now, then)), before=before)


def _groups(user_id: UUID, group_by: Group, first: date, last: date) -> dict[str, GroupTotal]:
    """The groups by their keys, the longest first."""
    productivity = category_rules.productivity(user_id) if group_by == "category" else {}
    groups = {
        key: GroupTotal(
            key=key,
            active_s=active_us / SECOND_US,
            events=events,
            productivity=productivity.get(key),
        )
        for key, active_us, events in _sums(user_id, group_by, first, last)
    }
    if group_by == "project":
        _add_tracked(groups, daily_work.tracked(user_id, first, last))
    return groups


def _sums(user_id: UUID, group_by: Group, first: date, last: date) -> list[tuple[str, int, int]]:
    if group_by == "entity":
        return entities.sums(user_id, FEATURE_SET, first, last)
    return daily_activity.sums(user_id, group_by, first, last)


def _add_tracked(groups: dict[str, GroupTotal], tracked: Iterable[tuple[str, int]]) -> None:
    # The longest group of a name bears its time, whatever its letters.
    keys: dict[str, str] = {}
    for key in groups:
        keys.setdefault(key.lower(), key)
    for name, us in tracked:
        key = keys.setdefault(name.lower(), name)
        group = groups.get(key, GroupTotal(key=key))
        seconds = group.tracked_s + us / SECOND_US
        groups[key] = msgspec.structs.replace(group, tracked_s=seconds)


def _compared(
    now: Mapping[str, GroupTotal], then: Mapping[str, GroupTotal]
) -> Iterable[GroupTotal]:
    for key in [*now, *(key for key in then if key not in now)]:
        before = then.get(key, GroupTotal(key=key))
        yield msgspec.structs.replace(
            now.get(key, GroupTotal(key=key, productivity=before.productivity)),
            active_before_s=before.active_s,
            tracked_before_s=before.tracked_s,
        )
