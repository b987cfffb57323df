"""People's projects."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute


class ProjectRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    version: int
    name: str
    color: str
    parent_id: UUID | None
    billable: bool
    default_estimate_s: int | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None


_COLUMNS = ", ".join(ProjectRow._fields)

_PUT = f"""
INSERT INTO project (user_id, {_COLUMNS})
VALUES (%s, {", ".join(["%s"] * len(ProjectRow._fields))})
ON CONFLICT (id) DO UPDATE
SET ({_COLUMNS}) = ROW ({", ".join(f"excluded.{name}" for name in ProjectRow._fields)})
"""

_PAGE = f"""
SELECT {_COLUMNS} FROM project
WHERE user_id = %(user_id)s AND deleted_at IS NULL AND id > %(after)s
  AND (%(archived)s IS NULL OR (archived_at IS NOT NULL) = %(archived)s)
ORDER BY id LIMIT %(limit)s
"""


def put(user_id: UUID, row: ProjectRow) -> None:
    """Make the row, or make it what is given."""
    execute(_PUT, (user_id, *row))


def find(user_id: UUID, id: UUID) -> ProjectRow | None:
    """The person's project of this id, also a deleted one."""
    return next(iter(of_ids(user_id, [id])), None)


def of_ids(user_id: UUID, ids: Collection[UUID]) -> list[ProjectRow]:
    """The person's projects of these ids, also deleted ones."""
    statement = f"SELECT {_COLUMNS} FROM project WHERE user_id = %s AND id = ANY(%s)"
    return [ProjectRow(*row) for row in execute(statement, (user_id, list(ids))).fetchall()]


def page(user_id: UUID, after: UUID, limit: int, *, archived: bool | None) -> list[ProjectRow]:
    """The next projects in the order in which they were made; `archived`: only those, or others."""
    values = {"user_id": user_id, "after": after, "limit": limit, "archived": archived}
    return [ProjectRow(*row) for row in execute(_PAGE, values).fetchall()]


def named(user_id: UUID, name: str) -> ProjectRow | None:
    """The project of this name, whatever its letters' case; deleted ones have none."""
    row = execute(
        f"SELECT {_COLUMNS} FROM project"
        " WHERE user_id = %s AND lower(name) = lower(%s) AND deleted_at IS NULL",
        (user_id, name),
    ).fetchone()
    return ProjectRow(*row) if row else None


def names(user_id: UUID) -> dict[str, UUID]:
    """The projects that new work may be for, by their names: neither deleted nor archived."""
    rows = execute(
        "SELECT name, id FROM project"
        " WHERE user_id = %s AND deleted_at IS NULL AND archived_at IS NULL",
        (user_id,),
    )
    return dict(rows.fetchall())


def parents(user_id: UUID) -> dict[UUID, UUID]:
    """The parent of each project that has one."""
    rows = execute(
        "SELECT id, parent_id FROM project WHERE user_id = %s AND parent_id IS NOT NULL", (user_id,)
    )
    return dict(rows.fetchall())
