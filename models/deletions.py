"""What people deleted: the word that holds, and how far it has been carried out.

Instants are microseconds since 1970; rows are written under the person's lock.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.database import execute
from models.uuid7 import uuid7

_SHOWN = "id, first_date, last_date, device, q, deleted, to_timestamp(made_at / 1e6), done_at"

_WORD = "made_at, starts, ends, device, q"


class ShownDeletion(NamedTuple):
    """A deletion as its owner sees it; dates and texts as they were asked for."""

    id: UUID
    first: date | None
    last: date | None
    device: str | None
    q: str | None
    deleted: int
    made_at: datetime
    done_at: datetime | None


def add(
    user_id: UUID,
    made_at: int,
    dates: tuple[date | None, date | None],
    windows: Sequence[tuple[int, int]],
    device: str | None,
    q: str | None,
) -> UUID:
    """Let the deletion hold from now on."""
    id = uuid7()
    starts, ends = [start for start, _ in windows], [end for _, end in windows]
    execute(
        "INSERT INTO deletion"
        " (id, user_id, made_at, first_date, last_date, starts, ends, device, q)"
        " VALUES (%s, %s, %s, %s, %s, %s::bigint[], %s::bigint[], %s, %s)",
        (id, user_id, made_at, *dates, starts, ends, device, q),
    )
    return id


def count(user_id: UUID) -> int:
    """How many deletions of the person hold."""
    return int(
        execute("SELECT count(*) FROM deletion WHERE user_id = %s", (user_id,)).fetchone()[0]
    )


def of_users(users: Sequence[UUID]) -> list[tuple[Any, ...]]:
    """(user, made at, starts, ends, device, text) of every deletion of the users."""
    return list(
        execute(
            f"SELECT user_id, {_WORD} FROM deletion WHERE user_id = ANY(%s::uuid[])",
            (list(users),),
        ).fetchall()
    )


def unfinished() -> list[tuple[UUID, UUID]]:
    """(deletion, user) of those that are not carried out, the oldest first."""
    rows = execute("SELECT id, user_id FROM deletion WHERE done_at IS NULL ORDER BY id")
    return list(rows.fetchall())


def lock(id: UUID) -> tuple[Any, ...] | None:
    """(made at, starts, ends, device, text) of an unfinished deletion, locked."""
    found = execute(
        f"SELECT {_WORD} FROM deletion WHERE id = %s AND done_at IS NULL FOR UPDATE", (id,)
    )
    row: tuple[Any, ...] | None = found.fetchone()
    return row


def advance(id: UUID, deleted: int) -> None:
    """So many more events are deleted."""
    execute("UPDATE deletion SET deleted = deleted + %s WHERE id = %s", (deleted, id))


def finish(id: UUID) -> int:
    """The deletion is carried out; how many events it deleted."""
    done = execute("UPDATE deletion SET done_at = now() WHERE id = %s RETURNING deleted", (id,))
    return int(done.fetchone()[0])


def get(user_id: UUID, id: UUID) -> ShownDeletion | None:
    """One deletion of the person."""
    found = execute(f"SELECT {_SHOWN} FROM deletion WHERE user_id = %s AND id = %s", (user_id, id))
    row = found.fetchone()
    return ShownDeletion(*row) if row else None


def page(user_id: UUID, before: UUID | None, limit: int) -> list[ShownDeletion]:
    """The person's deletions, the newest first."""
    rows = execute(
        f"SELECT {_SHOWN} FROM deletion WHERE user_id = %s"
        " AND (%s::uuid IS NULL OR id < %s::uuid) ORDER BY id DESC LIMIT %s",
        (user_id, before, before, limit),
    )
    return [ShownDeletion(*row) for row in rows.fetchall()]


def lift(user_id: UUID, id: UUID) -> bool:
    """End a deletion of this person; False: they have none of this id."""
    done = execute("DELETE FROM deletion WHERE user_id = %s AND id = %s", (user_id, id))
    return bool(done.rowcount)
