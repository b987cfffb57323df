"""Where each stage stands in each partition, and whose commits count there."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import database, execute


class Claim(NamedTuple):
    """What an owner holds: one partition of a stage's topic, under one epoch."""

    stage: str
    topic: str
    partition: int
    epoch: int


class Cursor(NamedTuple):
    """A row of the table. `clean`: the owner before left in order."""

    epoch: int
    next_offset: int
    tag: str
    clean: bool


_KEY = "stage = %s AND topic = %s AND partition = %s"
_CLAIM = f"{_KEY} AND epoch = %s"


def acquire(claim: Claim, owner: UUID) -> Cursor | None:
    """Raise the epoch to the claim's, upwards only; None when somebody else's is not below it.

    The same owner may ask again (its first answer was lost). The cursor's `clean` is what was
    found; it is unset until the owner leaves in order.
    """
    with database.atomic():
        execute(
            "INSERT INTO stream_cursor (stage, topic, partition, epoch, next_offset, tag, clean)"
            " VALUES (%s, %s, %s, -1, 1, '', true) ON CONFLICT DO NOTHING",
            claim[:3],
        )
        *found, last_owner = execute(
            "SELECT epoch, next_offset, tag, clean, owner FROM stream_cursor"
            f" WHERE {_KEY} FOR UPDATE",
            claim[:3],
        ).fetchone()
        cursor = Cursor(*found)
        mine = cursor.epoch == claim.epoch and last_owner == owner
        if cursor.epoch >= claim.epoch and not mine:
            return None
        execute(
            f"UPDATE stream_cursor SET epoch = %s, owner = %s, clean = false WHERE {_KEY}",
            (claim.epoch, owner, *claim[:3]),
        )
        return cursor._replace(epoch=claim.epoch)


def advance(claim: Claim, expected: int, next_offset: int, tag: str) -> bool:
    """Move the cursor if it is still under this epoch and at `expected`; else change nothing."""
    done = execute(
        "UPDATE stream_cursor SET next_offset = %s, tag = %s, updated_at = now()"
        f" WHERE {_CLAIM} AND next_offset = %s",
        (next_offset, tag, *claim, expected),
    )
    return bool(done.rowcount)


def advance_all(moves: Sequence[tuple[Claim, int, int, str]]) -> bool:
    """`advance` many, each (claim, expected, next offset, tag), in one statement.

    False if any could not be moved: then undo those that were.
    """
    values = [(*claim, *move) for claim, *move in moves]
    done = execute(
        "UPDATE stream_cursor c SET next_offset = m.next_offset, tag = m.tag, updated_at = now()"
        " FROM unnest(%s::text[], %s::text[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[],"
        " %s::text[]) AS m (stage, topic, partition, epoch, expected, next_offset, tag)"
        " WHERE c.stage = m.stage AND c.topic = m.topic AND c.partition = m.partition"
        " AND c.epoch = m.epoch AND c.next_offset = m.expected",
        columns(values),
    )
    return bool(done.rowcount == len(moves))


def hold(claim: Claim) -> bool:
    """Lock the cursor for this transaction where it is; False when the epoch is another."""
    found = execute(f"SELECT 1 FROM stream_cursor WHERE {_CLAIM} FOR UPDATE", claim).fetchone()
    return found is not None


def read(claim: Claim) -> Cursor:
    """The cursor as it stands, under whatever epoch."""
    return Cursor(
        *execute(
            f"SELECT epoch, next_offset, tag, clean FROM stream_cursor WHERE {_KEY}", claim[:3]
        ).fetchone()
    )


def rewind(claim: Claim, next_offset: int, tag: str) -> bool:
    """Set the cursor back, for the log was replaced; False when the epoch is another."""
    done = execute(
        f"UPDATE stream_cursor SET next_offset = %s, tag = %s, updated_at = now() WHERE {_CLAIM}",
        (next_offset, tag, *claim),
    )
    return bool(done.rowcount)


def leave(claim: Claim) -> bool:
    """Say that the owner left in order; False when the epoch is another."""
    done = execute(f"UPDATE stream_cursor SET clean = true WHERE {_CLAIM}", claim)
    return bool(done.rowcount)


def positions(topic: str) -> list[tuple[str, int, int, str]]:
    """(stage, partition, next offset, tag before it) of every stage that reads `topic`."""
    return list(
        execute(
            "SELECT stage, partition, next_offset, tag FROM stream_cursor WHERE topic = %s",
            (topic,),
        ).fetchall()
    )
