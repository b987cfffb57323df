"""Keys by which a person's programs log in: stored hashed, shown once."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.database import database, execute
from models.uuid7 import uuid7

_COLUMNS = "id, name, prefix, scopes, device, created_at, expires_at, last_used_at"

_MAKE = f"""
INSERT INTO api_key (id, user_id, name, prefix, hash, scopes, device, expires_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING {_COLUMNS}
"""

_LIST = f"""
SELECT {_COLUMNS} FROM api_key WHERE user_id = %s AND revoked_at IS NULL ORDER BY id
"""

_COUNT_DEVICES = """
SELECT count(*) FROM (
    SELECT name FROM device WHERE user_id = %(user_id)s
    UNION SELECT device FROM api_key WHERE user_id = %(user_id)s AND revoked_at IS NULL
) AS known (name) WHERE name <> %(besides)s
"""

_REVOKE = """
UPDATE api_key SET revoked_at = now() WHERE id = %s AND user_id = %s AND revoked_at IS NULL
"""

_USE = """
UPDATE api_key k SET last_used_at = now() FROM account a
WHERE k.hash = %s AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > now())
  AND a.id = k.user_id AND a.disabled_at IS NULL
RETURNING k.id, a.id, a.roles, k.scopes, extract(epoch FROM now())::float8, k.device,
          extract(epoch FROM k.expires_at - now())::float8
"""


class ApiKey(NamedTuple):
    """A key as its owner sees it: without the key."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    device: str | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class KeyHolder(NamedTuple):
    """Whose key it is and what it may do, as of `now` (seconds since 1970).

    `device` is the one it is bound to; it ends within `ends_in_s` from now.
    """

    key_id: UUID
    user_id: UUID
    roles: list[str]
    scopes: list[str]
    now: float
    device: str | None
    ends_in_s: float | None


def make(
    user_id: UUID,
    name: str,
    prefix: str,
    key_hash: bytes,
    scopes: Sequence[str],
    device: str | None = None,
    expires_at: datetime | None = None,
) -> ApiKey:
    """Keep a new key by its hash."""
    values = (uuid7(), user_id, name, prefix, key_hash, list(scopes), device, expires_at)
    return ApiKey(*execute(_MAKE, values).fetchone())


def of_user(user_id: UUID) -> list[ApiKey]:
    """The live keys of a person, oldest first."""
    return [ApiKey(*row) for row in execute(_LIST, (user_id,)).fetchall()]


def count_devices(user_id: UUID, besides: str) -> int:
    """How many devices a person has, by their events or by live keys, without one of a name."""
    return int(execute(_COUNT_DEVICES, {"user_id": user_id, "besides": besides}).fetchone()[0])


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
