"""Logins of people: a session, and the chain of refresh tokens that keeps it alive.

Each refresh uses up its token and makes the next one. A token that comes a second time was
copied by somebody: the whole session ends. The session's row is the lock of all this, so two
refreshes at once cannot both succeed.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.accounts import Person
from models.database import database, execute
from models.uuid7 import uuid7

# Locked, an account keeps its roles until the token that names them is dated: whoever changes
# them voids it. A password that was checked may have been replaced meanwhile.
_HOLD = """
SELECT id, email, roles, created_at FROM account
WHERE id = %s AND password_hash = coalesce(%s, password_hash) AND disabled_at IS NULL FOR SHARE
"""

_OPEN = """
WITH session AS (
    INSERT INTO login_session (id, user_id, expires_at, user_agent)
    VALUES (%(id)s, %(user_id)s, now() + %(session_s)s * interval '1 second', %(user_agent)s)
    RETURNING id
)
INSERT INTO refresh_token (hash, session_id, expires_at)
SELECT %(hash)s, id, now() + %(token_s)s * interval '1 second' FROM session
"""

_LOCK = """
SELECT s.id, s.revoked_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL,
       s.expires_at, a.id, a.email, a.roles, a.created_at
FROM login_session s JOIN account a ON a.id = s.user_id
WHERE s.id = (SELECT session_id FROM refresh_token WHERE hash = %s)
FOR SHARE OF a FOR UPDATE OF s
"""

_USE = """
UPDATE refresh_token SET used_at = now()
WHERE hash = %s AND used_at IS NULL AND expires_at > now()
"""

_NEXT = """
INSERT INTO refresh_token (hash, session_id, expires_at)
VALUES (%s, %s, least(now() + %s * interval '1 second', %s))
"""

_WAS_USED = "SELECT FROM refresh_token WHERE hash = %s AND used_at IS NOT NULL"

_END = "UPDATE login_session SET revoked_at = now() WHERE id = %s AND revoked_at IS NULL"

_PURGE = "DELETE FROM login_session WHERE expires_at < now() - interval '1 day'"


class Session(NamedTuple):
    """A live session and the instant its next access token is issued at."""

    id: UUID
    person: Person
    now: datetime


def open_session(
    person: Person,
    token_hash: bytes,
    user_agent: str,
    *,
    session_s: int,
    token_s: int,
    password_hash: str | None = None,
) -> Session | None:
    """A new login with its first refresh token.

    None: the account was disabled, or has no longer this hash of the password that was checked.
    """
    session_id = uuid7()
    values = {
        "id": session_id,
        "user_id": person.id,
        "hash": token_hash,
        "user_agent": user_agent,
        "session_s": session_s,
        "token_s": token_s,
    }
    with database.atomic():
        row = execute(_HOLD, (person.id, password_hash)).fetchone()
        if row is None:
            return None
        execute(_OPEN, values)
        return Session(session_id, Person(*row), _now())


def rotate(used: bytes, successor: bytes, *, token_s: int) -> Session | None:
    """Use up one refresh token and make its successor. None: there is no such live token.

    A token used before ends its session.
    """
    with database.atomic():
        row = execute(_LOCK, (used,)).fetchone()
        if row is None:
            return None
        session_id, alive, expires_at, *person = row
        if alive and execute(_USE, (used,)).rowcount:
            execute("UPDATE login_session SET last_used_at = now() WHERE id = %s", (session_id,))
            execute(_NEXT, (successor, session_id, token_s, expires_at))
            return Session(session_id, Person(*person), _now())
        if alive and execute(_WAS_USED, (used,)).rowcount:
            end(session_id)
        return None


def end(session_id: UUID) -> None:
    """End a session: its refresh tokens at once, its access tokens as fast as web looks."""
    with database.atomic():
        if execute(_END, (session_id,)).rowcount:
            revocations.revoke(session_id)


def purge() -> None:
    """Forget sessions that ended long ago."""
    execute(_PURGE)


def _now() -> datetime:
    now: datetime = execute("SELECT clock_timestamp()").fetchone()[0]
    return now
