"""Tries of dead letters: what is due, what a partition's owner has in hand, what came of it.

What is in hand is on record before it is tried, in one row for all, so that a try which ends the
process counts, too. Whoever calls holds the cursor of the partition.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from models.bulk import columns
from models.cursors import Claim
from models.database import execute
from models.dead_letters import QUARANTINED, State, as_text

Outcome = Literal["applied", "already_applied"]


class Due(NamedTuple):
    """A row whose next try has come; `attempts` counts this one.

    One that a person has `replayed` is tried once: they want to know what comes of it. A `suspect`
    was quarantined, or its last try did not return: it may have ended the process. It failed last
    under `code_version`.
    """

    id: UUID
    event: bytes
    attempts: int
    replayed: bool
    suspect: bool
    code_version: str


class FailedAgain(NamedTuple):
    """How the last try of a row failed; `retrying`: there will be another."""

    id: UUID
    state: State
    error_class: str
    error_message: str
    traceback: str


class Delays(NamedTuple):
    """Seconds before the second try of a row, doubled each time, and the most."""

    first_s: float
    longest_s: float


_OF_PARTITION = "stage = %s AND topic = %s AND partition = %s"
_NEXT_AT = "now() + make_interval(secs => least(%s * power(2, least(attempts, 30)), %s))"

_TAKE = f"""
WITH due AS (
    SELECT id, event, attempts + 1 AS attempts, job_id IS NOT NULL AS replayed,
        suspect OR error_class = '{QUARANTINED}' AS suspect, code_version
    FROM dead_letter WHERE state = 'retrying' AND {_OF_PARTITION} AND next_at <= now()
    ORDER BY next_at LIMIT %s
),
hand AS (
    INSERT INTO retry_in_hand (stage, topic, partition, epoch, letters)
    SELECT %s, %s, %s, %s, array_agg(id) FROM due HAVING count(*) > 0
)
SELECT * FROM due
"""

_COUNT_ENDED = f"""
WITH hand AS (DELETE FROM retry_in_hand WHERE {_OF_PARTITION} RETURNING epoch, letters)
UPDATE dead_letter d SET suspect = true,
    attempts = CASE state WHEN 'retrying' THEN attempts + 1 ELSE attempts END,
    last_failed_at = CASE state WHEN 'retrying' THEN now() ELSE last_failed_at END,
    next_at = CASE state WHEN 'retrying' THEN {_NEXT_AT} END
FROM hand WHERE d.id = ANY(hand.letters) AND hand.epoch <> %s
"""

_PUT_BACK = f"""
WITH hand AS (DELETE FROM retry_in_hand WHERE {_OF_PARTITION} RETURNING letters)
UPDATE dead_letter d SET next_at = now() + make_interval(secs => %s)
FROM hand WHERE d.id = ANY(hand.letters) AND d.state = 'retrying'
"""

_FAILED_AGAIN = f"""
UPDATE dead_letter d SET state = again.state, error_class = again.error_class,
    error_message = again.error_message, traceback = again.traceback, attempts = attempts + 1,
    suspect = false, last_failed_at = now(), code_version = %s,
    next_at = CASE again.state WHEN 'retrying' THEN {_NEXT_AT} END
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS again (id, state, error_class, error_message, traceback) WHERE d.id = again.id
"""


def partitions_due(stage: str, topic: str) -> list[int]:
    """The partitions with a `retrying` row whose next try has come."""
    rows = execute(
        "SELECT DISTINCT partition FROM dead_letter"
        " WHERE state = 'retrying' AND stage = %s AND topic = %s AND next_at <= now()",
        (stage, topic),
    )
    return [partition for (partition,) in rows.fetchall()]


def take_due(claim: Claim, limit: int) -> list[Due]:
    """Put rows that are due on record as in hand; nothing is before."""
    rows = execute(_TAKE, (*claim[:3], limit, *claim))
    return [Due(id, bytes(event), *more) for id, event, *more in rows.fetchall()]


def count_ended(claim: Claim, delays: Delays) -> None:
    """Count the tries still on record of an owner before: it has ended, perhaps by one of them.

    Those of the same owner came to nothing, for the environment failed.
    """
    execute(_COUNT_ENDED, (*claim[:3], *delays, claim.epoch))


def put_back(claim: Claim, delay_s: float) -> None:
    """What was in hand has not been tried: the environment failed and not the events."""
    execute(_PUT_BACK, (*claim[:3], delay_s))


def unchanged(due: Sequence[Due]) -> set[UUID]:
    """Those not given up, edited, handed out or taken back since they were taken; locked."""
    rows = execute(
        "SELECT id, event, attempts + 1, job_id IS NOT NULL FROM dead_letter"
        " WHERE id = ANY(%s::uuid[]) AND state = 'retrying' ORDER BY id FOR UPDATE",
        ([row.id for row in due],),
    )
    taken = {row.id: (row.event, row.attempts, row.replayed) for row in due}
    return {id for id, event, *more in rows.fetchall() if taken[id] == (bytes(event), *more)}


def applied(outcomes: Mapping[UUID, Outcome]) -> None:
    """These were applied after all, or turned out to be applied already."""
    if outcomes:
        execute(
            "UPDATE dead_letter d SET state = 'done', next_at = NULL, attempts = attempts + 1,"
            " suspect = false, outcome = done.outcome"
            " FROM unnest(%s::uuid[], %s::text[]) AS done (id, outcome) WHERE d.id = done.id",
            columns(outcomes.items()),
        )


def failed_again(rows: Sequence[FailedAgain], code_version: str, delays: Delays) -> None:
    """Keep how the tries failed, and when there will be others."""
    texts = [
        row._replace(error_message=as_text(row.error_message), traceback=as_text(row.traceback))
        for row in rows
    ]
    if texts:
        execute(_FAILED_AGAIN, (code_version, *delays, *columns(texts)))


def finish(claim: Claim) -> None:
    """What was in hand has been tried."""
    execute(f"DELETE FROM retry_in_hand WHERE {_OF_PARTITION}", claim[:3])
