"""The segments that the caller is and was in, and why; what their days were."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec

from models import memberships, pseudonyms, segment_models, segments, stage_progress, user_days
from models.memberships import Membership
from pipeline.fitting import model_of
from pipeline.steps.segments import LEAST_PATTERN_DAYS
from pipeline.steps.vectors import LEAST_WEEKS
from web.callers import Caller
from web.context import Context
from web.days import today_of
from web.routes import READ, READS, route

_HISTORY = 100
_WINDOW_DAYS = 28


class MySegment(msgspec.Struct, frozen=True, kw_only=True):
    """That the caller is or was in a segment, and why; days are the caller's own.

    `computed_at` is when it was last found to hold.
    """

    slug: str
    family: str
    name: str
    score: float
    reason: str
    model_version: str
    entered_on: date
    left_on: date | None
    computed_at: datetime


class MyDay(msgspec.Struct, frozen=True, kw_only=True):
    """The type of a day by rules, and why; `learnt`: its kind by the model of the caller's days."""

    date: date
    type: str
    reason: str
    learnt: str | None


class MySegments(msgspec.Struct, frozen=True, kw_only=True):
    """What holds now, what held before, and the types of the last 28 days.

    `pseudonym` is by which analysts of this instance know the caller: they see the days' sums
    without names of things, projects or tasks, the features and the segments; null: nothing yet.
    `behind`: something newer has been applied meanwhile. `state` says why a pattern is missing, and
    `learnt_state` what came of learning kinds of the caller's days.
    """

    current: list[MySegment]
    history: list[MySegment]
    days: list[MyDay]
    pseudonym: UUID | None
    behind: bool
    state: str
    learnt_state: str


@route(
    "GET",
    "/segments/me",
    summary="Your segments and the types of your days, and why",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_my_segments(context: Context, caller: Caller) -> MySegments:
    """Read the caller's."""
    return await context.database.run(_mine, caller.user_id, datetime.now(UTC))


def _mine(user_id: UUID, now: datetime) -> MySegments:
    names = {row.slug: row.name for row in segments.all_segments()}
    shown = [_shown(one, names) for one in memberships.history(user_id, _HISTORY)]
    today = today_of(user_id, now)
    rows = user_days.types(user_id, today - timedelta(days=_WINDOW_DAYS - 1), today)
    days = [
        MyDay(date=day, type=type, reason=reason, learnt=learnt or None)
        for day, type, reason, learnt in rows
    ]
    current = [one for one in shown if one.left_on is None]
    return MySegments(
        current=current,
        history=[one for one in shown if one.left_on is not None],
        days=days,
        pseudonym=pseudonyms.find(user_id),
        behind=stage_progress.is_behind("segmentation", user_id),
        state=_state({one.family for one in current}, days),
        learnt_state=_learnt_state(user_id),
    )


def _learnt_state(user_id: UUID) -> str:
    kept = segment_models.newest("user_day", user_id)
    if kept is None:
        return f"not learnt yet: it takes {LEAST_WEEKS} active weeks"
    if kept.accepted and model_of(kept) is None:
        return "the model is of another version; it is fitted anew"
    return kept.reason


def _state(families: set[str], days: list[MyDay]) -> str:
    if "pattern" in families:
        return "complete"
    active = sum(day.type != "off" for day in days)
    return f"not enough history: {active} of {LEAST_PATTERN_DAYS} active days in {_WINDOW_DAYS}"


def _shown(one: Membership, names: dict[str, str]) -> MySegment:
    return MySegment(
        slug=one.segment,
        family=one.family,
        name=names.get(one.segment, one.segment),
        score=one.score,
        reason=one.reason,
        model_version=one.model_version,
        entered_on=one.entered_on,
        left_on=one.left_on,
        computed_at=one.computed_at,
    )
