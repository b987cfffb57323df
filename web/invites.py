"""For operators: letting somebody in, once, for a limited time."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec
import structlog

from models import invites, people
from models.accounts import ROLES
from models.database import database
from models.invites import Invite
from pipeline.settings import Settings
from web.addresses import Email
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.problems import Problem, not_found
from web.routes import OPERATOR, OPS, READS, WRITES, Role, route
from web.write import Write

_log = structlog.get_logger(__name__)


class NewInvite(msgspec.Struct, forbid_unknown_fields=True):
    """Who may register, and the roles of the account, of which `user` is always one."""

    email: Email
    roles: set[Role] = set()


class OpenInvite(msgspec.Struct, frozen=True):
    """An invite that nobody used yet."""

    id: UUID
    email: str
    roles: list[str]
    created_at: datetime
    expires_at: datetime


class MadeInvite(OpenInvite, frozen=True):
    """A new invite; `code` is never shown again."""

    code: str


class Invites(msgspec.Struct, frozen=True):
    """The invites nobody used yet, oldest first."""

    items: list[OpenInvite]
    next_cursor: str | None = None


@route(
    "POST",
    "/invites",
    summary="Invite somebody; the code is shown only now",
    tags=("users",),
    access=OPERATOR,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_invite(
    context: Context, caller: Caller, body: NewInvite, audit: Audit
) -> MadeInvite:
    """Keep the hash of a random code."""
    settings = context.settings
    if settings.registration == "closed":
        raise Problem(403, "registration-closed", "Only the command line invites, by the setting.")
    made, code = await context.database.run(_invite, settings, body, caller.user_id, audit)
    _log.info("invited", invite=str(made.id), by=caller.account, roles=made.roles)
    return MadeInvite(*made, code)


@route(
    "GET",
    "/invites",
    summary="Invites that nobody used yet",
    tags=("users",),
    access=OPS,
    limit=READS,
)
async def get_invites(context: Context) -> Invites:
    """List them without the codes."""
    return Invites([OpenInvite(*one) for one in await context.database.run(invites.all_open)])


@route(
    "DELETE",
    "/invites/{id}",
    summary="Withdraw an invite",
    tags=("users",),
    access=OPERATOR,
    limit=WRITES,
)
async def delete_invite(id: UUID, write: Write, audit: Audit) -> None:
    """Void its code."""
    await write(_withdraw, id, audit)


def _invite(
    settings: Settings, body: NewInvite, invited_by: UUID, audit: Audit
) -> tuple[Invite, str]:
    with database.atomic():
        made, code = make(settings, body.email, body.roles, invited_by)
        audit("invite.made", str(made.id), after={"roles": made.roles})
    return made, code


def make(
    settings: Settings, email: str, roles: Iterable[str], invited_by: UUID | None
) -> tuple[Invite, str]:
    """A new invite and its code; raises `Problem` 409 when the address has an account."""
    all_roles = [role for role in ROLES if role in {"user", *roles}]
    if people.with_address(email) is not None:
        raise Problem(409, "email-taken", "There is an account of this address.")
    code = secrets.token_urlsafe(32)
    made = invites.make(
        key_hash(code), email, all_roles, hours=settings.invite_hours, invited_by=invited_by
    )
    return made, code


def _withdraw(invite_id: UUID, audit: Audit) -> None:
    if not invites.withdraw(invite_id):
        raise not_found()
    audit("invite.withdrawn", str(invite_id))
