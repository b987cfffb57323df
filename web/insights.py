"""What is told to the caller of their days."""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import insights, user_days
from models.insights import InsightRow, State
from pipeline.steps.findings import LEAST_DAYS
from web.callers import Caller
from web.context import Context
from web.days import today_of
from web.problems import Problem, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write


class Asked(msgspec.Struct, frozen=True):
    """In which state and of which kind, null: any; where to go on."""

    state: State | None = None
    kind: Annotated[str, Meta(max_length=40)] | None = None
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """Something of the caller's days, with what it rests on.

    `value` was seen, `baseline` is usual, over `n` of `window_days`, by `method`. `p` is the chance
    of the like on days that mean nothing; null: a fact, no test. `evidence` is what it was computed
    of. `pushed_on`: the day on which it was the one that is pushed.
    """

    id: UUID
    kind: str
    metric: str
    day: date
    severity: int
    text: str
    value: float
    baseline: float
    method: str
    n: int
    window_days: int
    score: float
    p: float | None
    evidence: dict[str, Any]
    state: Annotated[State, Meta(examples=["new"])]
    pushed_on: date | None
    created_at: datetime


class Insights(msgspec.Struct, frozen=True, kw_only=True):
    """The newest first. `pushed` is today's one; `history`: in words, whether there is enough."""

    items: list[Insight]
    next_cursor: UUID | None
    pushed: UUID | None
    history: str


@route(
    "GET",
    "/insights",
    summary="What your days say, with the numbers",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_insights(context: Context, caller: Caller, query: Asked) -> Insights:
    """One page of them."""
    return await context.database.run(_page, caller.user_id, query, datetime.now(UTC))


@route(
    "POST",
    "/insights/{id}/dismiss",
    summary="Hear no more of it",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def dismiss_insight(id: UUID, caller: Caller, write: Write) -> Insight:
    """Keep that it was dismissed."""
    return await write(_act, caller.user_id, id, "dismissed")


@route(
    "POST",
    "/insights/{id}/restore",
    summary="Undo the dismissal",
    tags=("intelligence",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def restore_insight(id: UUID, caller: Caller, write: Write) -> Insight:
    """Make it new again."""
    return await write(_act, caller.user_id, id, "new")


def shown(row: InsightRow) -> Insight:
    """An insight as it is answered."""
    fields = row._asdict()
    del fields["key"], fields["acted_at"]
    return Insight(**fields)


def _page(user_id: UUID, asked: Asked, now: datetime) -> Insights:
    rows = insights.page(user_id, asked.state, asked.kind, asked.cursor, asked.limit + 1)
    today = today_of(user_id, now)
    items = [shown(row) for row in rows[: asked.limit]]
    return Insights(
        items=items,
        next_cursor=items[-1].id if len(rows) > asked.limit else None,
        pushed=insights.pushed(user_id, today),
        history=_history(user_id, today),
    )


def _history(user_id: UUID, today: date) -> str:
    first, _ = user_days.bounds(user_id, 0.0, today)
    known = (today - first).days if first else 0
    if known < LEAST_DAYS:
        return f"not enough history: {known} of {LEAST_DAYS} days"
    return f"{known} days of history"


def _act(user_id: UUID, id: UUID, state: State) -> Insight:
    if insights.find(user_id, id) is None:
        raise not_found()
    now = datetime.now(UTC) if state == "dismissed" else None
    row = insights.act(user_id, id, state, now)
    if row is None:
        raise Problem(409, "insight-over", "It does not hold any more.")
    return shown(row)
