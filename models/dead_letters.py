"""Events that could not be applied: kept whole, retried while `retrying`, listed for operators.

`open` waits for a person, `discarded` was given up by one, `done` was applied after all. Only the
owner of the partition applies a `retrying` row, so it cannot race the live events.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from models.bulk import columns
from models.cursors import Claim
from models.database import execute
from models.uuid7 import uuid7

State = Literal["retrying", "open", "discarded", "done"]
#: The error class of events that are not touched any more, for they ended processes.
QUARANTINED = "Quarantined"

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


#: Rows of a statement: events may be large.
_AT_ONCE = 100

_BURY = """
INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id, event, state,
    error_class, error_message, traceback, attempts, next_at, code_version)
SELECT id, stage, topic, partition, "offset", index, tag, user_id, event, state,
    error_class, error_message, traceback, 1, now() + make_interval(secs => retry_in_s), %s
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::int[], %s::bigint[], %s::int[], %s::text[],
    %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[], %s::text[], %s::float8[])
    AS buried (id, stage, topic, partition, "offset", index, tag, user_id, event, state,
        error_class, error_message, traceback, retry_in_s)
ON CONFLICT DO NOTHING
"""


def bury(burials: Sequence[Burial], code_version: str) -> None:
    """Keep what failed, in the transaction that moves the cursors; what is there already stays."""
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
            as_text(b.error_message),
            as_text(b.traceback),
            b.retry_in_s,
        )
        for b in burials
    ]
    for first in range(0, len(rows), _AT_ONCE):
        execute(_BURY, (code_version, *columns(rows[first : first + _AT_ONCE])))


def quarantined(stage: str, known: Sequence[UUID], limit: int) -> dict[UUID, bytes]:
    """The events of the stage's last so many quarantined letters that are open, but the known."""
    rows = execute(
        "SELECT id, event FROM (SELECT id, event FROM dead_letter"
        f" WHERE stage = %s AND error_class = '{QUARANTINED}' AND state = 'open'"
        " ORDER BY first_failed_at DESC LIMIT %s) AS last WHERE id <> ALL(%s::uuid[])",
        (stage, limit, list(known)),
    )
    return {id: bytes(event) for id, event in reversed(rows.fetchall())}


def as_text(value: str) -> str:
    """`value` as PostgreSQL takes it: no NUL, no lone surrogates."""
    return value.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
