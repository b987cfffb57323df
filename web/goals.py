"""The caller's goals: what they mean to reach in a day, a week or a month."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import goals
from models.goals import GoalRow, TargetRow
from models.uuid7 import uuid7
from pipeline.settings import Settings
from pipeline.steps.goal_metrics import Metric
from pipeline.steps.goals import Op, Period
from pipeline.work import Change
from web.callers import Caller
from web.context import Context
from web.days import today_of
from web.fields import Name, check_day, given
from web.goal_checks import EVERY_DAY, SCOPES, check_target, check_weekdays, require_room
from web.problems import invalid, not_found
from web.projects import check_project
from web.routes import READ, READS, WRITE, WRITES, route
from web.versions import IfMatch, Versioned
from web.write import Write

Amount = Annotated[float, Meta(ge=0, le=10_000_000, examples=[14400])]
Weekdays = Annotated[
    list[Annotated[int, Meta(ge=1, le=7)]],
    Meta(min_length=1, max_length=7, examples=[[1, 2, 3, 4, 5]]),
]
Text = Annotated[str, Meta(min_length=1, max_length=1000)]


class Goal(Versioned, frozen=True, kw_only=True):
    """A goal. Seconds, or tasks: `at_least` the target in each period, or `at_most`.

    Active time may be that of a category, with those below it, or of a project as events name it,
    in whatever case; tracked time that of a project of the caller's. `weekdays` are those on which
    a daily goal holds; 1 is Monday. What it asks for now it does since `valid_from`: the days
    before keep what they were asked for.
    """

    id: UUID
    name: str
    metric: str
    category: str | None
    project: str | None
    project_id: UUID | None
    period: str
    week_starts_on: int
    op: str
    target: float
    weekdays: list[int]
    valid_from: date
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class NewGoal(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """It holds from today on, or since a day in the past."""

    name: Name
    metric: Metric
    op: Op = "at_least"
    target: Amount
    period: Period = "day"
    category: Text | None = None
    project: Text | None = None
    project_id: UUID | None = None
    week_starts_on: Annotated[int, Meta(ge=1, le=7)] = 1
    weekdays: Weekdays | None = None
    valid_from: date | None = None


class GoalChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change: what it asks for, from today on. For another metric make another goal."""

    name: Name | UnsetType = UNSET
    op: Op | UnsetType = UNSET
    target: Amount | UnsetType = UNSET
    weekdays: Weekdays | UnsetType = UNSET


@route(
    "POST",
    "/goals",
    summary="Make a goal",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_goal(context: Context, caller: Caller, body: NewGoal, write: Write) -> Goal:
    """Make it."""
    return await write(_make, caller.user_id, body, context.settings)


@route("GET", "/goals/{id}", summary="A goal", tags=("work",), access=READ, limit=READS)
async def get_goal(id: UUID, context: Context, caller: Caller) -> Goal:
    """Read it; a deleted one is not there."""
    return await context.database.run(_read, caller.user_id, id)


@route(
    "PATCH",
    "/goals/{id}",
    summary="Change a goal from today on",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def patch_goal(
    id: UUID, caller: Caller, body: GoalChange, if_match: IfMatch, write: Write
) -> Goal:
    """Change it."""
    return await write(_change, caller.user_id, id, body, if_match)


@route("DELETE", "/goals/{id}", summary="Delete a goal", tags=("work",), access=WRITE, limit=WRITES)
async def delete_goal(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> None:
    """Delete it; it can be restored."""
    await write(_delete, caller.user_id, id, if_match)


@route(
    "POST",
    "/goals/{id}/restore",
    summary="Undo the deletion of a goal",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def restore_goal(id: UUID, context: Context, caller: Caller, write: Write) -> Goal:
    """Restore it; one that is not deleted stays as it is."""
    return await write(_restore, caller.user_id, id, context.settings)


def standing(user_id: UUID, id: UUID) -> GoalRow:
    """The person's goal; `Problem` 404 if there is none, or it is deleted."""
    row = goals.find(user_id, id)
    if row is None or row.deleted_at:
        raise not_found()
    return row


def shown(user_id: UUID, rows: Sequence[GoalRow]) -> list[Goal]:
    """The goals as they are answered."""
    targets = goals.targets(user_id, [row.id for row in rows])
    return [Goal(**row._asdict(), **targets[row.id][-1]._asdict()) for row in rows]


def _read(user_id: UUID, id: UUID) -> Goal:
    return shown(user_id, [standing(user_id, id)])[0]


def _make(user_id: UUID, new: NewGoal, settings: Settings) -> Goal:
    change = Change(user_id)
    require_room(user_id, settings)
    _check_scope(user_id, new)
    check_target(new.op, new.target)
    if new.weekdays is not None:
        check_weekdays(new.period, new.weekdays)
    today = today_of(user_id, change.now)
    check_day("valid_from", new.valid_from)
    if new.valid_from and new.valid_from > today:
        raise invalid("valid_from", "In the future")
    row = GoalRow(
        id=uuid7(),
        version=change.version,
        name=new.name,
        metric=new.metric,
        category=new.category,
        project=new.project,
        project_id=new.project_id,
        period=new.period,
        week_starts_on=new.week_starts_on,
        created_at=change.now,
        updated_at=change.now,
        deleted_at=None,
    )
    target = TargetRow(
        new.valid_from or today, new.op, new.target, sorted({*(new.weekdays or EVERY_DAY)})
    )
    goals.put(user_id, row)
    goals.put_target(user_id, row.id, target)
    change.tell("goal.created", row.id)
    return shown(user_id, [row])[0]


def _change(user_id: UUID, id: UUID, body: GoalChange, if_match: IfMatch) -> Goal:
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    fields: dict[str, Any] = given(body)
    asked = goals.targets(user_id, [id])[id][-1]
    if "weekdays" in fields:
        check_weekdays(row.period, fields["weekdays"])
        fields["weekdays"] = sorted({*fields["weekdays"]})
    target = asked._replace(**{name: fields[name] for name in fields if name != "name"})
    check_target(target.op, target.target)
    named = row._replace(name=fields.get("name", row.name))
    if target == asked and named == row:
        return shown(user_id, [row])[0]
    if target != asked:
        today = max(today_of(user_id, change.now), asked.valid_from)
        goals.put_target(user_id, id, target._replace(valid_from=today))
    return _put(change, "goal.updated", named)


def _delete(user_id: UUID, id: UUID, if_match: IfMatch) -> None:
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    _put(change, "goal.deleted", row._replace(deleted_at=change.now))


def _restore(user_id: UUID, id: UUID, settings: Settings) -> Goal:
    change = Change(user_id)
    row = goals.find(user_id, id)
    if row is None:
        raise not_found()
    if row.deleted_at is None:
        return shown(user_id, [row])[0]
    require_room(user_id, settings)
    return _put(change, "goal.restored", row._replace(deleted_at=None))


def _put(
    change: Change, type: Literal["goal.updated", "goal.deleted", "goal.restored"], row: GoalRow
) -> Goal:
    new = row._replace(version=change.version, updated_at=change.now)
    goals.put(change.user_id, new)
    change.tell(type, new.id)
    return shown(change.user_id, [new])[0]


def _check_scope(user_id: UUID, new: NewGoal) -> None:
    for path, metric in SCOPES.items():
        if getattr(new, path) is not None and new.metric != metric:
            raise invalid(path, f"Only of {metric}")
    if new.category and new.project:
        raise invalid("project", "Beside category")
    check_project(user_id, new.project_id)
