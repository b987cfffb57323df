"""The caller's time entries: what their time went to, as they say it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import time_entries
from models.time_entries import EntryRow
from pipeline.work import Change
from web import entry_changes
from web.callers import Caller
from web.context import Context
from web.fields import Instant, Name, given
from web.problems import invalid
from web.routes import READ, READS, WRITE, WRITES, route
from web.tasks import ExternalRef, Tags
from web.versions import IfMatch, Versioned
from web.write import Write

Description = Annotated[str, Meta(max_length=2000)]


class TimeEntry(Versioned, frozen=True, kw_only=True):
    """Time that went to a task, a project or neither; without an end the timer is running."""

    id: UUID
    task_id: UUID | None
    project_id: UUID | None
    start: datetime
    end: datetime | None
    time_zone: str
    description: str
    tags: list[str]
    source: str
    external_ref: dict[str, str] | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class What(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What the time went to. An entry of a task is one of its project, if nothing else is said."""

    task_id: UUID | UnsetType | None = UNSET
    project_id: UUID | UnsetType | None = UNSET
    description: Description | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET


class NewEntry(What, kw_only=True):
    """Begun and ended by now; without an end it runs. Zone: the person's, if none is given."""

    start: Instant
    end: Instant | UnsetType | None = UNSET
    time_zone: Name | UnsetType = UNSET
    source: Literal["manual", "import"] = "manual"
    external_ref: ExternalRef | UnsetType | None = UNSET


class EntryChange(What, kw_only=True):
    """What to change; an end of null lets the entry run on."""

    start: Instant | UnsetType = UNSET
    end: Instant | UnsetType | None = UNSET
    time_zone: Name | UnsetType = UNSET
    external_ref: ExternalRef | UnsetType | None = UNSET


class BulkChange(msgspec.Struct, forbid_unknown_fields=True):
    """The same change of many entries: all of them, or none."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)]
    set: What


class Changed(msgspec.Struct, frozen=True):
    """The entries as they are now, in the order asked for."""

    items: list[TimeEntry]


@route(
    "POST",
    "/time-entries",
    summary="Book time",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_time_entry(caller: Caller, body: NewEntry, write: Write) -> TimeEntry:
    """Make an entry."""
    return await write(_make, caller.user_id, body)


@route(
    "PATCH",
    "/time-entries",
    summary="Change many time entries at once",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def patch_time_entries(caller: Caller, body: BulkChange, write: Write) -> Changed:
    """Change them in one transaction."""
    return await write(_change_all, caller.user_id, body)


@route(
    "GET", "/time-entries/{id}", summary="A time entry", tags=("work",), access=READ, limit=READS
)
async def get_time_entry(id: UUID, context: Context, caller: Caller) -> TimeEntry:
    """Read it; a deleted one is not there."""
    return shown(await context.database.run(entry_changes.standing, caller.user_id, id))


@route(
    "PATCH",
    "/time-entries/{id}",
    summary="Change a time entry, also the start of the running one",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def patch_time_entry(
    id: UUID, caller: Caller, body: EntryChange, if_match: IfMatch, write: Write
) -> TimeEntry:
    """Change it."""
    return await write(_change, caller.user_id, id, body, if_match)


@route(
    "DELETE",
    "/time-entries/{id}",
    summary="Delete a time entry",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def delete_time_entry(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> None:
    """Delete it; it can be restored."""
    await write(entry_changes.delete, caller.user_id, id, if_match)


@route(
    "POST",
    "/time-entries/{id}/restore",
    summary="Undo the deletion of a time entry",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def restore_time_entry(id: UUID, caller: Caller, write: Write) -> TimeEntry:
    """Restore it; one that is not deleted stays as it is."""
    return await write(_restore, caller.user_id, id)


def shown(row: EntryRow) -> TimeEntry:
    """The entry as it is answered."""
    return TimeEntry(**fields_of(row))


def fields_of(row: EntryRow) -> dict[str, Any]:
    """The entry's fields as they are answered."""
    fields = row._asdict()
    fields["start"], fields["end"] = fields.pop("start_at"), fields.pop("end_at")
    return fields


def as_kept(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a body as those of a row."""
    kept = dict(fields)
    for name in ("start", "end"):
        if name in kept:
            kept[f"{name}_at"] = kept.pop(name)
    if kept.get("external_ref") is not None:
        kept["external_ref"] = msgspec.structs.asdict(kept["external_ref"])
    return kept


def _make(user_id: UUID, body: NewEntry) -> TimeEntry:
    return shown(entry_changes.make(Change(user_id), as_kept(given(body))))


def _change(user_id: UUID, id: UUID, body: EntryChange, if_match: IfMatch) -> TimeEntry:
    change = Change(user_id)
    row = entry_changes.standing(user_id, id)
    if_match.require(row.version)
    return shown(entry_changes.update(change, row, as_kept(given(body))))


def _change_all(user_id: UUID, body: BulkChange) -> Changed:
    change = Change(user_id)
    rows = {row.id: row for row in time_entries.of_ids(user_id, body.ids) if not row.deleted_at}
    fields = given(body.set)
    items = []
    for number, id in enumerate(body.ids):
        if id not in rows:
            raise invalid(f"ids[{number}]", "Not an entry of yours")
        rows[id] = entry_changes.update(change, rows[id], fields, "set.")
        items.append(shown(rows[id]))
    return Changed(items)


def _restore(user_id: UUID, id: UUID) -> TimeEntry:
    return shown(entry_changes.restore(user_id, id))
