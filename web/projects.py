"""The caller's projects: what tasks and time entries are for."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import projects
from models.projects import ProjectRow
from models.uuid7 import uuid7
from pipeline.steps.palette import color_of
from pipeline.work import Change
from web.callers import Caller
from web.context import Context
from web.fields import Color, EstimateS, Name, given
from web.problems import Problem, invalid, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.versions import IfMatch, Versioned
from web.write import Write

_NOWHERE = UUID(int=0)


class Projects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which ones, and where to go on. `archived`: only those, or only the others."""

    archived: bool | None = None
    cursor: UUID = _NOWHERE
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Project(Versioned, frozen=True, kw_only=True):
    """A project; one that is archived is kept for its history."""

    id: UUID
    name: str
    color: str
    parent_id: UUID | None
    billable: bool
    default_estimate_s: int | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None


class ProjectPage(msgspec.Struct, frozen=True):
    """In the order in which they were made; the cursor leads to the next page."""

    items: list[Project]
    next_cursor: UUID | None


class NewProject(msgspec.Struct, forbid_unknown_fields=True):
    """Names differ by more than their letters' case. Without a colour the name chooses one.

    `default_estimate_s` is that of a new task that says nothing else.
    """

    name: Name
    color: Color | None = None
    parent_id: UUID | None = None
    billable: bool = False
    default_estimate_s: EstimateS | None = None


class ProjectChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change."""

    name: Name | UnsetType = UNSET
    color: Color | UnsetType = UNSET
    parent_id: UUID | UnsetType | None = UNSET
    billable: bool | UnsetType = UNSET
    default_estimate_s: EstimateS | UnsetType | None = UNSET
    archived: bool | UnsetType = UNSET


@route("GET", "/projects", summary="Projects", tags=("work",), access=READ, limit=READS)
async def get_projects(context: Context, caller: Caller, query: Projects) -> ProjectPage:
    """Read a page."""
    limit = query.limit
    found = await context.database.run(
        projects.page, caller.user_id, query.cursor, limit + 1, archived=query.archived
    )
    items = [shown(row) for row in found[:limit]]
    return ProjectPage(items, items[-1].id if len(found) > limit else None)


@route(
    "POST",
    "/projects",
    summary="Make a project",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_project(caller: Caller, body: NewProject, write: Write) -> Project:
    """Make it."""
    return await write(_make, caller.user_id, body)


@route("GET", "/projects/{id}", summary="A project", tags=("work",), access=READ, limit=READS)
async def get_project(id: UUID, context: Context, caller: Caller) -> Project:
    """Read it; a deleted one is not there."""
    return shown(await context.database.run(standing, caller.user_id, id))


@route(
    "PATCH",
    "/projects/{id}",
    summary="Change a project",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def patch_project(
    id: UUID, caller: Caller, body: ProjectChange, if_match: IfMatch, write: Write
) -> Project:
    """Change it."""
    return await write(_change, caller.user_id, id, body, if_match)


@route(
    "DELETE",
    "/projects/{id}",
    summary="Delete a project; its tasks and entries stay and name it",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def delete_project(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> None:
    """Delete it; it can be restored."""
    await write(_delete, caller.user_id, id, if_match)


@route(
    "POST",
    "/projects/{id}/restore",
    summary="Undo the deletion of a project",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def restore_project(id: UUID, caller: Caller, write: Write) -> Project:
    """Restore it; one that is not deleted stays as it is."""
    return await write(_restore, caller.user_id, id)


def shown(row: ProjectRow) -> Project:
    """The project as it is answered."""
    return Project(**row._asdict())


def standing(user_id: UUID, id: UUID) -> ProjectRow:
    """The person's project; `Problem` 404 if there is none, or it is deleted."""
    row = projects.find(user_id, id)
    if row is None or row.deleted_at:
        raise not_found()
    return row


def check_project(user_id: UUID, id: UUID | None, path: str = "project_id") -> ProjectRow | None:
    """The project that a body names; `Problem` 422 unless it is one of theirs."""
    if id is None:
        return None
    row = projects.find(user_id, id)
    if row is None or row.deleted_at:
        raise invalid(path, "Not a project of yours")
    return row


def _make(user_id: UUID, new: NewProject) -> Project:
    change = Change(user_id)
    row = ProjectRow(
        id=uuid7(),
        version=change.version,
        name=new.name,
        color=new.color or color_of(new.name),
        parent_id=new.parent_id,
        billable=new.billable,
        default_estimate_s=new.default_estimate_s,
        created_at=change.now,
        updated_at=change.now,
        archived_at=None,
        deleted_at=None,
    )
    _check(user_id, row)
    projects.put(user_id, row)
    change.tell("project.created", row.id)
    return shown(row)


def _change(user_id: UUID, id: UUID, body: ProjectChange, if_match: IfMatch) -> Project:
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    fields: dict[str, Any] = given(body)
    if (archived := fields.pop("archived", None)) is not None:
        fields["archived_at"] = (row.archived_at or change.now) if archived else None
    return _kept(change, row, fields)


def _kept(change: Change, row: ProjectRow, fields: Mapping[str, Any]) -> Project:
    new = row._replace(**fields)
    if new == row:
        return shown(row)
    _check(change.user_id, new)
    new = new._replace(version=change.version, updated_at=change.now)
    projects.put(change.user_id, new)
    change.tell("project.updated", new.id)
    return shown(new)


def _delete(user_id: UUID, id: UUID, if_match: IfMatch) -> None:
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    projects.put(
        user_id,
        row._replace(version=change.version, updated_at=change.now, deleted_at=change.now),
    )
    change.tell("project.deleted", id)


def _restore(user_id: UUID, id: UUID) -> Project:
    change = Change(user_id)
    row = projects.find(user_id, id)
    if row is None:
        raise not_found()
    if row.deleted_at is None:
        return shown(row)
    new = row._replace(version=change.version, updated_at=change.now, deleted_at=None)
    _check_name(user_id, new)
    projects.put(user_id, new)
    change.tell("project.restored", id)
    return shown(new)


def _check(user_id: UUID, row: ProjectRow) -> None:
    _check_name(user_id, row)
    check_project(user_id, row.parent_id, "parent_id")
    parents = projects.parents(user_id)
    above = row.parent_id
    while above is not None:
        if above == row.id:
            raise invalid("parent_id", "The project itself, or one below it")
        above = parents.get(above)


def _check_name(user_id: UUID, row: ProjectRow) -> None:
    other = projects.named(user_id, row.name)
    if other and other.id != row.id:
        raise Problem(409, "name-taken", "Another project has this name.")
