"""Focus: sessions, changes of category and deep work of each day."""

from datetime import date, datetime
from uuid import UUID

import msgspec

from models import user_days
from models.user_days import FocusRow
from pipeline.periods import periods_of
from pipeline.steps.day_features import DEEP_S, SESSION_GAP_S, SWITCH_S
from pipeline.steps.days import SECOND_US
from pipeline.steps.focus import MAX_INTERRUPTION_US, MIN_FOCUS_US
from pipeline.steps.instants import as_datetime
from web.callers import Caller
from web.context import Context
from web.ranges import Answer, Range, Seconds, check_range, derived_with
from web.routes import READ, READS, route


class FocusSession(msgspec.Struct, frozen=True):
    """Time in which one category went on; `active_s` of it was its own."""

    start: datetime
    end: datetime
    category: str
    active_s: Seconds


class FocusDay(msgspec.Struct, frozen=True, kw_only=True):
    """A day with activity. `deep_s` is what of `focus_s` lies in sessions of `deep_from_s`.

    `sessions` counts stretches without a pause of `pause_s`, their median and longest length
    beside; `switches` are changes of category that lasted `switch_s`. Hours are those of the wall
    clock, beyond 24 after midnight.
    """

    date: date
    active_s: Seconds
    focus_s: Seconds
    deep_s: Seconds
    meeting_s: Seconds
    sessions: int
    session_median_s: Seconds
    longest_session_s: Seconds
    switches: int
    switches_per_hour: float | None
    first_hour: float | None
    last_hour: float | None
    focus_sessions: list[FocusSession]
    computed_at: datetime


class FocusParameters(msgspec.Struct, frozen=True):
    """What the numbers were derived with, in seconds."""

    focus_from_s: Seconds = MIN_FOCUS_US / SECOND_US
    interruption_s: Seconds = MAX_INTERRUPTION_US / SECOND_US
    deep_from_s: Seconds = DEEP_S
    pause_s: Seconds = SESSION_GAP_S
    switch_s: Seconds = SWITCH_S


class Focus(Answer, frozen=True, kw_only=True):
    """The days of the range with activity, as of when each was computed."""

    parameters: FocusParameters
    days: list[FocusDay]


@route(
    "GET",
    "/analytics/focus",
    summary="Sessions, changes of category and deep work of each day",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_focus(context: Context, caller: Caller, query: Range) -> Focus:
    """Read the days of the range."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_focus, caller.user_id, query)


def _focus(user_id: UUID, asked: Range) -> Focus:
    periods = periods_of([user_id])[user_id]
    return Focus(
        **derived_with(user_id, periods),
        parameters=FocusParameters(),
        days=[_shown(row) for row in user_days.focus(user_id, asked.first, asked.last)],
    )


def _shown(row: FocusRow) -> FocusDay:
    sessions = [
        FocusSession(as_datetime(start), as_datetime(end), category, us / SECOND_US)
        for start, end, category, us in row.focus_sessions
    ]
    rate = row.switches / (row.active_s / 3600) if row.active_s else None
    return FocusDay(**{**row._asdict(), "focus_sessions": sessions}, switches_per_hour=rate)
