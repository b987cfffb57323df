"""Setting a new password with a code that an operator handed over."""

import secrets
from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from models import password_resets
from pipeline.settings import Settings
from web import password_rules
from web.auth_log import tell
from web.context import Context
from web.credentials import key_hash
from web.password_rules import Password
from web.problems import Problem
from web.routes import LOGINS, PUBLIC, route


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """A code of `timeflow user reset-password`, and the password from now on."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]
    new_password: Password


@route(
    "POST",
    "/auth/reset-password",
    summary="Set a new password with a code; every login of the account ends",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401,),
)
async def reset_password(context: Context, body: NewPassword, request: web.Request) -> None:
    """Use the code up."""
    code = key_hash(body.code)
    address = await context.database.run(password_resets.address, code)
    if address is None:
        raise _bad_code()
    password_rules.check("new_password", body.new_password, address)
    password_hash = await context.passwords.hash(body.new_password)
    user_id = await context.database.run(password_resets.use, code, password_hash)
    if user_id is None:
        raise _bad_code()
    await tell(context, "password changed", user_id, context.network(request), by="code")


def make(settings: Settings, user_id: UUID) -> str:
    """A new code of an account; the one before is void."""
    code = secrets.token_urlsafe(32)
    password_resets.make(user_id, key_hash(code), hours=settings.password_reset_hours)
    return code


def _bad_code() -> Problem:
    return Problem(401, "bad-code", "This code is not, or no longer, valid.")
