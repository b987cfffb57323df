"""How the caller's goals go: now, in streaks, and period by period."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, cast
from uuid import UUID

import msgspec
from msgspec import Meta

from models import day_figures, goals
from models.goals import GoalRow, TargetRow
from pipeline.settings import Settings
from pipeline.steps.goal_metrics import Figures, Metric, Scope, measured
from pipeline.steps.goals import Op, Outcome, Period, Target, outcomes, streaks
from web.callers import Caller
from web.context import Context
from web.days import today_of
from web.goals import Goal, shown, standing
from web.ranges import Range, check_range
from web.routes import READ, READS, route


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: UUID = UUID(int=0)
    limit: Annotated[int, Meta(ge=1, le=100)] = 100


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """A period, both days included; without a target the goal does not hold in it."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")
    value: float
    target: float | None
    op: str | None
    met: bool


class FollowedGoal(Goal, frozen=True, kw_only=True):
    """A goal, how its running period goes, and how many periods in a row met it.

    The running period does not end a streak before it is over.
    """

    now: Progress
    streak: int
    longest_streak: int


class GoalPage(msgspec.Struct, frozen=True):
    """In the order in which they were made; the cursor leads to the next page."""

    items: list[FollowedGoal]
    next_cursor: UUID | None


class History(msgspec.Struct, frozen=True):
    """The periods that touch the days asked for and have begun, each by what was asked of it."""

    items: list[Progress]


@route("GET", "/goals", summary="Goals and how they go", tags=("work",), access=READ, limit=READS)
async def get_goals(context: Context, caller: Caller, query: Page) -> GoalPage:
    """Read a page."""
    now = datetime.now(UTC)
    return await context.database.run(_page, caller.user_id, query, context.settings, now)


@route(
    "GET",
    "/goals/{id}/history",
    summary="How a goal went, period by period",
    tags=("work",),
    access=READ,
    limit=READS,
)
async def get_goal_history(id: UUID, context: Context, caller: Caller, query: Range) -> History:
    """Read the periods."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_history, caller.user_id, id, query, datetime.now(UTC))


def _page(user_id: UUID, query: Page, settings: Settings, now: datetime) -> GoalPage:
    found = goals.page(user_id, query.cursor, query.limit + 1)
    rows = found[: query.limit]
    targets = goals.targets(user_id, [row.id for row in rows])
    today = today_of(user_id, now)
    first = today - timedelta(days=settings.goal_history_days)
    days = _days(user_id, first, today) if rows else {}
    items = [
        _followed(goal, _outcomes(row, targets[row.id], days, first, today), today)
        for goal, row in zip(shown(user_id, rows), rows, strict=True)
    ]
    return GoalPage(items, rows[-1].id if len(found) > query.limit else None)


def _followed(goal: Goal, some: Sequence[Outcome], today: date) -> FollowedGoal:
    found = streaks(some, today)
    return FollowedGoal(
        **msgspec.structs.asdict(goal),
        now=_progress(some[-1]),
        streak=found.current,
        longest_streak=found.longest,
    )


def _history(user_id: UUID, id: UUID, asked: Range, now: datetime) -> History:
    row = standing(user_id, id)
    targets = goals.targets(user_id, [id])[id]
    last = min(asked.last, today_of(user_id, now))
    days = _days(user_id, asked.first, last)
    some = _outcomes(row, targets, days, asked.first, last)
    return History([_progress(outcome) for outcome in some])


def _days(user_id: UUID, first: date, last: date) -> Mapping[date, Figures]:
    # The first and the last period may reach beyond the days asked for.
    month = timedelta(days=31)
    rows = day_figures.between(user_id, first - month, last + month)
    return {day: Figures(*row) for day, row in rows.items()}


def _outcomes(
    row: GoalRow,
    targets: Sequence[TargetRow],
    days: Mapping[date, Figures],
    first: date,
    last: date,
) -> list[Outcome]:
    project_id = str(row.project_id) if row.project_id else None
    metric, scope = cast("Metric", row.metric), Scope(row.category, row.project, project_id)
    values = {day: measured(metric, scope, figures) for day, figures in days.items()}
    asked = [
        Target(target.valid_from, cast("Op", target.op), target.target, frozenset(target.weekdays))
        for target in targets
    ]
    return outcomes(values, asked, cast("Period", row.period), row.week_starts_on, first, last)


def _progress(outcome: Outcome) -> Progress:
    target = outcome.target
    return Progress(
        first=outcome.first,
        last=outcome.last,
        value=outcome.value,
        target=target.target if target else None,
        op=target.op if target else None,
        met=outcome.met,
    )
