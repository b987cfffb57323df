"""People's tasks."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extras import Json

from models.database import execute


class TaskRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    version: int
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
    repeat_at: time | None
    series_id: UUID | None
    blocked_by: list[UUID]
    position: float
    external_ref: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    done_at: datetime | None
    deleted_at: datetime | None


COLUMNS = ", ".join(TaskRow._fields)

_CASTS = {"tags": "%s::text[]", "blocked_by": "%s::uuid[]"}
_PUT = f"""
INSERT INTO task (user_id, {COLUMNS})
VALUES (%s, {", ".join(_CASTS.get(name, "%s") for name in TaskRow._fields)})
ON CONFLICT (id) DO UPDATE
SET ({COLUMNS}) = ROW ({", ".join(f"excluded.{name}" for name in TaskRow._fields)})
"""

# UNION, not UNION ALL: it ends whatever the parents are.
_BELOW = f"""
WITH RECURSIVE below AS (
    SELECT id FROM task WHERE user_id = %(user_id)s AND id = %(id)s
    UNION
    SELECT t.id FROM task t JOIN below b ON t.parent_id = b.id WHERE t.user_id = %(user_id)s
)
SELECT {COLUMNS} FROM task WHERE id IN (SELECT id FROM below)
"""

_LATER_OF_SERIES = f"""
SELECT {COLUMNS} FROM task
WHERE user_id = %s AND series_id = %s AND id <> %s AND created_at >= %s AND deleted_at IS NULL
"""

_IS_USED = """
SELECT EXISTS (SELECT FROM task WHERE user_id = %(user_id)s AND parent_id = %(id)s)
    OR EXISTS (SELECT FROM time_entry WHERE user_id = %(user_id)s AND task_id = %(id)s)
"""


def put(user_id: UUID, row: TaskRow) -> None:
    """Make the row, or make it what is given."""
    reference = None if row.external_ref is None else Json(row.external_ref)
    execute(_PUT, (user_id, *row._replace(external_ref=reference)))  # type: ignore[arg-type]


def find(user_id: UUID, id: UUID) -> TaskRow | None:
    """The person's task of this id, also a deleted one."""
    return next(iter(of_ids(user_id, [id])), None)


def of_ids(user_id: UUID, ids: Collection[UUID]) -> list[TaskRow]:
    """The person's tasks of these ids, also deleted ones."""
    statement = f"SELECT {COLUMNS} FROM task WHERE user_id = %s AND id = ANY(%s)"
    return rows(execute(statement, (user_id, list(ids))).fetchall())


def rows(found: Sequence[Sequence[Any]]) -> list[TaskRow]:
    """What a statement that selects `COLUMNS` found."""
    return [TaskRow(*row) for row in found]


def with_subtasks(user_id: UUID, id: UUID) -> list[TaskRow]:
    """The task and all below it, also deleted ones."""
    return rows(execute(_BELOW, {"user_id": user_id, "id": id}).fetchall())


def later_of_series(user_id: UUID, done: TaskRow) -> list[TaskRow]:
    """The tasks of its series that were made when this one was done, and after that."""
    values = (user_id, done.series_id, done.id, done.done_at)
    return rows(execute(_LATER_OF_SERIES, values).fetchall())


def is_used(user_id: UUID, id: UUID) -> bool:
    """Whether the task has a subtask, or time was tracked for it."""
    used: bool = execute(_IS_USED, {"user_id": user_id, "id": id}).fetchone()[0]
    return used


def parents(user_id: UUID) -> dict[UUID, UUID]:
    """The parent of each task that has one."""
    found = execute(
        "SELECT id, parent_id FROM task WHERE user_id = %s AND parent_id IS NOT NULL", (user_id,)
    )
    return dict(found.fetchall())


def blockers(user_id: UUID) -> dict[UUID, list[UUID]]:
    """What each task that waits for others waits for."""
    found = execute(
        "SELECT id, blocked_by FROM task WHERE user_id = %s AND blocked_by <> '{}'", (user_id,)
    )
    return dict(found.fetchall())


def last_position(user_id: UUID) -> float:
    """The highest position of the person's tasks; 0: there are none."""
    found = execute(
        "SELECT coalesce(max(position), 0) FROM task WHERE user_id = %s AND deleted_at IS NULL",
        (user_id,),
    )
    position: float = found.fetchone()[0]
    return position
