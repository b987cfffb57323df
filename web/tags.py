"""The caller's tags: words that tasks and time entries bear.

Whoever gives a task or an entry a tag that is not there makes it.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import tags
from models.tags import TagRow
from models.uuid7 import uuid7
from pipeline.steps.palette import color_of
from pipeline.work import Change
from web.callers import Caller
from web.context import Context
from web.fields import Color, Name, given
from web.problems import Problem, not_found
from web.routes import READ, READS, WRITE, WRITES, route
from web.versions import IfMatch, Versioned
from web.write import Write


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where to go on."""

    cursor: UUID = UUID(int=0)
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Tag(Versioned, frozen=True, kw_only=True):
    """A tag."""

    id: UUID
    name: str
    color: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class TagPage(msgspec.Struct, frozen=True):
    """In the order in which they were made; the cursor leads to the next page."""

    items: list[Tag]
    next_cursor: UUID | None


class NewTag(msgspec.Struct, forbid_unknown_fields=True):
    """Names differ by more than their letters' case. Without a colour the name chooses one."""

    name: Name
    color: Color | None = None


class TagChange(msgspec.Struct, forbid_unknown_fields=True):
    """What to change."""

    name: Name | UnsetType = UNSET
    color: Color | UnsetType = UNSET


@route("GET", "/tags", summary="Tags", tags=("work",), access=READ, limit=READS)
async def get_tags(context: Context, caller: Caller, query: Page) -> TagPage:
    """Read a page."""
    limit = query.limit
    found = await context.database.run(tags.page, caller.user_id, query.cursor, limit + 1)
    items = [shown(row) for row in found[:limit]]
    return TagPage(items, items[-1].id if len(found) > limit else None)


@route(
    "POST",
    "/tags",
    summary="Make a tag",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_tag(caller: Caller, body: NewTag, write: Write) -> Tag:
    """Make it."""
    return await write(_make, caller.user_id, body)


@route("GET", "/tags/{id}", summary="A tag", tags=("work",), access=READ, limit=READS)
async def get_tag(id: UUID, context: Context, caller: Caller) -> Tag:
    """Read it; a deleted one is not there."""
    return shown(await context.database.run(_standing, caller.user_id, id))


@route(
    "PATCH",
    "/tags/{id}",
    summary="Change a tag, on whatever bears it too",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def patch_tag(
    id: UUID, caller: Caller, body: TagChange, if_match: IfMatch, write: Write
) -> Tag:
    """Change it."""
    return await write(_change, caller.user_id, id, body, if_match)


@route(
    "DELETE",
    "/tags/{id}",
    summary="Delete a tag: nothing bears it any more",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def delete_tag(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> None:
    """Delete it."""
    await write(_delete, caller.user_id, id, if_match)


def shown(row: TagRow) -> Tag:
    """The tag as it is answered."""
    return Tag(**row._asdict())


def _standing(user_id: UUID, id: UUID) -> TagRow:
    row = tags.find(user_id, id)
    if row is None or row.deleted_at:
        raise not_found()
    return row


def _make(user_id: UUID, new: NewTag) -> Tag:
    change = Change(user_id)
    row = TagRow(
        id=uuid7(),
        version=change.version,
        name=new.name,
        color=new.color or color_of(new.name),
        created_at=change.now,
        updated_at=change.now,
        deleted_at=None,
    )
    _check_name(user_id, row)
    tags.put(user_id, row)
    change.tell("tag.created", row.id)
    return shown(row)


def _change(user_id: UUID, id: UUID, body: TagChange, if_match: IfMatch) -> Tag:
    change = Change(user_id)
    row = _standing(user_id, id)
    if_match.require(row.version)
    new = row._replace(**given(body))
    if new == row:
        return shown(row)
    _check_name(user_id, new)
    new = new._replace(version=change.version, updated_at=change.now)
    tags.put(user_id, new)
    if new.name != row.name:
        tags.rename(user_id, row.name, new.name, change.version, change.now)
    change.tell("tag.updated", id)
    return shown(new)


def _delete(user_id: UUID, id: UUID, if_match: IfMatch) -> None:
    change = Change(user_id)
    row = _standing(user_id, id)
    if_match.require(row.version)
    new = row._replace(version=change.version, updated_at=change.now, deleted_at=change.now)
    tags.put(user_id, new)
    tags.rename(user_id, row.name, None, change.version, change.now)
    change.tell("tag.deleted", id)


def _check_name(user_id: UUID, row: TagRow) -> None:
    if any(other.id != row.id for other in tags.named(user_id, [row.name]).values()):
        raise Problem(409, "name-taken", "Another tag has this name.")
