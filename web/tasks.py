"""The caller's tasks: what is to be done."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models.tasks import TaskRow
from web import task_changes
from web.callers import Caller
from web.context import Context
from web.fields import EstimateS, Instant, Name, given
from web.problems import invalid
from web.quick_adds import LONGEST_TITLE, MOST_TAGS, QuickText, read_text
from web.routes import READ, READS, WRITE, WRITES, route
from web.versions import IfMatch, Versioned
from web.write import Write

Status = Literal["todo", "doing", "waiting", "done", "cancelled"]
Mode = Literal["schedule", "completion"]

Title = Annotated[
    str, Meta(min_length=1, max_length=LONGEST_TITLE, pattern=r"^[^\r\n]*[^\s][^\r\n]*$")
]
Notes = Annotated[str, Meta(max_length=20_000)]
Priority = Annotated[int, Meta(ge=0, le=3)]
Tags = Annotated[list[Name], Meta(max_length=MOST_TAGS)]
Rule = Annotated[str, Meta(max_length=500, examples=[""])]
Blockers = Annotated[list[UUID], Meta(max_length=100, examples=[[]])]
Position = Annotated[float, Meta(ge=-1e15, le=1e15)]


class ExternalRef(msgspec.Struct, forbid_unknown_fields=True):
    """What it is called elsewhere."""

    provider: Name
    id: Annotated[str, Meta(max_length=500)]
    url: Annotated[str, Meta(max_length=2000)] = ""


class Task(Versioned, frozen=True, kw_only=True):
    """A task. Due at an instant or in the course of a local day; planned for a day.

    `priority`: 0 none, 1 low, 2 medium, 3 high. `rrule` is the rule of RFC 5545 by which it comes
    again; all tasks of a series bear the id of its first one. `blocked_by`: what has to be done
    before.
    """

    id: UUID
    title: str
    notes: str
    status: str
    priority: int
    project_id: UUID | None
    parent_id: UUID | None
    tags: list[str]
    estimate_s: int | None
    due_at: datetime | None
    due_on: date | None
    deadline: datetime | None
    planned_on: date | None
    wait_until: datetime | None
    rrule: str
    repeat_mode: str
    series_id: UUID | None
    blocked_by: list[UUID]
    position: float
    external_ref: dict[str, str] | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    deleted_at: datetime | None


class _Fields(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    notes: Notes | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    priority: Priority | UnsetType = UNSET
    project_id: UUID | UnsetType | None = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    estimate_s: EstimateS | UnsetType | None = UNSET
    due_at: Instant | UnsetType | None = UNSET
    due_on: date | UnsetType | None = UNSET
    deadline: Instant | UnsetType | None = UNSET
    planned_on: date | UnsetType | None = UNSET
    wait_until: Instant | UnsetType | None = UNSET
    rrule: Rule | UnsetType = UNSET
    repeat_mode: Mode | UnsetType = UNSET
    blocked_by: Blockers | UnsetType = UNSET
    position: Position | UnsetType = UNSET
    external_ref: ExternalRef | UnsetType | None = UNSET


class NewTask(_Fields, kw_only=True):
    """A title, or a text as quick add takes it; fields beside a text say it better.

    A new task comes last. `created_at` and `done_at` are for what was done elsewhere.
    """

    title: Title | UnsetType = UNSET
    text: QuickText | UnsetType = UNSET
    created_at: Instant | UnsetType = UNSET
    done_at: Instant | UnsetType = UNSET


class TaskChange(_Fields, kw_only=True):
    """What to change. A status does what its verb does: done completes, another reopens."""

    title: Title | UnsetType = UNSET


@route(
    "POST",
    "/tasks",
    summary="Make a task, of fields or of a line of text",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
)
async def post_task(caller: Caller, body: NewTask, write: Write) -> Task:
    """Make it."""
    return await write(_make, caller.user_id, body)


@route("GET", "/tasks/{id}", summary="A task", tags=("work",), access=READ, limit=READS)
async def get_task(id: UUID, context: Context, caller: Caller) -> Task:
    """Read it; a deleted one is not there."""
    return shown(await context.database.run(task_changes.standing, caller.user_id, id))


@route("PATCH", "/tasks/{id}", summary="Change a task", tags=("work",), access=WRITE, limit=WRITES)
async def patch_task(
    id: UUID, caller: Caller, body: TaskChange, if_match: IfMatch, write: Write
) -> Task:
    """Change it."""
    return await write(_change, caller.user_id, id, body, if_match)


@route(
    "DELETE",
    "/tasks/{id}",
    summary="Delete a task and its subtasks",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def delete_task(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> None:
    """Delete it; it can be restored with them."""
    await write(task_changes.delete, caller.user_id, id, if_match)


def shown(row: TaskRow) -> Task:
    """The task as it is answered."""
    fields = row._asdict()
    del fields["repeat_at"]
    return Task(**fields)


def _make(user_id: UUID, body: NewTask) -> Task:
    fields = given(body)
    if "text" in fields:
        said = read_text(user_id, fields.pop("text"))
        fields = {**said, **_one_due(fields)}
    if "title" not in fields:
        raise invalid("title", "Required, or a text")
    return shown(task_changes.make(user_id, _as_kept(fields)))


def _change(user_id: UUID, id: UUID, body: TaskChange, if_match: IfMatch) -> Task:
    return shown(task_changes.change(user_id, id, _as_kept(_one_due(given(body))), if_match))


def _one_due(fields: dict[str, Any]) -> dict[str, Any]:
    """Who says when it is due says both: an instant takes the place of a day, and the reverse."""
    for one, other in (("due_at", "due_on"), ("due_on", "due_at")):
        if fields.get(one) is not None:
            return {other: None, **fields}
    return fields


def _as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    reference = fields.get("external_ref")
    if reference is None:
        return dict(fields)
    return {**fields, "external_ref": msgspec.structs.asdict(reference)}
