"""A person's tasks as rankings and ranges see them: what was open, chosen and done, and when."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us

_TASKS = f"""
SELECT id::text, {to_us("created_at")}, coalesce(project_id::text, ''), priority, estimate_s,
       {to_us("coalesce(due_at, deadline)")}, due_on, planned_on, {to_us("wait_until")},
       status = 'waiting', status = 'doing', tags, blocked_by::text[], {to_us("done_at")}
FROM task
WHERE user_id = %s AND deleted_at IS NULL AND status <> 'cancelled'
  AND (done_at IS NULL OR done_at >= %s)
ORDER BY created_at, id
"""

# One that is tracked for is chosen when an entry of it begins, another when it is done.
_CHOICES = f"""
SELECT {to_us("at")}, id::text, coalesce(project_id::text, '') FROM (
    SELECT e.start_at AS at, t.id, t.project_id FROM time_entry e JOIN task t ON t.id = e.task_id
    WHERE e.user_id = %(user_id)s AND e.deleted_at IS NULL AND t.deleted_at IS NULL
      AND e.start_at >= %(since)s
    UNION ALL
    SELECT done_at, id, project_id FROM task t
    WHERE user_id = %(user_id)s AND deleted_at IS NULL AND done_at >= %(since)s
      AND NOT EXISTS (SELECT FROM time_entry e WHERE e.user_id = t.user_id AND e.task_id = t.id
                      AND e.deleted_at IS NULL)
) AS chosen ORDER BY at, id
"""

_FINISHED = f"""
SELECT coalesce(project_id::text, ''), estimate_s::float8, us / 1e6 FROM (
    SELECT t.project_id, t.estimate_s, t.done_at, t.id, e.us
    FROM task t CROSS JOIN LATERAL (
        SELECT sum({to_us("end_at")} - {to_us("start_at")})::bigint AS us FROM time_entry e
        WHERE e.user_id = t.user_id AND e.task_id = t.id AND e.deleted_at IS NULL
          AND end_at IS NOT NULL
    ) AS e
    WHERE t.user_id = %s AND t.deleted_at IS NULL AND t.done_at IS NOT NULL AND e.us > 0
    ORDER BY t.done_at DESC, t.id LIMIT %s
) AS done ORDER BY done_at, id
"""

_EFFORTS = f"""
SELECT {to_us("e.begun")}, {to_us("t.done_at")}, coalesce(t.project_id::text, ''),
       t.estimate_s::float8, e.us / 1e6
FROM task t JOIN (
    SELECT task_id, min(start_at) AS begun, sum({to_us("end_at")} - {to_us("start_at")})::bigint us
    FROM time_entry
    WHERE user_id = %(user_id)s AND deleted_at IS NULL AND end_at IS NOT NULL
    GROUP BY task_id
) e ON e.task_id = t.id
WHERE t.user_id = %(user_id)s AND t.deleted_at IS NULL AND t.done_at IS NOT NULL AND e.us > 0
ORDER BY t.done_at, t.id
"""


class PastTask(NamedTuple):
    """A task; instants are microseconds since 1970, `estimate_s` seconds."""

    id: str
    created: int
    project: str
    priority: int
    estimate_s: int | None
    due: int | None
    due_on: date | None
    planned_on: date | None
    wait_until: int | None
    is_waiting: bool
    is_doing: bool
    tags: list[str]
    blocked_by: list[str]
    done: int | None


def tasks(user_id: UUID, since: datetime) -> list[PastTask]:
    """The tasks that are open, or were done since then; the oldest first."""
    return [PastTask(*row) for row in execute(_TASKS, (user_id, since)).fetchall()]


def choices(user_id: UUID, since: datetime) -> list[tuple[int, str, str]]:
    """(instant, task, project) of what the person turned to since then, in order."""
    return list(execute(_CHOICES, {"user_id": user_id, "since": since}).fetchall())


def finished(user_id: UUID, limit: int) -> list[tuple[str, float | None, float]]:
    """(project, estimate, actual) of the latest tasks that took time, in order; seconds."""
    return [
        (project, estimate_s, float(actual_s))
        for project, estimate_s, actual_s in execute(_FINISHED, (user_id, limit)).fetchall()
    ]


def efforts(user_id: UUID) -> list[tuple[int, int, str, float | None, float]]:
    """(begun, done, project, estimate, actual) of every task that took time; seconds."""
    return [
        (begun, done, project, estimate_s, float(actual_s))
        for begun, done, project, estimate_s, actual_s in execute(
            _EFFORTS, {"user_id": user_id}
        ).fetchall()
    ]


def people() -> list[UUID]:
    """Who has tasks, or a day of which anything is known."""
    statement = "SELECT user_id FROM task UNION SELECT user_id FROM user_day ORDER BY user_id"
    return [id for (id,) in execute(statement).fetchall()]
