"""Events that could not be applied: kept whole, retried while `retrying`, listed for operators.

`open` waits for a person, `discarded` was given up by one, `done` was applied after all. Only the
owner of the partition applies a `retrying` row, so it cannot race the live events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args
from uuid import UUID

from models.bulk import columns
from models.cursors import Claim
from models.database import execute
from models.uuid7 import uuid7

State = Literal["retrying", "open", "discarded", "done"]
#: The error class of events that are not touched any more, for they ended processes.
QUARANTINED = "Quarantined"

Outcome = Literal["applied", "already_applied"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Burial:
    """What is kept of an event that failed; `retry_in_s` None: it is `open` at once."""

    claim: Claim
    offset: int
    index: int
    tag: str
    user_id: UUID | None
    event: bytes
    error_class: str
    error_message: str
    traceback: str
    retry_in_s: float | None


class Due(NamedTuple):
    """A row whose next try has come; `attempts` counts this one.

    One that a person has `replayed` is tried once: they want to know what comes of it. A `suspect`
    was quarantined, or a try of it before did not return: it may have ended the process.
    """

    id: UUID
    event: bytes
    attempts: int
    replayed: bool
    suspect: bool


class FailedAgain(NamedTuple):
    """How the last try of a row failed; `retrying`: there will be another."""

    id: UUID
    state: State
    error_class: str
    error_message: str
    traceback: str


_BURY = """
INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id, event, state,
    error_class, error_message, traceback, attempts, next_at, code_version)
SELECT id, stage, topic, partition, "offset", index, tag, user_id, event, state,
    error_class, error_message, traceback, 1, now() + make_interval(secs => retry_in_s), %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::int[], %s::text[],
    %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[])
    AS buried (id, stage, topic, partition, "offset", index, tag, user_id, event, state,
        error_class, error_message, traceback, retry_in_s)
WHERE NOT EXISTS (SELECT FROM erasure WHERE erasure.user_id = buried.user_id)
ON CONFLICT DO NOTHING
"""

_OF_PARTITION = "stage = %s AND topic = %s AND partition = %s"


def bury(burials: Sequence[Burial], code_version: str) -> None:
    """Keep what failed, in the transaction that moves the cursors; what is there already stays.

    Nothing is kept of who is being erased.
    """
    rows = [
        (
            uuid7(),
            *b.claim[:3],
            b.offset,
            b.index,
            b.tag,
            b.user_id,
            b.event,
            "open" if b.retry_in_s is None else "retrying",
            b.error_class,
            _text(b.error_message),
            _text(b.traceback),
            b.retry_in_s,
        )
        for b in burials
    ]
    execute(_BURY, (code_version, *columns(rows)))


def _text(value: str) -> str:
    """`value` as PostgreSQL takes it: no NUL, no lone surrogates."""
    return value.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()


def partitions_due(stage: str, topic: str) -> list[int]:
    """The partitions with a `retrying` row whose next try has come."""
    rows = execute(
        "SELECT DISTINCT partition FROM dead_letter"
        " WHERE state = 'retrying' AND stage = %s AND topic = %s AND next_at <= now()",
        (stage, topic),
    )
    return [partition for (partition,) in rows.fetchall()]


def claim_due(claim: Claim, limit: int, first_delay_s: float, longest_delay_s: float) -> list[Due]:
    """Count a try of the rows that are due and set when the next would be, before it is made."""
    rows = execute(
        "UPDATE dead_letter d SET attempts = attempts + 1, last_failed_at = now(), in_hand = true,"
        " next_at = now() + make_interval(secs => least(%s * power(2, least(attempts, 30)), %s))"
        f" FROM (SELECT id, in_hand FROM dead_letter WHERE state = 'retrying' AND {_OF_PARTITION}"
        " AND next_at <= now() ORDER BY next_at LIMIT %s) AS due"
        " WHERE d.id = due.id AND d.state = 'retrying'"
        " RETURNING d.id, d.event, d.attempts, d.job_id IS NOT NULL,"
        " d.error_class = %s OR due.in_hand",
        (first_delay_s, longest_delay_s, *claim[:3], limit, QUARANTINED),
    )
    return [Due(id, bytes(event), *more) for id, event, *more in rows.fetchall()]


def unchanged(due: Sequence[Due]) -> set[UUID]:
    """Those that nobody has given up, edited or handed out since they were claimed; locked."""
    rows = execute(
        "SELECT id, event, attempts FROM dead_letter"
        " WHERE id = ANY(%s::uuid[]) AND state = 'retrying' ORDER BY id FOR UPDATE",
        ([row.id for row in due],),
    )
    claimed = {row.id: (row.event, row.attempts) for row in due}
    return {
        id for id, event, attempts in rows.fetchall() if claimed[id] == (bytes(event), attempts)
    }


def unclaim(ids: Sequence[UUID], delay_s: float) -> None:
    """Take a try back, for the environment failed and not the event."""
    execute(
        "UPDATE dead_letter SET attempts = attempts - 1, in_hand = false,"
        " next_at = now() + make_interval(secs => %s) WHERE id = ANY(%s::uuid[])",
        (delay_s, list(ids)),
    )


def applied(outcomes: Mapping[UUID, Outcome]) -> None:
    """These were applied after all, or turned out to be applied already."""
    if outcomes:
        execute(
            "UPDATE dead_letter d SET state = 'done', next_at = NULL, in_hand = false,"
            " outcome = done.outcome FROM unnest(%s::uuid[], %s::text[]) AS done (id, outcome)"
            " WHERE d.id = done.id",
            columns(outcomes.items()),
        )


def failed_again(rows: Sequence[FailedAgain]) -> None:
    """Keep how the last tries failed, and whether there will be others."""
    texts = [
        row._replace(error_message=_text(row.error_message), traceback=_text(row.traceback))
        for row in rows
    ]
    if texts:
        execute(
            "UPDATE dead_letter d SET state = again.state, error_class = again.error_class,"
            " error_message = again.error_message, traceback = again.traceback,"
            " last_failed_at = now(), in_hand = false,"
            " next_at = CASE again.state WHEN 'retrying' THEN next_at END"
            " FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[])"
            " AS again (id, state, error_class, error_message, traceback) WHERE d.id = again.id",
            columns(texts),
        )
