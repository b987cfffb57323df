"""Events of changes that are not on the stream yet, written in the change's transaction.

They are deleted in the transaction in which the relay knows them appended. One that is appended
twice does no harm: whoever reads it looks at the tables.
"""

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute

_PUT = """
INSERT INTO outbox (topic, user_id, event)
SELECT %s, * FROM unnest(%s::uuid[], %s::text[])
"""

_TAKE = """
SELECT id, topic, user_id, event FROM outbox ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
"""


class Unsent(NamedTuple):
    """An event on its way out."""

    id: int
    topic: str
    user_id: UUID
    event: str


def put(topic: str, events: Iterable[tuple[UUID, str]]) -> None:
    """Keep events, of which there is at least one, each with its user, until they are sent."""
    execute(_PUT, (topic, *columns(events)))


def take(limit: int) -> list[Unsent]:
    """The oldest events that no other relay has, for this transaction."""
    return [Unsent(*row) for row in execute(_TAKE, (limit,)).fetchall()]


def backlog() -> tuple[int, float]:
    """How many events wait, and for how many seconds the oldest has."""
    row = execute(
        "SELECT count(*), coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8"
        " FROM outbox"
    ).fetchone()
    return row[0], row[1]


def delete(ids: Collection[int]) -> None:
    """Forget what was sent."""
    execute("DELETE FROM outbox WHERE id = ANY(%s)", (list(ids),))
