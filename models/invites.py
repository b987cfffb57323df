"""Invites: a code that lets one address register, once, until it expires. Kept hashed."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.uuid7 import uuid7

_COLUMNS = "id, email, roles, created_at, expires_at"

_MAKE = f"""
INSERT INTO invite (id, hash, email, roles, invited_by, expires_at)
VALUES (%s, %s, %s, %s, %s, now() + %s * interval '1 hour') RETURNING {_COLUMNS}
"""

_LIST = f"SELECT {_COLUMNS} FROM invite WHERE expires_at > now() ORDER BY id"

_GOOD = """
hash = %(hash)s AND lower(email) = lower(%(email)s) AND expires_at > now()
AND (invited_by IS NULL OR %(also_of_operators)s)
"""

_PURGE = "DELETE FROM invite WHERE expires_at < now()"


class Invite(NamedTuple):
    """An open invite as operators see it: without the code."""

    id: UUID
    email: str
    roles: list[str]
    created_at: datetime
    expires_at: datetime


def make(
    code_hash: bytes, email: str, roles: Sequence[str], *, hours: int, invited_by: UUID | None
) -> Invite:
    """Keep a new invite by the hash of its code."""
    values = (uuid7(), code_hash, email, list(roles), invited_by, hours)
    return Invite(*execute(_MAKE, values).fetchone())


def all_open() -> list[Invite]:
    """Those that can still be used, oldest first."""
    return [Invite(*row) for row in execute(_LIST).fetchall()]


def is_good(code_hash: bytes, email: str, *, also_of_operators: bool) -> bool:
    """Whether this code lets this address register; without it only those of the command line."""
    values = {"hash": code_hash, "email": email, "also_of_operators": also_of_operators}
    return bool(execute(f"SELECT FROM invite WHERE {_GOOD}", values).rowcount)


def use(code_hash: bytes, email: str, *, also_of_operators: bool) -> list[str] | None:
    """Use an invite up and return its roles; None: it is not good.

    Of two at once the second waits for the first one's transaction and then finds it gone.
    """
    values = {"hash": code_hash, "email": email, "also_of_operators": also_of_operators}
    row = execute(f"DELETE FROM invite WHERE {_GOOD} RETURNING roles", values).fetchone()
    return list(row[0]) if row else None


def withdraw(invite_id: UUID) -> bool:
    """Void an invite; False: it is none, or used."""
    return bool(execute("DELETE FROM invite WHERE id = %s", (invite_id,)).rowcount)


def purge() -> None:
    """Forget what nobody used in time."""
    execute(_PURGE)
