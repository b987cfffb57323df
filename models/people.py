"""The accounts as operators see and change them; who is being erased is none of them."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import revocations
from models.accounts import ROLES
from models.database import database, execute

_SHOWN = """
SELECT a.id, a.email, a.roles, a.created_at, a.disabled_at, greatest(
    (SELECT max(last_used_at) FROM login_session s WHERE s.user_id = a.id),
    (SELECT max(last_used_at) FROM api_key k WHERE k.user_id = a.id)
)
FROM (
    SELECT * FROM account WHERE NOT EXISTS (SELECT FROM erasure e WHERE e.user_id = account.id)
) AS a
"""

_PAGE = f"""
{_SHOWN}
WHERE strpos(lower(a.email), lower(%(q)s)) > 0
  AND (%(before)s::uuid IS NULL OR a.id < %(before)s::uuid)
ORDER BY a.id DESC LIMIT %(limit)s
"""

# Whoever takes the last operator away waits here for whoever is about to take the last but one.
# The account before its logins: everybody takes these locks in this order.
_LOCK_ACCOUNTS = """
SELECT id, 'operator' = ANY(roles) AND disabled_at IS NULL FROM account
WHERE id = %s OR 'operator' = ANY(roles) ORDER BY id FOR NO KEY UPDATE
"""

_CHANGE = """
UPDATE account
SET roles = %s, disabled_at = CASE WHEN %s THEN coalesce(disabled_at, now()) END WHERE id = %s
"""

_END_LOGINS = """
UPDATE login_session SET revoked_at = now() WHERE user_id = %s AND revoked_at IS NULL
"""


class LastOperator(Exception):
    """Without this person nobody could operate the instance any more."""


class Member(NamedTuple):
    """An account and when a login or key of it was last used, to about a token's life."""

    id: UUID
    email: str
    roles: list[str]
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None


def page(q: str, before: UUID | None, limit: int) -> list[Member]:
    """Accounts whose address holds `q`, the newest first, from before an id on."""
    values = {"q": q, "before": before, "limit": limit}
    return [Member(*row) for row in execute(_PAGE, values).fetchall()]


def get(user_id: UUID) -> Member | None:
    """One account, also a disabled one."""
    row = execute(f"{_SHOWN} WHERE a.id = %s", (user_id,)).fetchone()
    return Member(*row) if row else None


def with_address(email: str) -> Member | None:
    """The account of an address in whatever case, also a disabled one."""
    row = execute(f"{_SHOWN} WHERE lower(a.email) = lower(%s)", (email,)).fetchone()
    return Member(*row) if row else None


def change(
    user_id: UUID,
    roles: Callable[[list[str]], Collection[str]] | None = None,
    *,
    disabled: bool | None = None,
) -> Member | None:
    """Give an account other roles (made from those it has), disable or enable it.

    What it was issued before is void; disabling ends its logins for good. None: there is no such
    account. Raises `LastOperator` and changes nothing.
    """
    with database.atomic():
        operators = lock(user_id)
        held = get(user_id)
        if held is None:
            return None
        wanted = set(roles(held.roles) if roles else held.roles)
        was_off = held.disabled_at is not None
        off = was_off if disabled is None else disabled
        if operators == {user_id} and (off or "operator" not in wanted):
            raise LastOperator
        if wanted == set(held.roles) and off == was_off:
            return held
        execute(_CHANGE, ([role for role in ROLES if role in wanted], off, user_id))
        void_all(user_id, with_logins=off)
        return get(user_id)


def lock(user_id: UUID) -> set[UUID]:
    """Lock an account and those of all operators; who operates the instance."""
    return {who for who, operates in execute(_LOCK_ACCOUNTS, (user_id,)) if operates}


def void_all(user_id: UUID, *, with_logins: bool) -> None:
    """Void what an account was issued until now; with its logins it must log in anew, too."""
    if with_logins:
        execute(_END_LOGINS, (user_id,))
    revocations.revoke_issued(user_id)
