"""The caller's second factor: begun with a secret, on once a code of it was shown, switched off."""

from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from models import accounts, totp
from models.database import database
from models.totp import Proof
from web import second_factor
from web.auth_log import tell
from web.callers import Caller
from web.context import Context
from web.my_password import CurrentPassword, proved
from web.problems import Problem, not_found
from web.routes import ACCOUNT, PROOFS, READS, route

Code = Annotated[str, Meta(max_length=40)]


class State(msgspec.Struct, frozen=True):
    """Whether a login needs a code, and how many recovery codes are left."""

    on: bool
    recovery_codes: int


class Beginning(msgspec.Struct, forbid_unknown_fields=True):
    """Who begins knows the password."""

    current_password: CurrentPassword


class Begun(msgspec.Struct, frozen=True):
    """For the authenticator: `uri` as a QR code, or `secret` typed in. Never shown again."""

    secret: str
    uri: str


class Confirmation(msgspec.Struct, forbid_unknown_fields=True):
    """A code that the authenticator shows."""

    code: Code


class Confirmed(msgspec.Struct, frozen=True):
    """Each recovery code stands in for the authenticator once. Never shown again."""

    recovery_codes: list[str]


class Ending(msgspec.Struct, forbid_unknown_fields=True):
    """Who switches it off has both factors; `code` may be a recovery code."""

    current_password: CurrentPassword
    code: Code


@route(
    "GET",
    "/me/totp",
    summary="Whether a second factor is on",
    tags=("me",),
    access=ACCOUNT,
    limit=READS,
)
async def get_totp(context: Context, caller: Caller) -> State:
    """Read it."""
    held = await context.database.run(totp.find, caller.user_id)
    return State(held.is_on, held.recovery_codes) if held else State(on=False, recovery_codes=0)


@route(
    "POST",
    "/me/totp",
    summary="Begin a second factor (TOTP); it is on once a code confirms it",
    tags=("me",),
    access=ACCOUNT,
    limit=PROOFS,
    errors=(409,),
)
async def post_totp(
    context: Context, caller: Caller, body: Beginning, request: web.Request
) -> Begun:
    """Make a secret; one that was begun before is void."""
    await proved(context, caller, body.current_password, request)
    person = await context.database.run(accounts.find, caller.user_id)
    if person is None:
        raise not_found()
    secret, sealed = context.second_factor.new(caller.user_id)
    if not await context.database.run(totp.begin, caller.user_id, sealed):
        raise Problem(409, "totp-on", "The second factor is on; switch it off first.")
    return Begun(secret, second_factor.uri(secret, person.email))


@route(
    "POST",
    "/me/totp/confirm",
    summary="Switch the second factor on; the recovery codes are shown only now",
    tags=("me",),
    access=ACCOUNT,
    limit=PROOFS,
    errors=(409,),
)
async def post_confirmation(
    context: Context, caller: Caller, body: Confirmation, request: web.Request
) -> Confirmed:
    """Take the first code, which is used up by it."""
    held = await context.database.run(totp.find, caller.user_id)
    if held is None or held.is_on:
        raise _nothing_begun()
    client = context.network(request)
    step = await context.second_factor.proof(caller.user_id, held, body.code)
    if not isinstance(step, int):
        await tell(context, "code wrong", caller.user_id, client)
        raise _wrong_code()
    shown, hashes = second_factor.recovery_codes()
    if not await context.database.run(totp.confirm, caller.user_id, held.secret, step, hashes):
        raise _nothing_begun()
    await tell(context, "totp on", caller.user_id, client)
    return Confirmed(shown)


@route(
    "DELETE",
    "/me/totp",
    summary="Switch the second factor off",
    tags=("me",),
    access=ACCOUNT,
    limit=PROOFS,
    errors=(409,),
)
async def delete_totp(context: Context, caller: Caller, body: Ending, request: web.Request) -> None:
    """Forget the secret and the recovery codes."""
    await proved(context, caller, body.current_password, request)
    held = await context.database.run(totp.find, caller.user_id)
    if held is None or not held.is_on:
        raise Problem(409, "totp-off", "There is no second factor to switch off.")
    client = context.network(request)
    proof = await context.second_factor.proof(caller.user_id, held, body.code)
    if proof is None or not await context.database.run(_end, caller.user_id, proof):
        await tell(context, "code wrong", caller.user_id, client)
        raise _wrong_code()
    await tell(context, "totp off", caller.user_id, client)


async def use_second_factor(
    context: Context, caller: Caller, code: str, request: web.Request
) -> None:
    """Use up a code of the caller's second factor, if it is on; raises `Problem` 403 if wrong."""
    held = await context.database.run(totp.find, caller.user_id)
    if held is None or not held.is_on:
        return
    proof = await context.second_factor.proof(caller.user_id, held, code)
    if proof is None or not await context.database.run(totp.use, caller.user_id, proof):
        await tell(context, "code wrong", caller.user_id, context.network(request))
        raise _wrong_code()


def _end(user_id: UUID, proof: Proof) -> bool:
    with database.atomic():
        if not totp.use(user_id, proof):
            return False
        totp.end(user_id)
        return True


def _nothing_begun() -> Problem:
    return Problem(409, "totp-not-begun", "No second factor waits for a code.")


def _wrong_code() -> Problem:
    return Problem(403, "wrong-code", "This code is wrong, too old, or was used before.")
