"""What changed of the caller's work since a client last looked: to keep a copy of it in step.

A client begins without a cursor, applies each item (a deleted one takes its object away), and goes
on from `next_cursor`, at once while `has_more`. An object that changes meanwhile comes again.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from msgspec import Meta

from models import change_log, changes, goals, projects, tags, tasks, time_entries
from models.change_log import BEGINNING, Place
from models.database import database
from web.callers import Caller
from web.context import Context
from web.goals import Goal
from web.goals import shown as shown_goals
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


class GoalChange(_Change, frozen=True, kw_only=True, tag="goal"):
    """A goal as it is now; null: it was deleted."""

    object: Goal | None


Change = ProjectChange | TagChange | TaskChange | TimeEntryChange | GoalChange


class Changes(msgspec.Struct, frozen=True):
    """In the order of the changes. The cursor is never null: keep it for the next time."""

    items: list[Change]
    next_cursor: str
    has_more: bool


class _Kind(NamedTuple):
    """How the rows of a kind are read and shown."""

    of_ids: Callable[[UUID, Sequence[UUID]], Sequence[Any]]
    shown: Callable[[UUID, Sequence[Any]], Iterable[Any]]
    change: type[Any]


def _each(shown: Callable[[Any], Any]) -> Callable[[UUID, Sequence[Any]], Iterable[Any]]:
    return lambda _, rows: map(shown, rows)


_KINDS = {
    "project": _Kind(projects.of_ids, _each(shown_project), ProjectChange),
    "tag": _Kind(tags.of_ids, _each(shown_tag), TagChange),
    "task": _Kind(tasks.of_ids, _each(shown_task), TaskChange),
    "time_entry": _Kind(time_entries.of_ids, _each(shown_entry), TimeEntryChange),
    "goal": _Kind(goals.of_ids, shown_goals, GoalChange),
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
    for name, own in ids.items():
        kind = _KINDS[name]
        rows = kind.of_ids(user_id, own)
        for row, shown in zip(rows, kind.shown(user_id, rows), strict=True):
            deleted = row.deleted_at is not None
            found[row.id] = kind.change(
                id=row.id,
                version=row.version,
                deleted=deleted,
                object=None if deleted else shown,
            )
    return found
