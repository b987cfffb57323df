"""Logins of people: a session, and the chain of refresh tokens that keeps it alive.

Each refresh uses up its token and makes the next one. A token that comes a second time was
copied by somebody: the whole session ends. Only for a short grace, while the next one is still
unused, it may be that the reply was lost: then the same next one is answered again. The session's
row is the lock of all this, so refreshes at once have one successor.

A session ends when its last refresh token was not used in time, and at its `expires_at` however
often it was.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.accounts import Person
from models.database import database, execute
from models.uuid7 import uuid7

# The account's lock, shared: whoever changes its password either sees this session and ends it,
# or is seen here by the other hash.
_OPEN = """
WITH verified AS (
    SELECT id, email, roles, created_at FROM account
    WHERE id = %(user_id)s AND password_hash = %(password_hash)s AND disabled_at IS NULL
    FOR SHARE
), session AS (
    INSERT INTO login_session (id, user_id, expires_at, user_agent, network)
    SELECT %(id)s, id, now() + %(session_s)s * interval '1 second', %(user_agent)s, %(network)s
    FROM verified
    RETURNING id, expires_at
), token AS (
    INSERT INTO refresh_token (hash, session_id, expires_at)
    SELECT %(hash)s, id, least(now() + %(token_s)s * interval '1 second', expires_at) FROM session
    RETURNING expires_at
)
SELECT v.id, v.email, v.roles, v.created_at, clock_timestamp(), t.expires_at
FROM verified v, token t
"""

# The account before its session, as everybody takes these locks. Shared, it keeps its roles until
# the token that names them is dated: whoever changes them voids it.
_HOLD = """
SELECT r.session_id, a.id, a.email, a.roles, a.created_at
FROM refresh_token r JOIN login_session s ON s.id = r.session_id JOIN account a ON a.id = s.user_id
WHERE r.hash = %s AND a.disabled_at IS NULL
FOR SHARE OF a
"""

_LOCK = """
SELECT expires_at FROM login_session
WHERE id = %s AND revoked_at IS NULL AND expires_at > now()
FOR UPDATE
"""

_USE = """
UPDATE refresh_token SET used_at = now()
WHERE hash = %s AND used_at IS NULL AND expires_at > now()
"""

_NOTE_USE = "UPDATE login_session SET last_used_at = now(), network = %s WHERE id = %s"

_NEXT = """
INSERT INTO refresh_token (hash, session_id, expires_at)
VALUES (%s, %s, least(now() + %s * interval '1 second', %s))
RETURNING clock_timestamp(), expires_at
"""

# The clock, not the transaction's beginning: that may lie before the use it waited for.
_REPEAT = """
SELECT clock_timestamp(), successor.expires_at
FROM refresh_token used JOIN refresh_token successor USING (session_id)
WHERE used.hash = %s AND used.used_at > clock_timestamp() - %s * interval '1 second'
  AND successor.hash = %s AND successor.used_at IS NULL AND successor.expires_at > now()
"""

_WAS_USED = "SELECT FROM refresh_token WHERE hash = %s AND used_at IS NOT NULL"

_LIST = """
SELECT id, created_at, last_used_at, expires_at, user_agent, network FROM login_session s
WHERE user_id = %s AND revoked_at IS NULL AND expires_at > now()
  AND EXISTS (SELECT FROM refresh_token r
              WHERE r.session_id = s.id AND r.used_at IS NULL AND r.expires_at > now())
  AND (%s::uuid IS NULL OR id < %s::uuid)
ORDER BY id DESC LIMIT %s
"""

_END = """
UPDATE login_session SET revoked_at = now()
WHERE id = %s AND revoked_at IS NULL AND expires_at > now()
  AND (%s::uuid IS NULL OR user_id = %s::uuid)
"""

# In the order of their ids, so that two who do this at once do not wait for each other.
_END_ALL = """
WITH live AS (
    SELECT id FROM login_session
    WHERE user_id = %s AND revoked_at IS NULL AND expires_at > now()
      AND (%s::uuid IS NULL OR id <> %s::uuid)
    ORDER BY id FOR UPDATE
), ended AS (
    UPDATE login_session s SET revoked_at = now() FROM live WHERE s.id = live.id RETURNING s.id
)
INSERT INTO revocation (subject) SELECT id FROM ended
"""

_HELD_BY = """
SELECT s.id, s.user_id FROM login_session s JOIN refresh_token r ON r.session_id = s.id
WHERE r.hash = %s
"""

_PURGE = """
DELETE FROM login_session WHERE least(expires_at, revoked_at) < now() - interval '1 day'
"""


class Session(NamedTuple):
    """A live session, the instant its next access token is issued at, and its end if not used."""

    id: UUID
    person: Person
    now: datetime
    expires_at: datetime


class Ended(NamedTuple):
    """A session that ended here and now."""

    id: UUID
    user_id: UUID


class Listed(NamedTuple):
    """A live session as its owner sees it; used, that is, logged in with or refreshed."""

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str
    network: str


def open_session(
    user_id: UUID,
    password_hash: str,
    token_hash: bytes,
    *,
    user_agent: str,
    network: str,
    session_s: int,
    token_s: int,
) -> Session | None:
    """A new login with its first refresh token.

    None: the account's password is no longer the one of this hash, or the account is disabled.
    """
    session_id = uuid7()
    values = {
        "id": session_id,
        "user_id": user_id,
        "password_hash": password_hash,
        "hash": token_hash,
        "user_agent": user_agent,
        "network": network,
        "session_s": session_s,
        "token_s": token_s,
    }
    row = execute(_OPEN, values).fetchone()
    return Session(session_id, Person(*row[:4]), *row[4:]) if row else None


def rotate(
    used: bytes, successor: bytes, network: str, *, token_s: int, grace_s: float
) -> Session | Ended | None:
    """Use up one refresh token and make its successor; a given token has always the same.

    None: there is no such live token. `Ended`: it was used before, and that ended its session.
    """
    with database.atomic():
        held = execute(_HOLD, (used,)).fetchone()
        live = execute(_LOCK, held[:1]).fetchone() if held else None
        if live is None:
            return None
        session_id, person = held[0], Person(*held[1:])
        if execute(_USE, (used,)).rowcount:
            execute(_NOTE_USE, (network, session_id))
            made = execute(_NEXT, (successor, session_id, token_s, *live)).fetchone()
            return Session(session_id, person, *made)
        if again := execute(_REPEAT, (used, grace_s, successor)).fetchone():
            return Session(session_id, person, *again)
        if execute(_WAS_USED, (used,)).rowcount:
            end(session_id)
            return Ended(session_id, person.id)
        return None


def of_user(user_id: UUID, before: UUID | None, limit: int) -> list[Listed]:
    """The live sessions of a person, newest first; `before` is the last id of the page before."""
    rows = execute(_LIST, (user_id, before, before, limit)).fetchall()
    return [Listed(*row) for row in rows]


def end(session_id: UUID, of_user: UUID | None = None) -> bool:
    """End a session: its refresh tokens at once, its access tokens as fast as web looks.

    False: there is no such live session (of this person, if one is given).
    """
    with database.atomic():
        if not execute(_END, (session_id, of_user, of_user)).rowcount:
            return False
        revocations.revoke(session_id)
        return True


def end_all(user_id: UUID, but: UUID | None = None) -> int:
    """End all sessions of a person, but perhaps one; return how many ended."""
    return int(execute(_END_ALL, (user_id, but, but)).rowcount)


def end_of_token(token_hash: bytes) -> Ended | None:
    """End the session that a refresh token, used or not, belongs to. None: it is of no live one."""
    with database.atomic():
        row = execute(_HELD_BY, (token_hash,)).fetchone()
        return Ended(*row) if row and end(row[0]) else None


def purge() -> None:
    """Forget sessions that ended long ago."""
    execute(_PURGE)
