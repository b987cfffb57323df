"""What a timesheet is made of: time entries, the running one up to an instant."""

from collections.abc import Collection
from uuid import UUID

from models.database import execute
from models.instants import from_us, to_us

_TRACKED = f"""
SELECT {to_us("start_at")}, {to_us(f"coalesce(end_at, {from_us('%(now)s')})")},
       coalesce(project_id::text, '')
FROM time_entry
WHERE user_id = %(user_id)s AND deleted_at IS NULL AND start_at < {from_us("%(upper)s")}
  AND (end_at > {from_us("%(lower)s")} OR end_at IS NULL)
"""

_NAMES = "SELECT id::text, name FROM project WHERE user_id = %s AND id = ANY(%s::uuid[])"


def names(user_id: UUID, projects: Collection[str]) -> dict[str, str]:
    """The names of projects by their ids, also of deleted ones."""
    return dict(execute(_NAMES, (user_id, list(projects))).fetchall())


def tracked(user_id: UUID, lower: int, upper: int, now: int) -> list[tuple[int, int, str]]:
    """(start, end, project id) of entries that touch the time from `lower` to `upper`."""
    values = {"user_id": user_id, "lower": lower, "upper": upper, "now": now}
    return list(execute(_TRACKED, values).fetchall())
