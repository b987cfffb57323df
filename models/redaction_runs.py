"""Runs of a person's redaction rules over what is kept: one at a time, the latest request."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import user_state
from models.database import execute
from models.uuid7 import uuid7

_SHOWN = "id, requested_at, looked_at, changed, done_at"

_REQUEST = f"""
INSERT INTO redaction_run (user_id, id, not_before)
VALUES (%s, %s, now() + make_interval(secs => %s))
ON CONFLICT (user_id) DO UPDATE
SET (id, requested_at, not_before, marker, after_source, after_id, looked_at, changed, done_at)
  = (excluded.id, now(), excluded.not_before, NULL, '', '', 0, 0, NULL)
RETURNING {_SHOWN}
"""

_WAITING = """
SELECT id, user_id, marker, after_source, after_id FROM redaction_run
WHERE done_at IS NULL AND not_before <= now() ORDER BY not_before, id
"""


class RedactionRun(NamedTuple):
    """How far a run came: events and dead letters looked at, and how many of them changed."""

    id: UUID
    requested_at: datetime
    looked_at: int
    changed: int
    done_at: datetime | None


class Waiting(NamedTuple):
    """A run to go on with; `marker` is the offset that the stream must have come past."""

    id: UUID
    user_id: UUID
    marker: int | None
    after_source: str
    after_id: str


def request(user_id: UUID, wait_s: float) -> RedactionRun:
    """Begin anew, not before `wait_s` have passed. Inside a transaction."""
    user_state.lock([user_id])
    return RedactionRun(*execute(_REQUEST, (user_id, uuid7(), wait_s)).fetchone())


def last(user_id: UUID) -> RedactionRun | None:
    """The person's last run, if there ever was one."""
    row = execute(f"SELECT {_SHOWN} FROM redaction_run WHERE user_id = %s", (user_id,)).fetchone()
    return RedactionRun(*row) if row else None


def waiting() -> list[Waiting]:
    """The runs that may go on, in order of their time."""
    return [Waiting(*row) for row in execute(_WAITING).fetchall()]


def set_marker(run_id: UUID, marker: int) -> None:
    """Keep up to where the stream must be applied before the run begins."""
    execute("UPDATE redaction_run SET marker = %s WHERE id = %s", (marker, run_id))


def is_current(run_id: UUID) -> bool:
    """Lock the run; False when a later request took its place."""
    found = execute("SELECT FROM redaction_run WHERE id = %s FOR UPDATE", (run_id,))
    return bool(found.rowcount)


def advance(run_id: UUID, source: str, id: str, looked_at: int, changed: int) -> None:
    """Keep that the run came so far."""
    execute(
        "UPDATE redaction_run SET after_source = %s, after_id = %s,"
        " looked_at = looked_at + %s, changed = changed + %s WHERE id = %s",
        (source, id, looked_at, changed, run_id),
    )


def finish(run_id: UUID) -> int:
    """The run is done; how much it changed."""
    done = execute(
        "UPDATE redaction_run SET done_at = now() WHERE id = %s RETURNING changed", (run_id,)
    )
    return int(done.fetchone()[0])
