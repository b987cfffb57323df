"""Registering, logging in and staying logged in."""

import secrets
from typing import Annotated
from uuid import UUID

import msgspec
import structlog
from aiohttp import web
from msgspec import Meta

from models import accounts, sessions
from models.sessions import Session
from web.addresses import Email
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.login_tries import LoginTry
from web.network import network
from web.problems import Problem, invalid
from web.registration import Admission
from web.routes import ACCOUNT, LOGINS, PUBLIC, WRITES, route
from web.zones import is_zone

_log = structlog.get_logger(__name__)

Password = Annotated[str, Meta(min_length=8, max_length=128)]
Token = Annotated[str, Meta(min_length=1, max_length=200)]


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to register; `time_zone` is an IANA name, `invite` the code of an invite."""

    email: Email
    password: Password
    time_zone: str = "UTC"
    invite: Token | None = None


class Credentials(msgspec.Struct, forbid_unknown_fields=True):
    """Who wants to log in."""

    email: Annotated[str, Meta(max_length=254)]
    password: Annotated[str, Meta(max_length=128)]


class Refresh(msgspec.Struct, forbid_unknown_fields=True):
    """The refresh token to use up."""

    refresh_token: Token


class User(msgspec.Struct, frozen=True):
    """An account as its owner sees it."""

    id: UUID
    email: str
    roles: list[str]


class LoggedIn(msgspec.Struct, frozen=True):
    """A token for requests, and one to get the next with: good for one use."""

    user: User
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


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
    admission = Admission(context.settings, body.email, body.invite)
    await context.database.run(admission.check)
    password_hash = await context.passwords.hash(body.password)
    person = await context.database.run(admission.register, password_hash, body.time_zone)
    _log.info("registered", user=str(person.id))
    return await _log_in(context, person, request)


@route(
    "POST",
    "/auth/login",
    summary="Log in",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401,),
)
async def login(context: Context, body: Credentials, request: web.Request) -> LoggedIn:
    """Check the password; an unknown address costs the same."""
    client = network(request, context.settings.trusted_proxies)
    async with LoginTry(context.limits, body.email, client):
        found = await context.database.run(accounts.find_login, body.email)
        kept = found.password_hash if found else None
        if not await context.passwords.verify(body.password, kept) or not found:
            _log.warning("login failed", user=str(found.person.id) if found else None)
            raise _wrong_credentials()
    checked = found.password_hash
    if context.passwords.is_outdated(checked):
        stronger = await context.passwords.hash(body.password)
        if await context.database.run(accounts.rehash, found.person.id, checked, stronger):
            checked = stronger
    logged_in = await _log_in(context, found.person, request, checked)
    _log.info("logged in", user=str(found.person.id))
    return logged_in


@route(
    "POST",
    "/auth/refresh",
    summary="Get the next tokens; a refresh token used twice ends the login",
    tags=("auth",),
    access=PUBLIC,
    limit=LOGINS,
    errors=(401,),
)
async def refresh(context: Context, body: Refresh) -> LoggedIn:
    """Use up a refresh token."""
    successor = _new_refresh_token()
    session = await context.database.run(
        sessions.rotate,
        key_hash(body.refresh_token),
        key_hash(successor),
        token_s=context.settings.refresh_token_s,
    )
    if session is None:
        _log.warning("refresh failed")
        raise Problem(401, "no-login", "This refresh token is not, or no longer, valid.")
    return _logged_in(context, session, successor)


@route(
    "POST",
    "/auth/logout",
    summary="End this login everywhere within a second",
    tags=("auth",),
    access=ACCOUNT,
    limit=WRITES,
)
async def logout(context: Context, caller: Caller) -> None:
    """End the session of the token that was shown."""
    await context.database.run(sessions.end, caller.credential)
    _log.info("logged out", user=caller.account)


async def _log_in(
    context: Context,
    person: accounts.Person,
    request: web.Request,
    password_hash: str | None = None,
) -> LoggedIn:
    token = _new_refresh_token()
    session = await context.database.run(
        sessions.open_session,
        person,
        key_hash(token),
        request.headers.get("User-Agent", "")[:200].encode("utf-8", "replace").decode(),
        session_s=context.settings.session_s,
        token_s=context.settings.refresh_token_s,
        password_hash=password_hash,
    )
    if session is None:
        raise _wrong_credentials()
    return _logged_in(context, session, token)


def _wrong_credentials() -> Problem:
    return Problem(401, "wrong-credentials", "Address or password is wrong.")


def _logged_in(context: Context, session: Session, refresh_token: str) -> LoggedIn:
    person = session.person
    return LoggedIn(
        user=User(person.id, person.email, person.roles),
        access_token=context.tokens.issue(session),
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=context.tokens.life_s,
        refresh_token=refresh_token,
    )


def _new_refresh_token() -> str:
    return secrets.token_urlsafe(32)
