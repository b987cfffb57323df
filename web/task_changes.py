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
from pipeline.steps.days import day_at, period_at
from pipeline.steps.instants import as_us
from pipeline.steps.repeats import next_task
from pipeline.steps.wall_clock import on_wall
from pipeline.tags import ensure
from pipeline.work import Change
from web.problems import not_found
from web.projects import check_project
from web.task_checks import canonical, check, check_history, dates_of, repeat_of
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
    return _write(change, None, new)


def change(user_id: UUID, id: UUID, fields: Mapping[str, Any], if_match: IfMatch) -> TaskRow:
    """Make the fields of a task what was given."""
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    return _write(change, row, row._replace(**fields))


def reopen(user_id: UUID, id: UUID, if_match: IfMatch) -> TaskRow:
    """Let a task that is done or cancelled be to do; another stays as it is."""
    change = Change(user_id)
    row = standing(user_id, id)
    if_match.require(row.version)
    is_closed = row.status in ("done", "cancelled")
    return _write(change, row, row._replace(status="todo")) if is_closed else row


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
    found[id] = _under_what_stands(user_id, found[id])
    for row in found.values():
        if row.deleted_at == deleted_at:
            found[row.id] = _put(change, "task.restored", row, row._replace(deleted_at=None))
    return found[id]


def _under_what_stands(user_id: UUID, row: TaskRow) -> TaskRow:
    """Below a task that is deleted nobody would find it."""
    parent = tasks.find(user_id, row.parent_id) if row.parent_id else None
    return row._replace(parent_id=None) if parent and parent.deleted_at else row


def _write(change: Change, old: TaskRow | None, new: TaskRow) -> TaskRow:
    zone = zone_of(change.user_id, change.now)
    new = new._replace(
        tags=ensure(change, new.tags) if old is None or old.tags != new.tags else new.tags,
        blocked_by=list(dict.fromkeys(new.blocked_by)),
        rrule=canonical(new.rrule),
        repeat_at=_repeat_at(old, new, zone),
    )
    if new == old:
        return new
    check(change.user_id, old, new, zone)
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
        done = done._replace(series_id=new.series_id or new.id)
        _make_next(change, done, zone)
    return _put(change, "task.completed", old, done)


def _make_next(change: Change, done: TaskRow, zone: str) -> None:
    done_at = done.done_at or change.now
    today = day_at(periods_of([change.user_id])[change.user_id], as_us(done_at))
    found = next_task(dates_of(done), repeat_of(done, zone), done_at, today)
    if found is None:
        return
    another = done._replace(
        **found.dates._asdict(),
        id=uuid7(),
        rrule=found.rule,
        status="todo",
        blocked_by=[],
        external_ref=None,
        created_at=change.now,
        started_at=None,
        done_at=None,
    )
    _put(change, "task.created", None, another)


def _reopen(change: Change, old: TaskRow, new: TaskRow) -> TaskRow:
    """The task that its completion made goes again; one that somebody used goes on with the series.

    So a series has one task at a time that makes the next one.
    """
    opened = new._replace(done_at=None)
    later = tasks.later_of_series(change.user_id, old) if old.series_id else []
    if len(later) == 1 and _is_as_made(change.user_id, later[0]):
        _put(change, "task.deleted", later[0], later[0]._replace(deleted_at=change.now))
    elif later:
        opened = opened._replace(rrule="", repeat_at=None)
    return _put(change, "task.reopened", old, opened)


def _is_as_made(user_id: UUID, row: TaskRow) -> bool:
    return row.updated_at == row.created_at and not tasks.is_used(user_id, row.id)


def _put(change: Change, type: WorkType, old: TaskRow | None, new: TaskRow) -> TaskRow:
    new = new._replace(version=change.version, updated_at=change.now)
    tasks.put(change.user_id, new)
    rows = [] if old and _counted(old) == _counted(new) else [row for row in (old, new) if row]
    change.tell(
        type,
        new.id,
        spans=[instant for row in rows for instant in (row.created_at, row.done_at)],
        days=[row.planned_on for row in rows],
    )
    return new


def _counted(row: TaskRow) -> tuple[object, ...]:
    """What the figures of days are made of."""
    is_cancelled = row.status == "cancelled"
    return row.deleted_at, row.done_at, row.planned_on, row.estimate_s, is_cancelled


def _repeat_at(old: TaskRow | None, new: TaskRow, zone: str) -> time | None:
    """Kept as long as the task is due at the same instant: that day may have no such time."""
    if not new.rrule or new.due_at is None:
        return None
    if old and old.rrule and old.due_at == new.due_at:
        return old.repeat_at
    return on_wall(new.due_at, zone).time()
