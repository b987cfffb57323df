"""What category rules would do, and which ones might be missing; nothing is kept."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import category_rules
from pipeline.active_times import active_times
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.categories import Categories, categorise, compiled, cover
from pipeline.steps.days import SECOND_US, day_at
from pipeline.steps.instants import as_us
from pipeline.steps.overlap import Thing
from pipeline.steps.suggest import suggest
from pipeline.terms import terms_of
from web.callers import Caller
from web.category_rules import NewRule, as_step, check
from web.context import Context
from web.ranges import Range, Seconds, check_range, days_to_try
from web.routes import DRY_RUNS, READ, READS, route

#: Entities looked at for suggestions, and suggestions given.
_CANDIDATES, _SUGGESTIONS = 1000, 10


class DryRun(Range, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rules to try on the days from `from` to `to`."""

    rules: list[NewRule]


class Coverage(msgspec.Struct, frozen=True):
    """Which share of the active time has a category (null: there is none), and what each has."""

    coverage: Annotated[float, Meta(ge=0, le=1)] | None
    by_category: dict[str, Seconds]


class Tried(msgspec.Struct, frozen=True):
    """The active time by the rules as they are and by those that were tried."""

    active_s: Seconds
    changed_s: Seconds
    before: Coverage
    after: Coverage


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local dates, both included; the last 90 days, if they are left out."""

    first: date | UnsetType = msgspec.field(name="from", default=UNSET)
    last: date | UnsetType = msgspec.field(name="to", default=UNSET)


class Suggestion(msgspec.Struct, frozen=True):
    """An entity without a category, and a rule that would give it one."""

    entity: str
    active_s: Seconds
    rule: NewRule


class Suggestions(msgspec.Struct, frozen=True):
    """The largest first."""

    items: list[Suggestion]


@route(
    "POST",
    "/category-rules/dry-run",
    summary="Try rules on the history: what would have a category",
    tags=("category rules",),
    access=READ,
    limit=DRY_RUNS,
)
async def post_dry_run(context: Context, caller: Caller, body: DryRun) -> Tried:
    """Compare the rules with those in force; write nothing."""
    return await context.database.run(_dry_run, caller.user_id, body, context.settings)


@route(
    "GET",
    "/category-rules/suggestions",
    summary="The ten largest entities without a category, with a rule for each",
    tags=("category rules",),
    access=READ,
    limit=READS,
)
async def get_suggestions(context: Context, caller: Caller, query: Span) -> Suggestions:
    """Look for them."""
    now = datetime.now(UTC)
    return await context.database.run(_suggestions, caller.user_id, query, now, context.settings)


def _dry_run(user_id: UUID, asked: DryRun, settings: Settings) -> Tried:
    check(asked.rules, "rules", settings)
    rows = days_to_try(user_id, asked, settings)
    terms = terms_of([user_id])[user_id]
    periods = periods_of([user_id])[user_id]
    times = active_times(user_id, [row.local_date for row in rows], terms, periods)
    after = compiled(tuple(map(as_step, asked.rules)))
    changed_us = sum(
        time
        for thing, time in times.items()
        if categorise(thing, terms.categories) != categorise(thing, after)
    )
    return Tried(
        sum(times.values()) / SECOND_US,
        changed_us / SECOND_US,
        _coverage(times, terms.categories),
        _coverage(times, after),
    )


def _coverage(times: dict[Thing, int], rules: Categories | None) -> Coverage:
    found, total = cover(times, rules), sum(times.values())
    return Coverage(
        found.categorised_us / total if total else None,
        {category: time / SECOND_US for category, time in found.by_category.items()},
    )


def _suggestions(user_id: UUID, asked: Span, now: datetime, settings: Settings) -> Suggestions:
    periods = periods_of([user_id])[user_id]
    last = asked.last or day_at(periods, as_us(now))
    span = Range(asked.first or last - timedelta(days=89), last)
    check_range(span, settings.max_range_days)
    entities = category_rules.uncategorised(user_id, span.first, span.last, _CANDIDATES)
    return Suggestions(
        [
            Suggestion(entity, active_us / SECOND_US, NewRule(*rule))
            for entity, active_us, rule in islice(suggest(entities), _SUGGESTIONS)
        ]
    )
