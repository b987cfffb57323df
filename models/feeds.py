"""Addresses at which calendars read a person's work, told apart by a secret of which the hash is
kept, and what they show.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.tasks import COLUMNS, TaskRow, rows
from models.uuid7 import uuid7

_SHOWN = "id, name, entries, tasks, created_at, last_used_at"

_ENTRIES = """
SELECT e.id, e.version, start_at, end_at, e.description, e.tags, e.created_at, e.updated_at,
       coalesce(t.title, ''), coalesce(p.name, '')
FROM time_entry e
LEFT JOIN task t ON t.user_id = e.user_id AND t.id = e.task_id
LEFT JOIN project p ON p.user_id = e.user_id AND p.id = e.project_id
WHERE e.user_id = %s AND e.deleted_at IS NULL AND end_at > %s ORDER BY start_at, e.id
"""

# Of what is closed only what was so lately: a calendar is no archive.
_TASKS = f"""
SELECT {COLUMNS} FROM task
WHERE user_id = %(user_id)s AND deleted_at IS NULL
  AND (due_at IS NOT NULL OR due_on IS NOT NULL OR planned_on IS NOT NULL)
  AND (status IN ('todo', 'doing', 'waiting') OR updated_at > %(since)s)
ORDER BY id
"""


class Feed(NamedTuple):
    """A feed as its owner sees it: without the secret."""

    id: UUID
    name: str
    entries: bool
    tasks: str
    created_at: datetime
    last_used_at: datetime | None


class FeedEntry(NamedTuple):
    """A time entry that has ended, with the names of what it was for."""

    id: UUID
    version: int
    start_at: datetime
    end_at: datetime
    description: str
    tags: list[str]
    created_at: datetime
    updated_at: datetime
    task: str
    project: str


def make(user_id: UUID, name: str, hash: bytes, *, entries: bool, tasks: str) -> Feed:
    """Keep a new feed by the hash of its secret."""
    row = execute(
        "INSERT INTO feed (id, user_id, name, hash, entries, tasks)"
        f" VALUES (%s, %s, %s, %s, %s, %s) RETURNING {_SHOWN}",
        (uuid7(), user_id, name, hash, entries, tasks),
    ).fetchone()
    return Feed(*row)


def of_user(user_id: UUID) -> list[Feed]:
    """A person's feeds, the oldest first."""
    found = execute(f"SELECT {_SHOWN} FROM feed WHERE user_id = %s ORDER BY id", (user_id,))
    return [Feed(*row) for row in found.fetchall()]


def remove(user_id: UUID, id: UUID) -> bool:
    """End a feed; False: the person has none of this id."""
    done = execute("DELETE FROM feed WHERE user_id = %s AND id = %s", (user_id, id))
    return bool(done.rowcount)


def use(hash: bytes) -> tuple[UUID, Feed] | None:
    """Whose feed this is; None: nobody's, or the account is disabled."""
    row = execute(
        f"SELECT user_id, {_SHOWN} FROM feed WHERE hash = %s"
        " AND EXISTS (SELECT FROM account a WHERE a.id = user_id AND disabled_at IS NULL)",
        (hash,),
    ).fetchone()
    if row is None:
        return None
    execute(
        "UPDATE feed SET last_used_at = now() WHERE hash = %s"
        " AND (last_used_at IS NULL OR last_used_at < now() - interval '10 minutes')",
        (hash,),
    )
    return row[0], Feed(*row[1:])


def entries(user_id: UUID, since: datetime) -> Sequence[FeedEntry]:
    """The entries that ended after an instant, in time order."""
    return [FeedEntry(*row) for row in execute(_ENTRIES, (user_id, since)).fetchall()]


def tasks(user_id: UUID, since: datetime) -> Sequence[TaskRow]:
    """Tasks with a day: all that are open, and those that were closed after an instant."""
    return rows(execute(_TASKS, {"user_id": user_id, "since": since}).fetchall())
