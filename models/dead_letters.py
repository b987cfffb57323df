"""Events that could not be applied: kept whole, retried while `retrying`, listed for operators.

`open` waits for a person, `discarded` was given up by one, `done` was applied after all. Only the
owner of the partition applies a `retrying` row, so it cannot race the live events.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from psycopg2.extras import execute_values

from models.cursors import Claim
from models.database import execute, own_session
from models.uuid7 import uuid7

State = Literal["retrying", "open", "discarded", "done"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class Burial:
    """What is kept of an event that failed; `retry_in_s` None: it is `open` at once."""

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
    """A row whose next try has come; `attempts` counts this one."""

    id: UUID
    event: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row as it is listed."""

    id: UUID
    stage: str
    topic: str
    partition: int
    offset: int
    index: int
    user_id: UUID | None
    event: bytes
    state: State
    error_class: str
    error_message: str
    traceback: str
    attempts: int
    first_failed_at: Any
    last_failed_at: Any
    next_at: Any
    code_version: str


@dataclass(frozen=True)
class Filter:
    """What an operator wants to see; None: any."""

    stage: str | None = None
    topic: str | None = None
    partition: int | None = None
    state: State | None = None
    user_id: UUID | None = None
    error_class: str | None = None

    def sql(self) -> tuple[str, list[object]]:
        """The condition and its values."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        terms = " AND ".join(f"{name} = %s" for name in given)
        return terms or "true", list(given.values())


_COLUMNS = ", ".join(f'"{field.name}"' for field in fields(DeadLetter))
_OF_PARTITION = "stage = %s AND topic = %s AND partition = %s"


def bury(claim: Claim, burials: Sequence[Burial], code_version: str) -> None:
    """Keep what failed, in the transaction that moves the cursor; what is there already stays."""
    rows = [
        (
            uuid7(),
            *claim[:3],
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
            code_version,
        )
        for b in burials
    ]
    with own_session().cursor() as cursor:
        execute_values(
            cursor,
            'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
            " event, state, error_class, error_message, traceback, attempts, next_at,"
            " code_version) VALUES %s ON CONFLICT DO NOTHING",
            rows,
            template="(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 1,"
            " now() + make_interval(secs => %s), %s)",
        )


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
        "UPDATE dead_letter d SET attempts = attempts + 1, last_failed_at = now(), next_at = now()"
        " + make_interval(secs => least(%s * power(2, least(attempts, 30)), %s))"
        f" FROM (SELECT id FROM dead_letter WHERE state = 'retrying' AND {_OF_PARTITION}"
        " AND next_at <= now() ORDER BY next_at LIMIT %s FOR UPDATE) AS due"
        " WHERE d.id = due.id RETURNING d.id, d.event, d.attempts",
        (first_delay_s, longest_delay_s, *claim[:3], limit),
    )
    return [Due(id, bytes(event), attempts) for id, event, attempts in rows.fetchall()]


def unclaim(ids: Sequence[UUID], delay_s: float) -> None:
    """Take a try back, for the environment failed and not the event."""
    execute(
        "UPDATE dead_letter SET attempts = attempts - 1,"
        " next_at = now() + make_interval(secs => %s) WHERE id = ANY(%s::uuid[])",
        (delay_s, list(ids)),
    )


def applied(ids: Sequence[UUID]) -> None:
    """These were applied after all."""
    execute(
        "UPDATE dead_letter SET state = 'done', next_at = NULL WHERE id = ANY(%s::uuid[])",
        (list(ids),),
    )


def failed_again(
    id: UUID, state: State, error_class: str, error_message: str, traceback: str
) -> None:
    """Keep how the last try failed, and whether there will be another."""
    execute(
        "UPDATE dead_letter SET state = %s, error_class = %s, error_message = %s, traceback = %s,"
        " last_failed_at = now(), next_at = CASE WHEN %s = 'retrying' THEN next_at END"
        " WHERE id = %s",
        (state, error_class, _text(error_message), _text(traceback), state, id),
    )


def page(wanted: Filter, before: UUID | None, limit: int) -> list[DeadLetter]:
    """The newest rows first; `before` is the id of the last row of the page before."""
    condition, values = wanted.sql()
    rows = execute(
        f"SELECT {_COLUMNS} FROM dead_letter WHERE {condition}"
        " AND (%s::uuid IS NULL OR id < %s::uuid) ORDER BY id DESC LIMIT %s",
        (*values, before, before, limit),
    )
    return [_letter(row) for row in rows.fetchall()]


def get(id: UUID) -> DeadLetter | None:
    """One row."""
    row = execute(f"SELECT {_COLUMNS} FROM dead_letter WHERE id = %s", (id,)).fetchone()
    return None if row is None else _letter(row)


def counts(wanted: Filter) -> dict[State, int]:
    """How many rows there are by state; every state is named."""
    condition, values = wanted.sql()
    found = dict(
        execute(
            f"SELECT state, count(*) FROM dead_letter WHERE {condition} GROUP BY state", values
        ).fetchall()
    )
    return {state: found.get(state, 0) for state in STATES}


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    letter = DeadLetter(*row)
    return replace(letter, event=bytes(letter.event))
