"""How often an event ended the process that touched it, each death in a commit of its own."""

from models.cursors import Claim
from models.database import execute

#: In the place of an event's index: the entry as a whole is being examined.
WHOLE_ENTRY = -1

_PLACE = "stage = %s AND topic = %s AND partition = %s"


def put(claim: Claim, offset: int, index: int, attempts: int) -> None:
    """Keep how many tries of an event there were."""
    execute(
        'INSERT INTO event_attempt (stage, topic, partition, "offset", index, attempts)'
        " VALUES (%s, %s, %s, %s, %s, %s)"
        ' ON CONFLICT (stage, topic, partition, "offset", index)'
        " DO UPDATE SET attempts = excluded.attempts",
        (*claim[:3], offset, index, attempts),
    )


def of(claim: Claim, from_offset: int) -> dict[tuple[int, int], int]:
    """Tries by (offset, index), from an offset on."""
    rows = execute(
        f'SELECT "offset", index, attempts FROM event_attempt WHERE {_PLACE} AND "offset" >= %s',
        (*claim[:3], from_offset),
    )
    return {(offset, index): attempts for offset, index, attempts in rows.fetchall()}


def forget(claim: Claim, before: int) -> None:
    """Drop the tries of all entries before an offset."""
    execute(f'DELETE FROM event_attempt WHERE {_PLACE} AND "offset" < %s', (*claim[:3], before))


def forget_begun(claim: Claim) -> None:
    """Drop that entries of the partition are being examined; the tries of their events stay."""
    execute(f"DELETE FROM event_attempt WHERE {_PLACE} AND index = %s", (*claim[:3], WHOLE_ENTRY))


def forget_all(claim: Claim) -> None:
    """Drop the tries of the whole partition: its log is another now."""
    execute(f"DELETE FROM event_attempt WHERE {_PLACE}", claim[:3])
