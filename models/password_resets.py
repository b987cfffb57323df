"""Codes by which a person sets a new password: one an account, once, until it expires."""

from uuid import UUID

from models import people
from models.database import database, execute

_MAKE = """
INSERT INTO password_reset (user_id, hash, expires_at)
VALUES (%s, %s, now() + %s * interval '1 hour')
ON CONFLICT (user_id) DO UPDATE SET (hash, expires_at) = ROW (excluded.hash, excluded.expires_at)
"""

_ADDRESS = """
SELECT a.email FROM password_reset r JOIN account a ON a.id = r.user_id
WHERE r.hash = %s AND r.expires_at > now() AND a.disabled_at IS NULL
"""

_USE = """
DELETE FROM password_reset r USING account a
WHERE r.hash = %s AND r.expires_at > now() AND a.id = r.user_id AND a.disabled_at IS NULL
RETURNING a.id
"""


def make(user_id: UUID, code_hash: bytes, *, hours: int) -> None:
    """Keep a new code by its hash; the one before is void."""
    execute(_MAKE, (user_id, code_hash, hours))


def address(code_hash: bytes) -> str | None:
    """Whose password this code sets; None: nobody's."""
    row = execute(_ADDRESS, (code_hash,)).fetchone()
    return row[0] if row else None


def use(code_hash: bytes, password_hash: str) -> UUID | None:
    """Set the new password, end all logins, and return whose they were; None: no such code."""
    with database.atomic():
        row = execute(_USE, (code_hash,)).fetchone()
        if row is None:
            return None
        user_id: UUID = row[0]
        execute("UPDATE account SET password_hash = %s WHERE id = %s", (password_hash, user_id))
        people.void_all(user_id, with_logins=True)
        return user_id


def purge() -> None:
    """Forget codes nobody used in time."""
    execute("DELETE FROM password_reset WHERE expires_at < now()")
