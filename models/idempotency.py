"""Answers kept under the client's Idempotency-Key, in the transaction that made them true."""

from typing import NamedTuple
from uuid import UUID

from models.database import execute

_FORGET_OLD = """
DELETE FROM idempotent_answer
WHERE user_id = %s AND key = %s AND created_at < now() - %s * interval '1 second'
"""

# A second request of the same key waits here until the first one's transaction has ended.
_CLAIM = """
INSERT INTO idempotent_answer (user_id, key, request_hash, status, body)
VALUES (%s, %s, %s, 0, '') ON CONFLICT DO NOTHING
"""

_FIND = "SELECT request_hash, status, body FROM idempotent_answer WHERE user_id = %s AND key = %s"

_KEEP = "UPDATE idempotent_answer SET status = %s, body = %s WHERE user_id = %s AND key = %s"


class KeptAnswer(NamedTuple):
    """What the first request of this key was, and how it was answered."""

    request_hash: bytes
    status: int
    body: bytes


def claim(user_id: UUID, key: str, request_hash: bytes, age_s: float) -> KeptAnswer | None:
    """Take a key for this transaction. Not None: it was taken before, and this was the answer."""
    execute(_FORGET_OLD, (user_id, key, age_s))
    if execute(_CLAIM, (user_id, key, request_hash)).rowcount:
        return None
    found, status, body = execute(_FIND, (user_id, key)).fetchone()
    return KeptAnswer(bytes(found), status, bytes(body))


def keep(user_id: UUID, key: str, status: int, body: bytes) -> None:
    """Keep the answer under the key claimed before in this transaction."""
    execute(_KEEP, (status, body, user_id, key))


def purge(age_s: float) -> None:
    """Forget answers older than this."""
    execute(
        "DELETE FROM idempotent_answer WHERE created_at < now() - %s * interval '1 second'",
        (age_s,),
    )
