"""The raw events of a bucket, which is a source of its own among the usage events."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import from_us, to_us

#: What every bucket's source begins with; the index of buckets holds these sources only.
SOURCE = "activitywatch:"

_NEWEST = f"""
SELECT event_id, {to_us("time")}, duration_us, pulse_us, data::text FROM usage_event
WHERE user_id = %(user_id)s AND source = %(source)s AND source LIKE '{SOURCE}%%'
AND (%(lower)s::bigint IS NULL OR time >= {from_us("%(lower)s")})
AND (%(upper)s::bigint IS NULL OR time <= {from_us("%(upper)s")})
ORDER BY time DESC, event_id DESC LIMIT %(limit)s
"""


class BucketEvent(NamedTuple):
    """An event as its client reported it; instants are microseconds since 1970."""

    id: str
    time: int
    duration_us: int
    pulse_us: int
    data: str


def source_of(bucket: str) -> str:
    """The source that the events of a bucket come from."""
    return SOURCE + bucket


def bucket_of(source: str) -> str | None:
    """The bucket whose events come from a source; None: it is no bucket's."""
    return source.removeprefix(SOURCE) if source.startswith(SOURCE) else None


def newest(
    user_id: UUID, bucket: str, lower: int | None, upper: int | None, limit: int
) -> list[BucketEvent]:
    """The newest events that begin from `lower` to `upper` (None: without bound), newest first."""
    values = {
        "user_id": user_id,
        "source": source_of(bucket),
        "lower": lower,
        "upper": upper,
        "limit": limit,
    }
    return [BucketEvent(*row) for row in execute(_NEWEST, values).fetchall()]


def begin_of(user_id: UUID, bucket: str, id: str) -> int | None:
    """The instant of one event, or None if the bucket has none of this id."""
    row = execute(
        f"SELECT {to_us('time')} FROM usage_event"
        " WHERE user_id = %s AND source = %s AND event_id = %s",
        (user_id, source_of(bucket), id),
    ).fetchone()
    return row[0] if row else None


def delete(user_id: UUID, bucket: str, ids: Sequence[str] | None = None) -> int:
    """Delete events of a bucket, all of them unless `ids` are given; return how many.

    Inside a transaction that holds the user's lock and queues the rebuild.
    """
    gone = execute(
        "DELETE FROM usage_event WHERE user_id = %s AND source = %s"
        " AND (%s::text[] IS NULL OR event_id = ANY(%s))",
        (user_id, source_of(bucket), ids, ids),
    )
    return int(gone.rowcount)
