"""For operators: everybody's account, their roles, and whether they may log in."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import UNSET, Meta, UnsetType

from models import people
from models.people import LastOperator, Member
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.problems import Problem, not_found
from web.routes import OPERATOR, OPS, READS, WRITES, Role, route
from web.write import Write

_log = structlog.get_logger(__name__)


class Users(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which accounts: those whose address holds `q`."""

    q: Annotated[str, Meta(max_length=254)] = ""
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class User(msgspec.Struct, frozen=True):
    """An account; `last_seen_at` is when a login or key of it was last verified anew."""

    id: UUID
    email: str
    roles: list[Role]
    created_at: datetime
    disabled: bool
    disabled_at: datetime | None
    last_seen_at: datetime | None


class UserPage(msgspec.Struct, frozen=True):
    """The newest accounts first."""

    items: list[User]
    next_cursor: UUID | None


class UserChanges(msgspec.Struct, forbid_unknown_fields=True):
    """What to change: all roles of the account, of which `user` is always one; the account's use.

    Disabling ends its logins and stops its keys; enabling lets the keys work again.
    """

    roles: set[Role] | UnsetType = UNSET
    disabled: bool | UnsetType = UNSET


@route(
    "GET",
    "/users",
    summary="The accounts of this instance",
    tags=("users",),
    access=OPS,
    limit=READS,
)
async def get_users(context: Context, query: Users) -> UserPage:
    """One page of them."""
    found = await context.database.run(people.page, query.q, query.cursor, query.limit + 1)
    items = [_shown(member) for member in found[: query.limit]]
    return UserPage(items, items[-1].id if len(found) > query.limit else None)


@route(
    "GET",
    "/users/{id}",
    summary="One account",
    tags=("users",),
    access=OPS,
    limit=READS,
)
async def get_user(id: UUID, context: Context) -> User:
    """Find it."""
    found = await context.database.run(people.get, id)
    if found is None:
        raise not_found()
    return _shown(found)


@route(
    "PATCH",
    "/users/{id}",
    summary="Give roles, disable or enable; what the account was issued is void within a second",
    tags=("users",),
    access=OPERATOR,
    limit=WRITES,
    errors=(409,),
)
async def patch_user(
    id: UUID, caller: Caller, body: UserChanges, write: Write, audit: Audit
) -> User:
    """Change it in one transaction."""
    changed = await write(_change, id, body, audit)
    _log.info("account changed", user=str(id), by=caller.account, roles=changed.roles,
              disabled=changed.disabled)  # fmt: skip
    return changed


def _change(user_id: UUID, changes: UserChanges, audit: Audit) -> User:
    roles, held = changes.roles, people.get(user_id)
    try:
        changed = people.change(
            user_id,
            None if roles is UNSET else lambda _: {"user", *roles},
            disabled=None if changes.disabled is UNSET else changes.disabled,
        )
    except LastOperator:
        raise Problem(409, "last-operator", "Somebody must be able to operate this.") from None
    if changed is None or held is None:
        raise not_found()
    audit("user.changed", about=user_id, before=_audited(held), after=_audited(changed))
    return _shown(changed)


def _audited(member: Member) -> dict[str, object]:
    return {"roles": member.roles, "disabled": member.disabled_at is not None}


def _shown(member: Member) -> User:
    return User(
        id=member.id,
        email=member.email,
        roles=[*member.roles],  # type: ignore[list-item]
        created_at=member.created_at,
        disabled=member.disabled_at is not None,
        disabled_at=member.disabled_at,
        last_seen_at=member.last_seen_at,
    )
