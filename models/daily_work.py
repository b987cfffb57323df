"""What each local day of a person holds of tasks and time entries, and what it is derived from.

Written under the lock of `user_state` and by difference. Instants are microseconds since 1970.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.bulk import as_json, columns
from models.database import execute
from models.instants import from_us, to_us


class WorkRow(NamedTuple):
    """What a row says, without when and in which revision it was computed."""

    local_date: date
    tracked_us: int
    entries: int
    by_project: dict[str, int]
    tasks_created: int
    tasks_done: int
    tasks_planned: int
    planned_us: int
    estimate_log_error: float | None


_DERIVED = ", ".join(WorkRow._fields[1:])

_BETWEEN = f"""
SELECT local_date, {_DERIVED} FROM daily_work
WHERE user_id = %s AND local_date BETWEEN %s AND %s ORDER BY local_date
"""

_OF_DAYS = f"""
SELECT local_date, {_DERIVED} FROM daily_work WHERE user_id = %s AND local_date = ANY(%s)
"""

_UPSERT = f"""
INSERT INTO daily_work (user_id, local_date, {_DERIVED}, rev, computed_at)
SELECT %s, local_date, {_DERIVED}, %s, %s
FROM json_to_recordset(%s) AS given (
    local_date date, tracked_us bigint, entries integer, by_project jsonb, tasks_created integer,
    tasks_done integer, tasks_planned integer, planned_us bigint,
    estimate_log_error double precision
)
ON CONFLICT (user_id, local_date) DO UPDATE
SET ({_DERIVED}, rev, computed_at) = ROW ({
    ", ".join(f"excluded.{name}" for name in WorkRow._fields[1:])
}, excluded.rev, excluded.computed_at)
"""

_WINDOWS = "unnest(%s::bigint[], %s::bigint[]) AS asked (lower, upper)"

_ENTRIES = f"""
SELECT DISTINCT e.id, {to_us("start_at")}, {to_us("end_at")}, coalesce(project_id::text, '')
FROM {_WINDOWS} JOIN time_entry e
  ON end_at > {from_us("asked.lower")} AND start_at < {from_us("asked.upper")}
WHERE user_id = %s AND deleted_at IS NULL
"""

_CREATED = f"""
SELECT {to_us("created_at")} FROM {_WINDOWS} JOIN task
  ON created_at >= {from_us("asked.lower")} AND created_at < {from_us("asked.upper")}
WHERE user_id = %s AND deleted_at IS NULL
"""

_DONE = f"""
SELECT {to_us("done_at")}, estimate_s * 1000000::bigint, coalesce((
    SELECT sum({to_us("end_at")} - {to_us("start_at")}) FROM time_entry e
    WHERE e.user_id = task.user_id AND e.task_id = task.id AND e.deleted_at IS NULL
      AND end_at IS NOT NULL
), 0)::bigint
FROM {_WINDOWS} JOIN task
  ON done_at >= {from_us("asked.lower")} AND done_at < {from_us("asked.upper")}
WHERE user_id = %s AND deleted_at IS NULL
"""

_PLANNED = """
SELECT planned_on, estimate_s * 1000000::bigint FROM task
WHERE user_id = %s AND planned_on = ANY(%s) AND deleted_at IS NULL AND status <> 'cancelled'
"""

_TOUCHED = f"""
SELECT {to_us("start_at")}, {to_us("end_at")} FROM time_entry
WHERE user_id = %(user_id)s AND deleted_at IS NULL AND end_at IS NOT NULL
UNION
SELECT at, at FROM (
    SELECT {to_us("unnest(ARRAY[created_at, done_at])")} AS at FROM task
    WHERE user_id = %(user_id)s AND deleted_at IS NULL
) AS instants WHERE at IS NOT NULL
"""

_DATES = """
SELECT local_date FROM daily_work WHERE user_id = %(user_id)s
UNION
SELECT planned_on FROM task
WHERE user_id = %(user_id)s AND planned_on IS NOT NULL AND deleted_at IS NULL
"""

_TRACKED = """
SELECT coalesce(p.name, ''), sum(value::bigint)::bigint
FROM daily_work w CROSS JOIN jsonb_each_text(by_project) AS each (key, value)
LEFT JOIN project p ON p.user_id = w.user_id AND p.id = nullif(key, '')::uuid
WHERE w.user_id = %s AND local_date BETWEEN %s AND %s
GROUP BY 1 ORDER BY 2 DESC, 1
"""

#: Of time: from (included) to (excluded).
Windows = Collection[tuple[int, int]]


def between(user_id: UUID, first: date, last: date) -> list[WorkRow]:
    """The rows from `first` to `last`, both included, by date."""
    return [WorkRow(*row) for row in execute(_BETWEEN, (user_id, first, last)).fetchall()]


def of_days(user_id: UUID, days: Collection[date]) -> list[WorkRow]:
    """The rows of these days."""
    return [WorkRow(*row) for row in execute(_OF_DAYS, (user_id, list(days))).fetchall()]


def newest(user_id: UUID) -> datetime | None:
    """When the user's rows were last computed to something new."""
    found = execute("SELECT max(computed_at) FROM daily_work WHERE user_id = %s", (user_id,))
    instant: datetime | None = found.fetchone()[0]
    return instant


def tracked(user_id: UUID, first: date, last: date) -> list[tuple[str, int]]:
    """(name of the project, microseconds) of what was tracked, the longest first; none: empty."""
    return list(execute(_TRACKED, (user_id, first, last)).fetchall())


def write(user_id: UUID, rows: Sequence[WorkRow], rev: int, now: datetime) -> None:
    """Insert or update rows."""
    if rows:
        execute(_UPSERT, (user_id, rev, now, as_json(row._asdict() for row in rows)))


def delete(user_id: UUID, days: Collection[date]) -> None:
    """Delete the rows of days that hold nothing any more."""
    if days:
        execute(
            "DELETE FROM daily_work WHERE user_id = %s AND local_date = ANY(%s)",
            (user_id, list(days)),
        )


def entries(user_id: UUID, windows: Windows) -> list[tuple[int, int, str]]:
    """(start, end, project) of what was tracked in any of the windows."""
    rows = execute(_ENTRIES, (*columns(windows), user_id)).fetchall()
    return [(start, end, project) for _, start, end, project in rows]


def created(user_id: UUID, windows: Windows) -> list[int]:
    """When tasks were made, in the windows."""
    return [at for (at,) in execute(_CREATED, (*columns(windows), user_id)).fetchall()]


def done(user_id: UUID, windows: Windows) -> list[tuple[int, int | None, int]]:
    """(instant, estimate, actual) of the tasks that were done in the windows."""
    return list(execute(_DONE, (*columns(windows), user_id)).fetchall())


def planned(user_id: UUID, days: Collection[date]) -> list[tuple[date, int | None]]:
    """(day, estimate) of the tasks that are planned for one of the days."""
    return list(execute(_PLANNED, (user_id, list(days))).fetchall())


def touched(user_id: UUID) -> tuple[list[tuple[int, int]], list[date]]:
    """All times (start, end) and all dates that the person's work touches or has a row for."""
    values: Mapping[str, Any] = {"user_id": user_id}
    times = [(start, end) for start, end in execute(_TOUCHED, values).fetchall()]
    return times, [day for (day,) in execute(_DATES, values).fetchall()]
