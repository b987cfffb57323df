"""What a change of a task comes with: checks, the next of a series, what the stages are told.

The status decides: whoever sets it, by its verb or as a field, does the same.
"""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from models import tasks
from models.tasks import TaskRow
from models.uuid7 import uuid7
from pipeline.events import WorkType
from pipeline.periods import periods_of
from pipeline.steps.days import period_at
from pipeline.steps.instants import as_us
from pipeline.steps.repeats import next_task
from pipeline.steps.wall_clock import on_wall
from pipeline.tags import ensure
from pipeline.work import Change
from web.problems import not_found
from web.projects import check_project
from web.task_checks import check, check_history, dates_of, repeat_of
from web.versions import IfMatch

_NEW: dict[str, Any] = {
    "notes": "", "status": "todo", "priority": 0, "project_id": None, "parent_id": None,
    "tags": [], "estimate_s": None, "due_at": None, "due_on": None, "deadline": None,
    "planned_on": None, "wait_until": None, "rrule": "", "repeat_mode": "schedule",
    "repeat_at": None, "series_id": None, "blocked_by": [], "external_ref": None,
    "started_at": None, "done_at": None, "deleted_at": None,
}  # fmt: skip


def standing(user_id: UUID, id: UUID) -> TaskRow:
    """The person's task; `Problem` 404 if there is none, or it is deleted."""
    row = tasks.find(user_id, id)
    if row is None or row.deleted_at:
        raise not_found()
    return row


def zone_of(user_id: UUID, instant: datetime) -> str:
    """The person's time zone at an instant."""
    return period_at(periods_of([user_id])[user_id], as_us(instant)).zone


def make(user_id: UUID, fields: Mapping[str, Any]) -> TaskRow:
    """Make a task of what was given, behind all others."""
    change = Change(user_id)
    new = TaskRow(
        **{
            **_NEW,
            "id": uuid7(),
            "version": change.version,
            "position": tasks.last_position(user_id) + 1,
            "created_at": change.now,
            "updated_at": change.now,
            **fields,
        }
    )
    project = check_project(user_id, new.project_id)
    if project and "estimate_s" not in fields:
        new = new._replace(estimate_s=project.default_estimate_s)
    check_history(new, fields, change.now)
    return _write(change, None, new, fields)


def change(user_id: UUID, id: UUID, fields: Mapping[str, Any], if_match: IfMatch) -> TaskRow:
    """Make the fields of a task what was given."""
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    new = row._replace(**fields)
    return row if new == row else _write(change, row, new, fields)


def delete(user_id: UUID, id: UUID, if_match: IfMatch) -> None:
    """Delete a task and what is below it."""
    change = Change(user_id)
    if_match.require(standing(user_id, id).version)
    for row in tasks.with_subtasks(user_id, id):
        if row.deleted_at is None:
            _put(change, "task.deleted", row, row._replace(deleted_at=change.now))


def restore(user_id: UUID, id: UUID) -> TaskRow:
    """Undo the deletion of a task and of what was deleted with it."""
    change = Change(user_id)
    found = {row.id: row for row in tasks.with_subtasks(user_id, id)}
    if id not in found:
        raise not_found()
    deleted_at = found[id].deleted_at
    if deleted_at is None:
        return found[id]
    for row in found.values():
        if row.deleted_at == deleted_at:
            found[row.id] = _put(change, "task.restored", row, row._replace(deleted_at=None))
    return found[id]


def _write(change: Change, old: TaskRow | None, new: TaskRow, fields: Mapping[str, Any]) -> TaskRow:
    zone = zone_of(change.user_id, change.now)
    if "tags" in fields:
        new = new._replace(tags=ensure(change, new.tags))
    if fields.keys() & {"due_at", "rrule"}:
        new = new._replace(repeat_at=_repeat_at(new, zone))
    check(change.user_id, new, fields, zone)
    if new.status == "doing" and new.started_at is None:
        new = new._replace(started_at=change.now)
    if new.status == "done" and (old is None or old.status != "done"):
        return _complete(change, old, new, zone)
    if old is not None and old.status == "done" and new.status != "done":
        return _reopen(change, old, new)
    return _put(change, "task.updated" if old else "task.created", old, new)


def _complete(change: Change, old: TaskRow | None, new: TaskRow, zone: str) -> TaskRow:
    done = new._replace(done_at=new.done_at or change.now)
    if new.rrule:
        done = done._replace(rrule="", repeat_at=None, series_id=new.series_id or new.id)
        _make_next(change, done, new, zone)
    return _put(change, "task.completed", old, done)


def _make_next(change: Change, done: TaskRow, new: TaskRow, zone: str) -> None:
    found = next_task(dates_of(new), repeat_of(new, zone), done.done_at or change.now)
    if found is None:
        return
    another = new._replace(
        **found.dates._asdict(),
        id=uuid7(),
        rrule=found.rule,
        status="todo",
        series_id=done.series_id,
        blocked_by=[],
        external_ref=None,
        created_at=change.now,
        started_at=None,
        done_at=None,
    )
    _put(change, "task.created", None, another)


def _reopen(change: Change, old: TaskRow, new: TaskRow) -> TaskRow:
    """A task that made its next one takes back what it gave, unless somebody changed that."""
    opened = new._replace(done_at=None)
    if old.series_id and not new.rrule:
        following = tasks.untouched_next(change.user_id, old)
        if following and following.status == "todo":
            opened = opened._replace(rrule=following.rrule, repeat_at=following.repeat_at)
            gone = following._replace(deleted_at=change.now)
            _put(change, "task.deleted", following, gone)
    return _put(change, "task.reopened", old, opened)


def _put(change: Change, type: WorkType, old: TaskRow | None, new: TaskRow) -> TaskRow:
    new = new._replace(version=change.version, updated_at=change.now)
    tasks.put(change.user_id, new)
    rows = [row for row in (old, new) if row is not None]
    change.tell(
        type,
        new.id,
        spans=[instant for row in rows for instant in (row.created_at, row.done_at)],
        days=[row.planned_on for row in rows],
    )
    return new


def _repeat_at(new: TaskRow, zone: str) -> time | None:
    return on_wall(new.due_at, zone).time() if new.rrule and new.due_at else None
