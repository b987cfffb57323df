"""What a change of a time entry comes with: checks, and what the stages are told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from models import tasks, time_entries
from models.time_entries import EntryRow
from models.uuid7 import uuid7
from pipeline.events import WorkType
from pipeline.tags import ensure
from pipeline.work import Change
from web.fields import check_instant
from web.problems import Problem, invalid, not_found
from web.projects import check_project
from web.task_changes import zone_of
from web.task_checks import check_task
from web.versions import IfMatch
from web.zones import is_zone

_NEW: dict[str, Any] = {
    "task_id": None, "project_id": None, "end_at": None, "time_zone": None, "description": "",
    "tags": [], "source": "manual", "external_ref": None, "deleted_at": None,
}  # fmt: skip


def standing(user_id: UUID, id: UUID) -> EntryRow:
    """The person's entry; `Problem` 404 if there is none, or it is deleted."""
    row = time_entries.find(user_id, id)
    if row is None or row.deleted_at:
        raise not_found()
    return row


def make(change: Change, fields: Mapping[str, Any], path: str = "") -> EntryRow:
    """Make an entry of what was given; without an end it runs. Paths of problems begin so."""
    check_instant(f"{path}start", fields["start_at"])
    zone = fields.get("time_zone") or zone_of(change.user_id, fields["start_at"])
    new = EntryRow(
        **{
            **_NEW,
            "id": uuid7(),
            "version": change.version,
            "created_at": change.now,
            "updated_at": change.now,
            **fields,
            "time_zone": zone,
        }
    )
    kind: WorkType = "time_entry.created" if new.end_at else "time_entry.started"
    return _write(change, kind, None, new, fields, path)


def update(change: Change, row: EntryRow, fields: Mapping[str, Any], path: str = "") -> EntryRow:
    """Make the fields of an entry what was given."""
    new = row._replace(**fields)
    if new == row:
        return row
    stops = row.end_at is None and new.end_at is not None
    kind: WorkType = "time_entry.stopped" if stops else "time_entry.updated"
    return _write(change, kind, row, new, fields, path)


def delete(user_id: UUID, id: UUID, if_match: IfMatch) -> None:
    """Delete an entry."""
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    remove(change, row)


def remove(change: Change, row: EntryRow) -> None:
    """Delete an entry that stands."""
    put(change, "time_entry.deleted", row, row._replace(deleted_at=change.now))


def restore(user_id: UUID, id: UUID) -> EntryRow:
    """Undo the deletion of an entry; `Problem` 409 for a running one beside another."""
    change = Change(user_id)
    row = time_entries.find(user_id, id)
    if row is None:
        raise not_found()
    if row.deleted_at is None:
        return row
    new = row._replace(deleted_at=None)
    if new.end_at is None:
        require_none_running(change)
    return put(change, "time_entry.restored", row, new)


def require_none_running(change: Change) -> None:
    """Raise `Problem` 409 when a timer runs."""
    if time_entries.running(change.user_id):
        raise Problem(409, "timer-running", "Another timer is running: stop it first.")


def put(change: Change, type: WorkType, old: EntryRow | None, new: EntryRow) -> EntryRow:
    """Write the entry and tell which days it touches, and touched."""
    new = new._replace(version=change.version, updated_at=change.now)
    time_entries.put(change.user_id, new)
    rows = [row for row in (old, new) if row is not None]
    # What a task took is told on the day it was done.
    named = {row.task_id for row in rows if row.task_id}
    done = [task.done_at for task in tasks.of_ids(change.user_id, named)] if named else []
    change.tell(type, new.id, spans=[*((row.start_at, row.end_at) for row in rows), *done])
    return new


def _write(
    change: Change,
    type: WorkType,
    old: EntryRow | None,
    new: EntryRow,
    fields: Mapping[str, Any],
    path: str,
) -> EntryRow:
    _check_span(new, change.now, path)
    if not is_zone(new.time_zone):
        raise invalid(f"{path}time_zone", "Not an IANA time zone")
    if "project_id" in fields:
        check_project(change.user_id, new.project_id, f"{path}project_id")
    if "task_id" in fields:
        task = check_task(change.user_id, new.task_id, f"{path}task_id")
        if task and task.project_id and "project_id" not in fields:
            new = new._replace(project_id=task.project_id)
    if new.end_at is None and (old is None or old.end_at is not None):
        require_none_running(change)
    if "tags" in fields:
        new = new._replace(tags=ensure(change, new.tags))
    return put(change, type, old, new)


def _check_span(new: EntryRow, now: datetime, path: str) -> None:
    check_instant(f"{path}start", new.start_at)
    if new.start_at > now:
        raise invalid(f"{path}start", "In the future")
    if new.end_at is None:
        return
    if new.end_at <= new.start_at:
        raise invalid(f"{path}end", "Not after its start")
    if new.end_at > now:
        raise invalid(f"{path}end", "In the future")
