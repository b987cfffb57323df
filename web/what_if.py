"""What another timeout would make of some days: how much a number depends on a choice."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from pipeline.active_times import active_times
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.days import SECOND_US
from pipeline.terms import terms_of
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, days_to_try, derived_with
from web.routes import DRY_RUNS, READ, route


class WhatIf(Range, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another timeout, in seconds, for the days from `from` to `to`."""

    if_timeout_s: Annotated[int, Meta(ge=1, le=86_400, examples=[300])]


class OtherDay(msgspec.Struct, frozen=True):
    """A day with events: its active time, and what it would be."""

    date: date
    active_s: Seconds
    would_be_s: Seconds


class Otherwise(Answer, frozen=True, kw_only=True):
    """Beside what the days were derived with; nothing is kept."""

    if_timeout_s: int
    active_s: Seconds
    would_be_s: Seconds
    days: list[OtherDay]


@route(
    "GET",
    "/analytics/what-if",
    summary="Active time as another timeout would make it",
    tags=("analytics",),
    access=READ,
    limit=DRY_RUNS,
)
async def get_what_if(context: Context, caller: Caller, query: WhatIf) -> Otherwise:
    """Derive the days once more, and write nothing."""
    return await context.database.run(_otherwise, caller.user_id, query, context.settings)


def _otherwise(user_id: UUID, asked: WhatIf, settings: Settings) -> Otherwise:
    rows = days_to_try(user_id, asked, settings)
    terms = terms_of([user_id])[user_id]
    periods = periods_of([user_id])[user_id]
    others = tuple(each._replace(timeout_us=asked.if_timeout_s * SECOND_US) for each in periods)
    days = [
        OtherDay(
            row.local_date,
            row.active_us / SECOND_US,
            sum(active_times(user_id, [row.local_date], terms, others).values()) / SECOND_US,
        )
        for row in rows
    ]
    return Otherwise(
        **derived_with(user_id, periods),
        if_timeout_s=asked.if_timeout_s,
        active_s=sum(day.active_s for day in days),
        would_be_s=sum(day.would_be_s for day in days),
        days=days,
    )
