"""The figures of a person's days, of what devices saw and of what was tracked and done."""

from datetime import date
from typing import Any
from uuid import UUID

from models.database import execute

_BETWEEN = """
SELECT local_date, coalesce(active_us, 0), coalesce(focus_us, 0), coalesce(by_category, '{}'),
       coalesce(a.by_project, '{}'), coalesce(tracked_us, 0), coalesce(w.by_project, '{}'),
       coalesce(tasks_done, 0)
FROM (SELECT * FROM daily_activity
      WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s) AS a
FULL JOIN (SELECT * FROM daily_work
      WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s) AS w
USING (local_date)
"""


def between(user_id: UUID, first: date, last: date) -> dict[date, tuple[Any, ...]]:
    """By day, from `first` to `last`, both included: (active, focus, by category, by project,
    tracked, tracked by project's id, tasks done). Durations are microseconds.
    """
    rows = execute(_BETWEEN, {"user_id": user_id, "first": first, "last": last}).fetchall()
    return {day: tuple(row) for day, *row in rows}
