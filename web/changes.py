"""What changed of the caller's work since a client last looked: to keep a copy of it in step.

A client begins without a cursor, applies each item (a deleted one takes its object away), and goes
on from `next_cursor`, at once while `has_more`. An object that changes meanwhile comes again.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import change_log, changes, projects, tags, tasks, time_entries
from models.change_log import BEGINNING, Place
from models.database import database
from web.callers import Caller
from web.context import Context
from web.problems import invalid
from web.projects import Project
from web.projects import shown as shown_project
from web.routes import READ, READS, route
from web.tags import Tag
from web.tags import shown as shown_tag
from web.tasks import Task
from web.tasks import shown as shown_task
from web.time_entries import TimeEntry
from web.time_entries import shown as shown_entry

_LAST_ID = UUID(int=2**128 - 1)
_CURSOR = re.compile(r"(\d{1,18})-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class Since(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the client stands; without a cursor it knows nothing yet."""

    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 500


class _Change(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """`version` is that of the object now."""

    id: UUID
    version: int
    deleted: bool


class ProjectChange(_Change, frozen=True, kw_only=True, tag="project"):
    """A project as it is now; null: it was deleted."""

    object: Project | None


class TagChange(_Change, frozen=True, kw_only=True, tag="tag"):
    """A tag as it is now; null: it was deleted."""

    object: Tag | None


class TaskChange(_Change, frozen=True, kw_only=True, tag="task"):
    """A task as it is now; null: it was deleted."""

    object: Task | None


class TimeEntryChange(_Change, frozen=True, kw_only=True, tag="time_entry"):
    """A time entry as it is now; null: it was deleted."""

    object: TimeEntry | None


Change = ProjectChange | TagChange | TaskChange | TimeEntryChange


class Changes(msgspec.Struct, frozen=True):
    """In the order of the changes. The cursor is never null: keep it for the next time."""

    items: list[Change]
    next_cursor: str
    has_more: bool


#: How the rows of a kind are read and shown.
_KINDS: dict[str, tuple[Callable[[UUID, Sequence[UUID]], Iterable[Any]], Callable[[Any], Any], Any]]
_KINDS = {
    "project": (projects.of_ids, shown_project, ProjectChange),
    "tag": (tags.of_ids, shown_tag, TagChange),
    "task": (tasks.of_ids, shown_task, TaskChange),
    "time_entry": (time_entries.of_ids, shown_entry, TimeEntryChange),
}


@route(
    "GET",
    "/changes",
    summary="What changed since the cursor, with tombstones",
    tags=("work",),
    access=READ,
    limit=READS,
)
async def get_changes(context: Context, caller: Caller, query: Since) -> Changes:
    """Read a page."""
    place = place_of(query.cursor)
    return await context.database.run(read, caller.user_id, place, query.limit)


def place_of(cursor: str | None) -> Place:
    """The place of a cursor; `Problem` 422: it is none of ours."""
    if cursor is None:
        return BEGINNING
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        raise invalid("cursor", "Not a cursor of ours")
    return Place(int(found[1]), UUID(found[2]))


def cursor_of(place: Place) -> str:
    """The cursor of a place."""
    return f"{place.version}-{place.id}"


def read(user_id: UUID, place: Place, limit: int) -> Changes:
    """The next changes; `Problem` 422 for a place beyond the last of them."""
    with database.atomic():
        latest = changes.latest(user_id)
        if place.version > latest:
            raise invalid("cursor", "Beyond the last change: begin without a cursor")
        found = change_log.after(user_id, place, limit + 1)
        page = found[:limit]
        objects = _objects(user_id, page)
    end, has_more = Place(page[-1].version, page[-1].id) if page else place, len(found) > limit
    if not has_more:
        # Behind what was gone before the client began, which it is not told of later either.
        end = max(end, Place(latest, _LAST_ID))
    items = [objects[row.id] for row in page if row.id in objects]
    return Changes(items, cursor_of(end), has_more)


def _objects(user_id: UUID, page: Iterable[change_log.Changed]) -> Mapping[UUID, Change]:
    ids: dict[str, list[UUID]] = {}
    for row in page:
        ids.setdefault(row.kind, []).append(row.id)
    found: dict[UUID, Change] = {}
    for kind, own in ids.items():
        of_ids, shown, change = _KINDS[kind]
        for row in of_ids(user_id, own):
            deleted = row.deleted_at is not None
            found[row.id] = change(
                id=row.id,
                version=row.version,
                deleted=deleted,
                object=None if deleted else shown(row),
            )
    return found
