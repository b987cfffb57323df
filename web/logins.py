"""What a login is answered with, and how one is opened once it is clear who it is."""

from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import UNSET, UnsetType

from models import sessions, totp
from models.database import database
from models.sessions import Session
from models.totp import Proof
from web import cookies, noted
from web.context import Context
from web.credentials import key_hash
from web.problems import Problem


class User(msgspec.Struct, frozen=True):
    """An account as its owner sees it."""

    id: UUID
    email: str
    roles: list[str]


class LoggedIn(msgspec.Struct, frozen=True):
    """A token for requests, and one to get the next with: good for one use.

    In the cookie form the latter is in a cookie of the answer and not here.
    """

    user: User
    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str | UnsetType = UNSET


async def open_login(
    context: Context,
    request: web.Request,
    user_id: UUID,
    password_hash: str,
    *,
    proof: Proof | None = None,
    as_cookie: bool,
) -> LoggedIn | None:
    """A new session for whoever knew the password, using up what proved the second factor.

    None: the password hash was replaced since it was verified. Raises `Problem` 401 when the
    second factor was used before.
    """
    token = context.refresh_tokens.first()

    def opened() -> Session | None:
        with database.atomic():
            session = sessions.open_session(
                user_id,
                password_hash,
                key_hash(token),
                user_agent=_user_agent(request),
                network=context.network(request),
                session_s=context.settings.session_s,
                token_s=context.settings.refresh_token_s,
            )
            if session and proof is not None and not totp.use(user_id, proof):
                raise wrong_code()
            return session

    session = await context.database.run(opened)
    return logged_in(context, request, session, token, as_cookie=as_cookie) if session else None


def logged_in(
    context: Context, request: web.Request, session: Session, refresh_token: str, *, as_cookie: bool
) -> LoggedIn:
    """The answer to whoever holds a session now."""
    if as_cookie:
        life_s = (session.expires_at - session.now).total_seconds()
        trusted = context.settings.trusted_proxies
        noted.set_cookie.set(cookies.made(request, refresh_token, life_s, trusted))
    person = session.person
    return LoggedIn(
        user=User(person.id, person.email, person.roles),
        access_token=context.tokens.issue(session),
        token_type="Bearer",  # noqa: S106 - the scheme's name
        expires_in=context.tokens.life_s_of(session),
        refresh_token=UNSET if as_cookie else refresh_token,
    )


async def second_factor(context: Context, user_id: UUID, code: str | None) -> Proof | None:
    """What proves the second factor of an account; None: it has none.

    Raises `Problem` 401 when the code is missing or wrong, and 429 after too many tries.
    """
    held = await context.database.run(totp.find, user_id)
    if held is None or not held.is_on:
        return None
    if code is None:
        raise Problem(401, "totp-required", "A code of your authenticator is needed, too.")
    proof = await context.second_factor.proof(user_id, held, code)
    if proof is None:
        raise wrong_code()
    return proof


def wrong_code() -> Problem:
    """401: the code is wrong, too old, or was used before."""
    return Problem(401, "wrong-code", "This code is wrong, too old, or was used before.")


def _user_agent(request: web.Request) -> str:
    return request.headers.get("User-Agent", "")[:200].encode("utf-8", "replace").decode()
