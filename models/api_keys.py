"""Keys by which a person's programs log in: stored hashed, shown once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.database import database, execute
from models.uuid7 import uuid7

_COLUMNS = "id, name, prefix, scopes, created_at, last_used_at"

_MAKE = f"""
INSERT INTO api_key (id, user_id, name, prefix, hash, scopes)
VALUES (%s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}
"""

_LIST = f"""
SELECT {_COLUMNS} FROM api_key WHERE user_id = %s AND revoked_at IS NULL ORDER BY id
"""

_REVOKE = """
UPDATE api_key SET revoked_at = now() WHERE id = %s AND user_id = %s AND revoked_at IS NULL
"""

_USE = """
UPDATE api_key k SET last_used_at = now() FROM account a
WHERE k.hash = %s AND k.revoked_at IS NULL AND a.id = k.user_id AND a.disabled_at IS NULL
RETURNING k.id, a.id, a.roles, k.scopes, extract(epoch FROM now())::float8
"""


class ApiKey(NamedTuple):
    """A key as its owner sees it: without the key."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    created_at: datetime
    last_used_at: datetime | None


class KeyHolder(NamedTuple):
    """Whose key it is and what it may do, as of `now` (seconds since 1970)."""

    key_id: UUID
    user_id: UUID
    roles: list[str]
    scopes: list[str]
    now: float


def make(user_id: UUID, name: str, prefix: str, key_hash: bytes, scopes: Sequence[str]) -> ApiKey:
    """Keep a new key by its hash."""
    values = (uuid7(), user_id, name, prefix, key_hash, list(scopes))
    return ApiKey(*execute(_MAKE, values).fetchone())


def of_user(user_id: UUID) -> list[ApiKey]:
    """The live keys of a person, oldest first."""
    return [ApiKey(*row) for row in execute(_LIST, (user_id,)).fetchall()]


def revoke(user_id: UUID, key_id: UUID) -> bool:
    """End a key of this person; False: they have none of this id."""
    with database.atomic():
        if not execute(_REVOKE, (key_id, user_id)).rowcount:
            return False
        revocations.revoke(key_id)
        return True


def use(key_hash: bytes) -> KeyHolder | None:
    """Find who holds a key and note that it was used."""
    row = execute(_USE, (key_hash,)).fetchone()
    return KeyHolder(*row) if row else None
