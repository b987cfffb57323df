"""The people: their address, password hash and roles."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.database import database, execute
from models.uuid7 import uuid7

ROLES = ("user", "analyst", "operator")

# Two first accounts at the same time: the key of `instance` lets one of them win.
_REGISTER = """
WITH first AS (
    INSERT INTO instance (owner) VALUES (%(id)s) ON CONFLICT DO NOTHING RETURNING owner
), registered AS (
    INSERT INTO account (id, email, password_hash, roles)
    SELECT %(id)s, %(email)s, %(password_hash)s,
           CASE WHEN EXISTS (SELECT FROM first) THEN %(all_roles)s ELSE %(roles)s END
    WHERE EXISTS (SELECT FROM first) OR %(open)s
    RETURNING id, email, roles, created_at
), parameters AS (
    INSERT INTO user_parameters (user_id, valid_from, time_zone)
    SELECT id, '-infinity', %(time_zone)s FROM registered
)
SELECT id, email, roles, created_at FROM registered
"""

_FIND = "SELECT id, email, roles, created_at FROM account WHERE id = %s AND disabled_at IS NULL"

_FIND_LOGIN = """
SELECT id, email, roles, created_at, password_hash FROM account
WHERE lower(email) = lower(%s) AND disabled_at IS NULL
"""


class Person(NamedTuple):
    """What everybody may know of an account."""

    id: UUID
    email: str
    roles: list[str]
    created_at: datetime


class Login(NamedTuple):
    """What a login needs to know of an account."""

    person: Person
    password_hash: str


def is_registration_possible(registration_open: bool) -> bool:
    """Whether a stranger may register: the first one always may."""
    return registration_open or not execute("SELECT FROM instance").rowcount


def register(
    email: str,
    password_hash: str,
    time_zone: str,
    *,
    registration_open: bool,
    roles: tuple[str, ...] = ("user",),
) -> Person | None:
    """Make an account; the first of an instance has all roles. None: registration is closed.

    Raises `peewee.IntegrityError` when the address is taken.
    """
    values = {
        "id": uuid7(),
        "email": email,
        "password_hash": password_hash,
        "time_zone": time_zone,
        "roles": list(roles),
        "all_roles": list(ROLES),
        "open": registration_open,
    }
    row = execute(_REGISTER, values).fetchone()
    return Person(*row) if row else None


def find(user_id: UUID) -> Person | None:
    """The account, unless it is disabled."""
    row = execute(_FIND, (user_id,)).fetchone()
    return Person(*row) if row else None


def find_login(email: str) -> Login | None:
    """The account of an address in whatever case, unless it is disabled."""
    row = execute(_FIND_LOGIN, (email,)).fetchone()
    return Login(Person(*row[:4]), row[4]) if row else None


def rehash(user_id: UUID, old: str, new: str) -> bool:
    """Replace a password hash by one of the same password; False: it is another meanwhile."""
    done = execute(
        "UPDATE account SET password_hash = %s WHERE id = %s AND password_hash = %s",
        (new, user_id, old),
    )
    return bool(done.rowcount)


def grant(user_id: UUID, roles: Sequence[str]) -> None:
    """Give an account these roles and no others; what it was issued before is void."""
    with database.atomic():
        execute("UPDATE account SET roles = %s WHERE id = %s", (list(roles), user_id))
        revocations.revoke_issued(user_id)
