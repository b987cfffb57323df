"""Buckets: what one watcher of one device reports into, by the name the client gave it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us

_COLUMNS = "id, type, client, hostname, created_at"

_MAKE = """
INSERT INTO bucket (user_id, id, type, client, hostname, created_at)
VALUES (%s, %s, %s, %s, %s, coalesce(%s, now())) ON CONFLICT DO NOTHING
"""

# The newest event of each bucket, found by the index of buckets.
_WITH_LAST = f"""
SELECT {_COLUMNS}, (
    SELECT {to_us("max(time + duration_us * interval '1 microsecond')")} FROM (
        SELECT time, duration_us FROM usage_event
        WHERE user_id = bucket.user_id AND source = 'activitywatch:' || bucket.id
        AND source LIKE 'activitywatch:%%' ORDER BY time DESC LIMIT 1
    ) AS newest
) FROM bucket WHERE user_id = %s ORDER BY id
"""


class Bucket(NamedTuple):
    """What a client said of a bucket when it made it."""

    id: str
    type: str
    client: str
    hostname: str
    created_at: datetime


class Listed(NamedTuple):
    """A bucket, and where its newest event ends, microseconds since 1970."""

    bucket: Bucket
    last_us: int | None


def make(
    user_id: UUID, id: str, type: str, client: str, hostname: str, created_at: datetime | None
) -> bool:
    """Make a bucket; False: there is one of this id, which stays as it is."""
    values = (user_id, id, type, client, hostname, created_at)
    return bool(execute(_MAKE, values).rowcount)


def find(user_id: UUID, id: str) -> Bucket | None:
    """The bucket of this id, if the user has one."""
    row = execute(
        f"SELECT {_COLUMNS} FROM bucket WHERE user_id = %s AND id = %s", (user_id, id)
    ).fetchone()
    return Bucket(*row) if row else None


def of_user(user_id: UUID) -> list[Listed]:
    """All buckets of a user by their ids."""
    rows = execute(_WITH_LAST, (user_id,)).fetchall()
    return [Listed(Bucket(*row[:-1]), row[-1]) for row in rows]


def types(user_id: UUID) -> dict[str, str]:
    """The type of each bucket of a user by its id."""
    return dict(execute("SELECT id, type FROM bucket WHERE user_id = %s", (user_id,)).fetchall())


def delete(user_id: UUID, id: str) -> bool:
    """Delete the bucket's row; False: there is none. Its events are another matter."""
    gone = execute("DELETE FROM bucket WHERE user_id = %s AND id = %s", (user_id, id))
    return bool(gone.rowcount)
