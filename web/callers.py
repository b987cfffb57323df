"""Who calls: the account behind a verified token or key, and what it may do."""

from typing import NamedTuple
from uuid import UUID

from web.routes import Access


class Caller(NamedTuple):
    """A verified credential.

    `account` is the user id as text. `scopes` is None for a login, which may whatever its roles
    may. `credential` is the id of the login session or of the API key. `expires_at` is the
    instant, in seconds since 1970, from which it must be verified anew. `device`: all that it posts
    is of this device.
    """

    user_id: UUID
    account: str
    roles: frozenset[str | None]
    scopes: frozenset[str | None] | None
    credential: UUID
    issued_at: float
    expires_at: float
    device: str | None = None

    def may(self, access: Access) -> bool:
        """Whether the caller has the role, and, with an API key, the scope."""
        if access.role not in self.roles:
            return False
        if self.scopes is None or access.scope in self.scopes:
            return True
        return access.or_scope is not None and access.or_scope in self.scopes
