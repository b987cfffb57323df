"""Erasures of people: marked here first, gone from everywhere else last.

From the mark on stages drop the person's events and nobody logs in as them. When all is done the
row forgets the id; a keyed hash of it stays.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models import people, revocations, user_state
from models.database import database, execute
from models.uuid7 import uuid7

_SHOWN = "id, state, requested_at, not_before, updated_at, done_at, blocked_by, proof"

_MARK = """
INSERT INTO erasure (id, user_id, user_hash, secret_hash, state, not_before)
VALUES (%s, %s, %s, %s, 'waiting', now() + make_interval(secs => %s))
"""

_HAS_OTHERS = """
SELECT FROM account a
WHERE id <> %s AND NOT EXISTS (SELECT FROM erasure e WHERE e.user_id = a.id) LIMIT 1
"""


class Erasure(NamedTuple):
    """How far an erasure came, and what it waits for (nothing: '')."""

    id: UUID
    state: str
    requested_at: datetime
    not_before: datetime
    updated_at: datetime
    done_at: datetime | None
    blocked_by: str
    proof: dict[str, Any]


class Open(NamedTuple):
    """An erasure to go on with; `markers` are offsets by topic."""

    id: UUID
    user_id: UUID
    state: str
    markers: dict[str, int]
    proof: dict[str, Any]


def mark(user_id: UUID, user_hash: bytes, secret_hash: bytes, wait_s: float) -> Erasure | None:
    """Begin, and let nobody in as this person; None: they are being erased already.

    Raises `people.LastOperator`: there are other people, and nobody else operates the instance.
    """
    with database.atomic():
        # Of two operators who go at the same time the second sees that the first has gone.
        operators = people.lock(user_id)
        if operators == {user_id} and execute(_HAS_OTHERS, (user_id,)).rowcount:
            raise people.LastOperator
        user_state.restrict(user_id)
        if execute("SELECT 1 FROM erasure WHERE user_id = %s", (user_id,)).fetchone():
            return None
        id = uuid7()
        execute(_MARK, (id, user_id, user_hash, secret_hash, wait_s))
        _let_nobody_in(id, user_id)
        return get(id)


def get(id: UUID) -> Erasure | None:
    """One erasure."""
    row = execute(f"SELECT {_SHOWN} FROM erasure WHERE id = %s", (id,)).fetchone()
    return Erasure(*row) if row else None


def secret_hash(id: UUID) -> bytes | None:
    """What the secret of an erasure is checked against."""
    row = execute("SELECT secret_hash FROM erasure WHERE id = %s", (id,)).fetchone()
    return bytes(row[0]) if row else None


def page(before: UUID | None, limit: int) -> list[Erasure]:
    """Erasures, the newest first."""
    rows = execute(
        f"SELECT {_SHOWN} FROM erasure WHERE %s::uuid IS NULL OR id < %s::uuid"
        " ORDER BY id DESC LIMIT %s",
        (before, before, limit),
    )
    return [Erasure(*row) for row in rows.fetchall()]


def due() -> list[Open]:
    """Those that may go on now, the oldest first."""
    rows = execute(
        "SELECT id, user_id, state, markers, proof FROM erasure"
        " WHERE done_at IS NULL AND not_before <= now() ORDER BY id"
    )
    return [Open(*row) for row in rows.fetchall()]


def advance(id: UUID, state: str, markers: Mapping[str, int], proof: Mapping[str, Any]) -> None:
    """The erasure came to another state; nothing blocks it."""
    execute(
        "UPDATE erasure SET state = %s, markers = %s, proof = %s, blocked_by = '',"
        " updated_at = now() WHERE id = %s",
        (state, json.dumps(markers), json.dumps(proof), id),
    )


def block(id: UUID, blocked_by: str) -> None:
    """Say what the erasure waits for."""
    execute(
        "UPDATE erasure SET blocked_by = %s, updated_at = now() WHERE id = %s", (blocked_by, id)
    )


def finish(id: UUID, proof: Mapping[str, Any]) -> None:
    """All is gone: forget who it was."""
    execute(
        "UPDATE erasure SET state = 'done', user_id = NULL, markers = '{}', proof = %s,"
        " blocked_by = '', updated_at = now(), done_at = now() WHERE id = %s",
        (json.dumps(proof), id),
    )


def disown(user_id: UUID, nobody: UUID) -> None:
    """The instance forgets that it was the person's; without any account it is nobody's at all.

    What they have paused stays paused.
    """
    execute("UPDATE stage_pause SET paused_by = NULL WHERE paused_by = %s", (user_id,))
    execute(
        "DELETE FROM instance WHERE owner = %s AND NOT EXISTS (SELECT FROM account)", (user_id,)
    )
    execute("UPDATE instance SET owner = %s WHERE owner = %s", (nobody, user_id))


def _let_nobody_in(id: UUID, user_id: UUID) -> None:
    revocations.revoke_issued(user_id)
    for table in ("login_session", "api_key"):
        execute(
            f"UPDATE {table} SET revoked_at = now() WHERE user_id = %s AND revoked_at IS NULL",
            (user_id,),
        )
    execute(
        "DELETE FROM invite i USING account a WHERE a.id = %s AND lower(i.email) = lower(a.email)",
        (user_id,),
    )
    # The address is free from now on.
    execute(
        "UPDATE account SET disabled_at = now(), password_hash = '', email = %s WHERE id = %s",
        (f"{id}@erased.invalid", user_id),
    )
