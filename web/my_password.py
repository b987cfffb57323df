"""The caller's password: proved where more than a token is needed, and changed."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from models import accounts, sessions
from models.database import database
from web import password_rules
from web.auth_log import tell
from web.callers import Caller
from web.context import Context
from web.password_rules import Password
from web.problems import Problem, not_found
from web.routes import ACCOUNT, PROOFS, route

CurrentPassword = Annotated[str, Meta(max_length=128)]


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """The password until now, and from now on."""

    current_password: CurrentPassword
    new_password: Password


@route(
    "POST",
    "/me/password",
    summary="Change the password: all other logins end within a second; API keys stay",
    tags=("me",),
    access=ACCOUNT,
    limit=PROOFS,
    errors=(409,),
)
async def post_password(
    context: Context, caller: Caller, body: NewPassword, request: web.Request
) -> None:
    """Keep the hash of the new one and end what the old one opened."""
    verified = await proved(context, caller, body.current_password, request)
    person = await context.database.run(accounts.find, caller.user_id)
    if person is None:
        raise not_found()
    password_rules.check("new_password", body.new_password, person.email)
    new = await context.passwords.hash(body.new_password)
    ended = await context.database.run(_change, caller, verified, new)
    await tell(context, "password changed", caller.user_id, context.network(request), others=ended)


async def proved(context: Context, caller: Caller, password: str, request: web.Request) -> str:
    """The hash of the caller's password, which this is; raises `Problem` 403 if it is not."""
    kept = await context.database.run(accounts.find_hash, caller.user_id)
    if not await context.passwords.verify(password, kept) or kept is None:
        client = context.network(request)
        await tell(context, "password wrong", caller.user_id, client)
        raise Problem(403, "wrong-password", "This is not your current password.")
    return kept


def _change(caller: Caller, verified: str, new: str) -> int:
    with database.atomic():
        if not accounts.replace_hash(caller.user_id, verified, new):
            raise Problem(409, "changed-meanwhile", "The password was changed meanwhile.")
        return sessions.end_all(caller.user_id, but=caller.credential)
