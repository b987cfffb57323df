"""People's time entries, the running timer among them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from psycopg2.extras import Json

from models.database import execute


class EntryRow(NamedTuple):
    """A row of the table, without whose it is; without an end it is running."""

    id: UUID
    version: int
    task_id: UUID | None
    project_id: UUID | None
    start_at: datetime
    end_at: datetime | None
    time_zone: str
    description: str
    tags: list[str]
    source: str
    external_ref: dict[str, Any] | None
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class Wanted(NamedTuple):
    """Conditions that all hold; None is none. Entries that touch the time from lower to upper."""

    lower: datetime | None = None
    upper: datetime | None = None
    project: UUID | None = None
    task: UUID | None = None
    tag: str | None = None
    words: str | None = None


_COLUMNS = ", ".join(EntryRow._fields)
_STANDING = f"SELECT {_COLUMNS} FROM time_entry WHERE user_id = %(user_id)s AND deleted_at IS NULL"

_PUT = f"""
INSERT INTO time_entry (user_id, {_COLUMNS})
VALUES (%s, {", ".join("%s::text[]" if name == "tags" else "%s" for name in EntryRow._fields)})
ON CONFLICT (id) DO UPDATE
SET ({_COLUMNS}) = ROW ({", ".join(f"excluded.{name}" for name in EntryRow._fields)})
"""

# The times asked for may lie far apart, and thousands of entries between them.
_BESIDE = """
SELECT id, start_at, coalesce(end_at, %(upper)s) FROM time_entry
WHERE user_id = %(user_id)s AND deleted_at IS NULL
  AND start_at < %(upper)s AND (end_at > %(lower)s OR end_at IS NULL)
  AND tstzrange(start_at, end_at) && (
    SELECT range_agg(tstzrange(lower, upper))
    FROM unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[]) AS asked (lower, upper)
  )
ORDER BY start_at, id
"""

_CONDITIONS = {
    "lower": "(end_at > %(lower)s OR end_at IS NULL)",
    "upper": "start_at < %(upper)s",
    "project": "project_id = %(project)s",
    "task": "task_id = %(task)s",
    "tag": "%(tag)s = ANY(tags)",
    "words": "position(lower(%(words)s) IN lower(description)) > 0",
}


def put(user_id: UUID, row: EntryRow) -> None:
    """Make the row, or make it what is given."""
    reference = None if row.external_ref is None else Json(row.external_ref)
    execute(_PUT, (user_id, *row._replace(external_ref=reference)))  # type: ignore[arg-type]


def find(user_id: UUID, id: UUID) -> EntryRow | None:
    """The person's entry of this id, also a deleted one."""
    return next(iter(of_ids(user_id, [id])), None)


def of_ids(user_id: UUID, ids: Collection[UUID]) -> list[EntryRow]:
    """The person's entries of these ids, also deleted ones."""
    statement = f"SELECT {_COLUMNS} FROM time_entry WHERE user_id = %s AND id = ANY(%s)"
    return _rows(execute(statement, (user_id, list(ids))).fetchall())


def page(
    user_id: UUID, wanted: Wanted, before: tuple[datetime, UUID] | None, limit: int
) -> list[EntryRow]:
    """The next entries, the latest first; `before`: start and id of the one the page follows."""
    given = {name: value for name, value in wanted._asdict().items() if value is not None}
    conditions = [_CONDITIONS[name] for name in given]
    values = {**given, "user_id": user_id, "limit": limit}
    if before is not None:
        conditions.append("(start_at, id) < (%(before_start)s, %(before_id)s)")
        values["before_start"], values["before_id"] = before
    statement = (
        f"{_STANDING} {''.join(f' AND {condition}' for condition in conditions)}"
        " ORDER BY start_at DESC, id DESC LIMIT %(limit)s"
    )
    return _rows(execute(statement, values).fetchall())


def spans(user_id: UUID, lower: datetime, upper: datetime) -> list[tuple[UUID, datetime, datetime]]:
    """(id, start, end) of entries that touch this time; the running one ends at `upper`."""
    rows = execute(
        "SELECT id, start_at, coalesce(end_at, %(upper)s) FROM time_entry"
        " WHERE user_id = %(user_id)s AND deleted_at IS NULL AND start_at < %(upper)s"
        " AND (end_at > %(lower)s OR end_at IS NULL) ORDER BY start_at, id",
        {"user_id": user_id, "lower": lower, "upper": upper},
    )
    return list(rows.fetchall())


def beside(
    user_id: UUID, times: Sequence[tuple[datetime, datetime]]
) -> list[tuple[UUID, datetime, datetime]]:
    """(id, start, end) of entries that touch any of the times, of which there is at least one.

    The running one ends with the last of them.
    """
    starts, ends = zip(*times, strict=True)
    values = {"starts": list(starts), "ends": list(ends), "lower": min(starts), "upper": max(ends)}
    return list(execute(_BESIDE, {"user_id": user_id, **values}).fetchall())


def running(user_id: UUID) -> EntryRow | None:
    """The running entry."""
    found = execute(f"{_STANDING} AND end_at IS NULL", {"user_id": user_id}).fetchone()
    return EntryRow(*found) if found else None


def last_ended(user_id: UUID) -> EntryRow | None:
    """The entry that ended last."""
    found = execute(
        f"{_STANDING} AND end_at IS NOT NULL ORDER BY end_at DESC, id DESC LIMIT 1",
        {"user_id": user_id},
    ).fetchone()
    return EntryRow(*found) if found else None


def last_activity(user_id: UUID, since: date) -> datetime | None:
    """Until when the person's devices saw them, from this local day on; None: they did not."""
    found = execute(
        "SELECT max(end_at) FROM usage_interval WHERE user_id = %s AND local_date >= %s",
        (user_id, since),
    ).fetchone()
    instant: datetime | None = found[0]
    return instant


def _rows(found: Sequence[Sequence[Any]]) -> list[EntryRow]:
    return [EntryRow(*row) for row in found]
