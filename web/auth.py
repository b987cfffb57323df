"""Registering, logging in and staying logged in."""

from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import UNSET, Meta, UnsetType

from models import accounts, sessions
from models.sessions import Ended
from web import cookies, noted, password_rules
from web.addresses import Email
from web.auth_log import Result, tell
from web.context import Context
from web.credentials import key_hash, unauthorized
from web.login_tries import LoginTry
from web.logins import LoggedIn, logged_in, open_login, second_factor
from web.password_rules import Password
from web.problems import Problem, invalid
from web.registration import Admission
from web.routes import ACCOUNT, LOGINS, OPENS, PUBLIC, route
from web.zones import is_zone

Token = Annotated[str, Meta(min_length=1, max_length=200)]

_REFUSED: dict[str, Result] = {
    "totp-required": "code required",
    "wrong-code": "login failed",
    "too-many": "login locked",
}


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to register; `time_zone` is an IANA name, `invite` the code of an invite.

    With `cookie` the refresh token comes as a cookie that scripts cannot read, for browsers.
    """

    email: Email
    password: Password
    time_zone: str = "UTC"
    invite: Token | None = None
    cookie: bool = False


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to log in; `code` is one of the authenticator or a recovery code."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=128)]
    code: Annotated[str, Meta(max_length=40)] | None = None
    cookie: bool = False


class Refresh(msgspec.Struct, forbid_unknown_fields=True):
    """The refresh token to use up; left out by whoever has it in the cookie."""

    refresh_token: Token | UnsetType = UNSET


@route(
    "POST",
    "/auth/register",
    summary="Register: the first account has all roles, then registration follows the setting",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    status=201,
    errors=(403, 409),
)
async def register(context: Context, body: NewAccount, request: web.Request) -> LoggedIn:
    """Make an account and log it in."""
    if not is_zone(body.time_zone):
        raise invalid("time_zone", "Not an IANA time zone")
    password_rules.check("password", body.password, body.email)
    admission = Admission(context.settings, body.email, body.invite)
    await context.database.run(admission.check)
    password_hash = await context.passwords.hash(body.password)
    person = await context.database.run(admission.register, password_hash, body.time_zone)
    await tell(context, "registered", person.id, context.network(request))
    answer = await open_login(context, request, person.id, password_hash, as_cookie=body.cookie)
    if answer is None:
        raise _wrong_credentials()
    return answer


@route(
    "POST",
    "/auth/login",
    summary="Log in; 401 `totp-required` asks for the code of a second factor, too",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401,),
)
async def login(context: Context, body: Credentials, request: web.Request) -> LoggedIn:
    """Check the password; an unknown address costs the same."""
    async with LoginTry(context, body.email, context.network(request)):
        while True:
            if answer := await _log_in(context, body, request):
                return answer
            # The hash is another by now: of the same password at a higher cost, or of another one.


@route(
    "POST",
    "/auth/refresh",
    summary="Get the next tokens; a refresh token used twice ends the login",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401, 403),
)
async def refresh(context: Context, body: Refresh, request: web.Request) -> LoggedIn:
    """Use up the refresh token of the body or, without one, of the cookie."""
    settings = context.settings
    by_cookie = body.refresh_token is UNSET
    used = cookies.given(request) if by_cookie else body.refresh_token
    if not used:
        raise _no_login()
    if by_cookie:
        cookies.check_origin(request, settings.trusted_proxies)
    client = context.network(request)
    successor = context.refresh_tokens.after(used)
    outcome = await context.database.run(
        sessions.rotate,
        key_hash(used),
        key_hash(successor),
        client,
        token_s=settings.refresh_token_s,
        grace_s=settings.refresh_grace_s,
    )
    if outcome is None or isinstance(outcome, Ended):
        await _tell_refused(context, outcome, client)
        gone = {"Set-Cookie": cookies.dropped(request, settings.trusted_proxies)}
        raise _no_login(gone if by_cookie else {})
    return logged_in(context, request, outcome, successor, as_cookie=by_cookie)


@route(
    "POST",
    "/auth/logout",
    summary="End this login everywhere within a second",
    tags=("auth",),
    access=PUBLIC,
    limit=OPENS,
    errors=(401, 403),
)
async def logout(context: Context, request: web.Request) -> None:
    """End the session of the access token, or that of the cookie, or both."""
    by_token = "Authorization" in request.headers
    in_cookie = cookies.given(request)
    by_cookie = in_cookie and (cookies.HEADER in request.headers or not by_token)
    if in_cookie and by_cookie:
        cookies.check_origin(request, context.settings.trusted_proxies)
        ended = await context.database.run(sessions.end_of_token, key_hash(in_cookie))
        await _tell_ended(context, request, ended.user_id if ended else None)
        noted.set_cookie.set(cookies.dropped(request, context.settings.trusted_proxies))
    if by_token:
        caller = await context.credentials.caller(request)
        if not caller.may(ACCOUNT):
            raise Problem(403, "forbidden", "A key is not logged in.")
        await context.database.run(sessions.end, caller.credential)
        await _tell_ended(context, request, caller.user_id)
    elif not by_cookie:
        raise unauthorized("A token is needed, or the cookie of a login.")


async def _log_in(context: Context, body: Credentials, request: web.Request) -> LoggedIn | None:
    client = context.network(request)
    found = await context.database.run(accounts.find_login, body.email)
    kept = found.password_hash if found else None
    if not await context.passwords.verify(body.password, kept) or not found:
        await tell(context, "login failed", found.person.id if found else None, client)
        raise _wrong_credentials()
    person, verified = found.person, found.password_hash
    try:
        proof = await second_factor(context, person.id, body.code)
        answer = await open_login(
            context, request, person.id, verified, proof=proof, as_cookie=body.cookie
        )
    except Problem as problem:
        if problem.code in _REFUSED:
            await tell(context, _REFUSED[problem.code], person.id, client, factor="second")
        raise
    if answer is None:
        return None
    await tell(context, "login ok", person.id, client)
    if context.passwords.is_outdated(verified):
        stronger = await context.passwords.hash(body.password)
        await context.database.run(accounts.replace_hash, person.id, verified, stronger)
    return answer


def _wrong_credentials() -> Problem:
    return Problem(401, "wrong-credentials", "Address or password is wrong.")


def _no_login(headers: dict[str, str] | None = None) -> Problem:
    detail = "This refresh token is not, or no longer, valid."
    return Problem(401, "no-login", detail, headers=headers)


async def _tell_refused(context: Context, outcome: Ended | None, client: str) -> None:
    if outcome is None:
        await tell(context, "refresh failed", None, client)
    else:
        await tell(context, "refresh reused", outcome.user_id, client, session=str(outcome.id))


async def _tell_ended(context: Context, request: web.Request, user_id: UUID | None) -> None:
    if user_id:
        await tell(context, "session ended", user_id, context.network(request), by="logout")
