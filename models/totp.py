"""The second factor of an account: its sealed secret, and the recovery codes that stand in for it.

Whatever proves the second factor is used up in the transaction that it opens something in, so of
two requests with the same code one fails.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from models.database import database, execute

#: What was shown: the time step of a code, or the hash of a recovery code.
Proof = int | bytes

# What is on stays as it is.
_BEGIN = """
INSERT INTO totp AS t (user_id, secret) VALUES (%s, %s)
ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, begun_at = now()
WHERE t.confirmed_at IS NULL
"""

_FIND = """
SELECT secret, confirmed_at IS NOT NULL,
       (SELECT count(*) FROM recovery_code c WHERE c.user_id = t.user_id)
FROM totp t WHERE user_id = %s
"""

_CONFIRM = """
UPDATE totp SET confirmed_at = now(), last_step = %s
WHERE user_id = %s AND secret = %s AND confirmed_at IS NULL
"""

_KEEP_CODES = "INSERT INTO recovery_code (user_id, hash) SELECT %s, unnest(%s::bytea[])"

_USE_STEP = """
UPDATE totp SET last_step = %s
WHERE user_id = %s AND last_step < %s AND confirmed_at IS NOT NULL
"""

_USE_CODE = "DELETE FROM recovery_code WHERE hash = %s AND user_id = %s"

_FORGET_CODES = "DELETE FROM recovery_code WHERE user_id = %s"


class Totp(NamedTuple):
    """A second factor, begun or on; `secret` is sealed."""

    secret: bytes
    is_on: bool
    recovery_codes: int


def begin(user_id: UUID, secret: bytes) -> bool:
    """Keep a sealed secret that is yet to be confirmed; False: the second factor is on."""
    return bool(execute(_BEGIN, (user_id, secret)).rowcount)


def find(user_id: UUID) -> Totp | None:
    """What the account has of a second factor."""
    row = execute(_FIND, (user_id,)).fetchone()
    return Totp(bytes(row[0]), *row[1:]) if row else None


def confirm(user_id: UUID, secret: bytes, step: int, codes: Sequence[bytes]) -> bool:
    """Switch it on and keep the hashes of recovery codes. False: this secret does not wait."""
    with database.atomic():
        if not execute(_CONFIRM, (step, user_id, secret)).rowcount:
            return False
        execute(_FORGET_CODES, (user_id,))
        execute(_KEEP_CODES, (user_id, list(codes)))
        return True


def use(user_id: UUID, proof: Proof) -> bool:
    """Use up what was shown; False: it was used before."""
    if isinstance(proof, int):
        return bool(execute(_USE_STEP, (proof, user_id, proof)).rowcount)
    return bool(execute(_USE_CODE, (proof, user_id)).rowcount)


def end(user_id: UUID) -> None:
    """Switch it off, and forget its secret and the recovery codes."""
    execute("DELETE FROM totp WHERE user_id = %s", (user_id,))
    execute(_FORGET_CODES, (user_id,))
