"""Dead letters as operators look for them; what stages do with them is in `models.dead_letters`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.database import execute
from models.dead_letters import STATES, State

#: What may be asked for, and how the letter must then be; `at_most` is the bound of a request.
_TERMS: Mapping[str, str] = {
    "stage": "stage = %(stage)s",
    "topic": "topic = %(topic)s",
    "partition": "partition = %(partition)s",
    "state": "state = %(state)s",
    "error": "error_class = %(error)s",
    "user": "user_id = %(user)s",
    "since": "first_failed_at >= %(since)s",
    "until": "first_failed_at < %(until)s",
    "as_of": "first_failed_at <= %(as_of)s",
    "ids": "id = ANY(%(ids)s::uuid[])",
    "q": (
        "(position(convert_to(%(q)s, 'UTF8') IN event) > 0"
        " OR strpos(lower(error_message), lower(%(q)s)) > 0)"
    ),
}


@dataclass(frozen=True)
class Filter:
    """Which dead letters; None: any. `since` to `as_of` are of when they failed first.

    `q` stands in the event as it is written there, or in the message in any case.
    """

    stage: str | None = None
    topic: str | None = None
    partition: int | None = None
    state: State | None = None
    error: str | None = None
    user: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    ids: Sequence[UUID] | None = None
    q: str | None = None

    def sql(self) -> tuple[str, dict[str, Any]]:
        """The condition and its values."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        if self.ids is not None:
            given["ids"] = list(self.ids)
        return " AND ".join(_TERMS[name] for name in given) or "true", given


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A row as it is listed."""

    id: UUID
    stage: str
    topic: str
    partition: int
    offset: int
    index: int
    tag: str
    user_id: UUID | None
    event: bytes
    original: bytes | None
    state: State
    outcome: str
    job_id: UUID | None
    error_class: str
    error_message: str
    traceback: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    next_at: datetime | None
    code_version: str


class ErrorCount(NamedTuple):
    """How many letters of a stage have an error."""

    stage: str
    error_class: str
    letters: int


_COLUMNS = ", ".join(f'"{field.name}"' for field in fields(DeadLetter))


def page(wanted: Filter, before: UUID | None, limit: int) -> list[DeadLetter]:
    """The newest rows first; `before` is the id of the last row of the page before."""
    condition, values = wanted.sql()
    rows = execute(
        f"SELECT {_COLUMNS} FROM dead_letter WHERE {condition}"
        " AND (%(before)s::uuid IS NULL OR id < %(before)s::uuid) ORDER BY id DESC LIMIT %(limit)s",
        {**values, "before": before, "limit": limit},
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


def errors(wanted: Filter) -> list[ErrorCount]:
    """How many rows there are by stage and error class, the most first."""
    condition, values = wanted.sql()
    rows = execute(
        f"SELECT stage, error_class, count(*) FROM dead_letter WHERE {condition}"
        " GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2",
        values,
    )
    return [ErrorCount(*row) for row in rows.fetchall()]


def unknown(ids: Sequence[UUID]) -> list[UUID]:
    """Those of `ids` that are no dead letter's."""
    rows = execute(
        "SELECT asked.id FROM unnest(%s::uuid[]) AS asked (id) LEFT JOIN dead_letter d USING (id)"
        " WHERE d.id IS NULL",
        (list(ids),),
    )
    return [id for (id,) in rows.fetchall()]


def now() -> datetime:
    """The database's clock, by which letters fail."""
    instant: datetime = execute("SELECT now()").fetchone()[0]
    return instant


def _letter(row: tuple[Any, ...]) -> DeadLetter:
    letter = DeadLetter(*row)
    original = None if letter.original is None else bytes(letter.original)
    return replace(letter, event=bytes(letter.event), original=original)
