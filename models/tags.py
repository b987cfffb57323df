"""People's tags. Tasks and entries bear their names, so a name that changes is changed there."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute


class TagRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    version: int
    name: str
    color: str
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


_COLUMNS = ", ".join(TagRow._fields)

_PUT = f"""
INSERT INTO tag (user_id, {_COLUMNS})
VALUES (%s, {", ".join(["%s"] * len(TagRow._fields))})
ON CONFLICT (id) DO UPDATE
SET ({_COLUMNS}) = ROW ({", ".join(f"excluded.{name}" for name in TagRow._fields)})
"""

_RENAME = """
UPDATE {0} SET tags = array_replace(tags, %(old)s, %(new)s),
    version = %(version)s, updated_at = %(now)s
WHERE user_id = %(user_id)s AND %(old)s = ANY(tags)
"""

_REMOVE = """
UPDATE {0} SET tags = array_remove(tags, %(old)s),
    version = %(version)s, updated_at = %(now)s
WHERE user_id = %(user_id)s AND %(old)s = ANY(tags)
"""

_BEARERS = ("task", "time_entry")


def put(user_id: UUID, row: TagRow) -> None:
    """Make the row, or make it what is given."""
    execute(_PUT, (user_id, *row))


def find(user_id: UUID, id: UUID) -> TagRow | None:
    """The person's tag of this id, also a deleted one."""
    return next(iter(of_ids(user_id, [id])), None)


def of_ids(user_id: UUID, ids: Collection[UUID]) -> list[TagRow]:
    """The person's tags of these ids, also deleted ones."""
    statement = f"SELECT {_COLUMNS} FROM tag WHERE user_id = %s AND id = ANY(%s)"
    return [TagRow(*row) for row in execute(statement, (user_id, list(ids))).fetchall()]


def page(user_id: UUID, after: UUID, limit: int) -> list[TagRow]:
    """The next tags in the order in which they were made."""
    rows = execute(
        f"SELECT {_COLUMNS} FROM tag WHERE user_id = %s AND deleted_at IS NULL AND id > %s"
        " ORDER BY id LIMIT %s",
        (user_id, after, limit),
    )
    return [TagRow(*row) for row in rows.fetchall()]


def named(user_id: UUID, names: Sequence[str]) -> dict[str, TagRow]:
    """The tags of these names, whatever their letters' case, by the names as they are given."""
    rows = execute(
        f"SELECT given, {_COLUMNS} FROM tag JOIN unnest(%s::text[]) AS given"
        " ON lower(name) = lower(given) WHERE user_id = %s AND deleted_at IS NULL",
        (list(names), user_id),
    )
    return {given: TagRow(*row) for given, *row in rows.fetchall()}


def rename(user_id: UUID, old: str, new: str | None, version: int, now: datetime) -> None:
    """Where tasks and entries bear the old name, let them bear the new one; None: none."""
    values = {"user_id": user_id, "old": old, "new": new, "version": version, "now": now}
    for table in _BEARERS:
        execute((_REMOVE if new is None else _RENAME).format(table), values)
