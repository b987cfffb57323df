"""What is recommended to the caller, and what they say of it."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from models import recommendations, stage_progress, task_rankings, tasks
from models.recommendations import RecommendationRow, State
from pipeline.steps.ranking import LEAST_CHOICES, MODEL, TOP, Ranking
from web.callers import Caller
from web.context import Context
from web.problems import Problem, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write

Kind = Literal["next_task", "time_slot", "estimate_range", "break"]

#: A snooze is of an hour unless it says otherwise, and of a week at most.
_HOUR_MIN = 60
_WEEK_MIN = 7 * 24 * 60


class Asked(msgspec.Struct, frozen=True):
    """Of which kind, null: of all; and how many minutes there are for the next task."""

    kind: Kind | None = None
    minutes: Annotated[int, Meta(ge=1, le=1440)] | None = None


class Reason(msgspec.Struct, frozen=True):
    """Why, and what it weighs in the score."""

    words: str
    weight: float


class Recommendation(msgspec.Struct, frozen=True, kw_only=True):
    """`subject` is a task's id, with its `title`, or the kind where there is but one.

    Half of such tasks took `p50_s` at most, four of five `p80_s`; null: not enough is known.
    `start` and `end` are of a time that is proposed. `features` are the numbers of the score.
    """

    id: UUID
    kind: str
    subject: str
    title: str | None
    rank: int
    score: float
    reasons: list[Reason]
    features: dict[str, float]
    p50_s: float | None
    p80_s: float | None
    start: datetime | None
    end: datetime | None
    model_version: str
    state: Annotated[State, Meta(examples=["shown"])]
    created_at: datetime
    expires_at: datetime
    snoozed_until: datetime | None


class TrackRecord(msgspec.Struct, frozen=True, kw_only=True):
    """How often the first three held what the caller turned to next, of so many choices.

    Each was predicted from what was known before it. `newest_share` is that of the three newest
    tasks. Null: too few choices, as `state` says.
    """

    ranking: Literal["urgency", "learnt"]
    choices: int
    top3_share: float | None
    newest_share: float | None
    state: str


class Recommendations(msgspec.Struct, frozen=True, kw_only=True):
    """What is recommended now, by kind and rank; how well the next task is told.

    `behind`: something newer has been applied meanwhile.
    """

    items: list[Recommendation]
    record: TrackRecord
    behind: bool


class Snooze(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """For how many minutes nothing is to be heard of it."""

    minutes: Annotated[int, Meta(ge=1, le=_WEEK_MIN)] = _HOUR_MIN


@route(
    "GET",
    "/recommendations",
    summary="What to do next, when, how long it takes, and when to rest",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_recommendations(context: Context, caller: Caller, query: Asked) -> Recommendations:
    """Read what the stage found."""
    return await context.database.run(_page, caller.user_id, query, datetime.now(UTC))


@route(
    "POST",
    "/recommendations/{id}/accept",
    summary="Say that you do it",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def accept_recommendation(id: UUID, caller: Caller, write: Write) -> Recommendation:
    """Keep that it was accepted."""
    return await write(_act, caller.user_id, id, "accepted", None)


@route(
    "POST",
    "/recommendations/{id}/dismiss",
    summary="Say that you do not want it today",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def dismiss_recommendation(id: UUID, caller: Caller, write: Write) -> Recommendation:
    """Keep that it was dismissed."""
    return await write(_act, caller.user_id, id, "dismissed", None)


@route(
    "POST",
    "/recommendations/{id}/snooze",
    summary="Say that you want to hear of it later",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def snooze_recommendation(
    id: UUID, caller: Caller, body: Snooze | None, write: Write
) -> Recommendation:
    """Keep until when it is snoozed."""
    minutes = (body or Snooze()).minutes
    return await write(_act, caller.user_id, id, "snoozed", timedelta(minutes=minutes))


@route(
    "POST",
    "/recommendations/{id}/restore",
    summary="Take back what you said of it",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def restore_recommendation(id: UUID, caller: Caller, write: Write) -> Recommendation:
    """Show it as if nothing had been said."""
    return await write(_restore, caller.user_id, id)


def _page(user_id: UUID, asked: Asked, now: datetime) -> Recommendations:
    rows = [
        row
        for row in recommendations.live(user_id)
        if row.expires_at > now and asked.kind in (None, row.kind)
    ]
    if asked.minutes is not None:
        rows.sort(key=lambda row: _fit(row, asked.minutes or 0))
    return Recommendations(
        items=_shown(user_id, rows),
        record=_record(user_id),
        behind=stage_progress.is_behind("segmentation", user_id)
        or stage_progress.is_behind("recommendation", user_id, after="segmentation"),
    )


def _fit(row: RecommendationRow, minutes: int) -> tuple[str, int, int]:
    """What fits into the time comes first, then what nobody knows the length of."""
    if row.kind != "next_task":
        return row.kind, 0, row.rank
    if row.p50_s is None:
        return row.kind, 1, row.rank
    return row.kind, 0 if row.p50_s <= minutes * 60 else 2, row.rank


def _shown(user_id: UUID, rows: list[RecommendationRow]) -> list[Recommendation]:
    ids = [UUID(row.subject) for row in rows if row.subject != row.kind]
    titles = {str(task.id): task.title for task in tasks.of_ids(user_id, ids)} if ids else {}
    found = []
    for row in rows:
        fields: dict[str, Any] = row._asdict()
        del fields["acted_at"]
        fields["start"], fields["end"] = fields.pop("start_at"), fields.pop("end_at")
        fields["reasons"] = [Reason(*reason) for reason in row.reasons]
        found.append(Recommendation(**fields, title=titles.get(row.subject)))
    return found


def _record(user_id: UUID) -> TrackRecord:
    known = task_rankings.find(user_id, MODEL)
    ranking = msgspec.convert(known[0], Ranking) if known else Ranking()
    record = ranking.record
    enough = record.choices >= LEAST_CHOICES
    return TrackRecord(
        ranking="learnt" if ranking.is_learnt else "urgency",
        choices=record.choices,
        top3_share=ranking.hits / record.choices if enough else None,
        newest_share=record.newest_hits / record.choices if enough else None,
        state=f"the first {TOP} against what was chosen next, {record.choices} times"
        if enough
        else f"not enough history: {record.choices} of {LEAST_CHOICES} choices",
    )


def _act(user_id: UUID, id: UUID, state: State, snoozed_for: timedelta | None) -> Recommendation:
    _wake_stage(user_id, id)
    now = datetime.now(UTC)
    until = now + snoozed_for if snoozed_for else None
    return _still_there(user_id, recommendations.act(user_id, id, state, now, until))


def _restore(user_id: UUID, id: UUID) -> Recommendation:
    _wake_stage(user_id, id)
    return _still_there(user_id, recommendations.restore(user_id, id, datetime.now(UTC)))


def _wake_stage(user_id: UUID, id: UUID) -> None:
    if recommendations.find(user_id, id) is None:
        raise not_found()
    # Before the row itself, for in this order the stage locks them.
    stage_progress.make_due("recommendation", user_id)


def _still_there(user_id: UUID, row: RecommendationRow | None) -> Recommendation:
    if row is None:
        raise Problem(409, "recommendation-over", "It is not recommended any more.")
    return _shown(user_id, [row])[0]
