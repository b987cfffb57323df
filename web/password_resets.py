"""Setting a new password with a code that an operator handed over."""

import secrets
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from msgspec import Meta

from models import password_resets
from pipeline.settings import Settings
from web.context import Context
from web.credentials import key_hash
from web.problems import Problem
from web.routes import LOGINS, PUBLIC, route

_log = structlog.get_logger(__name__)


class NewPassword(msgspec.Struct, forbid_unknown_fields=True):
    """A code of `timeflow user reset-password`, and the password from now on."""

    code: Annotated[str, Meta(min_length=1, max_length=200)]
    new_password: Annotated[str, Meta(min_length=8, max_length=128)]


@route(
    "POST",
    "/auth/reset-password",
    summary="Set a new password with a code; every login of the account ends",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401,),
)
async def reset_password(context: Context, body: NewPassword) -> None:
    """Use the code up."""
    code = key_hash(body.code)
    if not await context.database.run(password_resets.is_good, code):
        raise _bad_code()
    password_hash = await context.passwords.hash(body.new_password)
    user_id = await context.database.run(password_resets.use, code, password_hash)
    if user_id is None:
        raise _bad_code()
    _log.info("password reset", user=str(user_id))


def make(settings: Settings, user_id: UUID) -> str:
    """A new code of an account; the one before is void."""
    code = secrets.token_urlsafe(32)
    password_resets.make(user_id, key_hash(code), hours=settings.password_reset_hours)
    return code


def _bad_code() -> Problem:
    return Problem(401, "bad-code", "This code is not, or no longer, valid.")
