"""The caller's logins: seen, and ended within a second."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from models import sessions
from web.auth_log import tell
from web.callers import Caller
from web.context import Context
from web.problems import not_found
from web.routes import ACCOUNT, READS, WRITES, route
from web.write import Write


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which of them."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Login(msgspec.Struct, frozen=True):
    """A live login. `last_used_at` and `network` are those of its last refresh.

    It ends at `expires_at` however often it is used, and earlier when it is not.
    """

    id: UUID
    created_at: datetime
    last_used_at: datetime
    expires_at: datetime
    user_agent: str
    network: str
    current: bool


class Logins(msgspec.Struct, frozen=True):
    """The newest first; `current` is the one that asks."""

    items: list[Login]
    next_cursor: UUID | None


class LoggedOut(msgspec.Struct, frozen=True):
    """How many logins ended."""

    ended: int


@route(
    "GET",
    "/me/sessions",
    summary="The caller's live logins",
    tags=("me",),
    access=ACCOUNT,
    limit=READS,
)
async def get_sessions(context: Context, caller: Caller, query: Page) -> Logins:
    """One page of them."""
    found = await context.database.run(
        sessions.of_user, caller.user_id, query.cursor, query.limit + 1
    )
    items = [Login(*one, current=one.id == caller.credential) for one in found[: query.limit]]
    return Logins(items, items[-1].id if len(found) > query.limit else None)


@route(
    "DELETE",
    "/me/sessions/{id}",
    summary="End a login everywhere within a second",
    tags=("me",),
    access=ACCOUNT,
    limit=WRITES,
)
async def delete_session(
    id: UUID, context: Context, caller: Caller, request: web.Request, write: Write
) -> None:
    """End it, be it the one that asks; another person's is not there."""
    await write(_end, id, caller.user_id)
    await tell(
        context,
        "session ended",
        caller.user_id,
        context.network(request),
        by="owner",
        session=str(id),
    )


@route(
    "DELETE",
    "/me/sessions",
    summary="Log out everywhere else: all logins end but the one that asks",
    tags=("me",),
    access=ACCOUNT,
    limit=WRITES,
)
async def delete_sessions(
    context: Context, caller: Caller, request: web.Request, write: Write
) -> LoggedOut:
    """Keep the one that asks: who wants to end it too logs out."""
    answer = await write(_end_others, caller.user_id, caller.credential)
    await tell(
        context,
        "session ended",
        caller.user_id,
        context.network(request),
        by="owner",
        others=answer.ended,
    )
    return answer


def _end(session_id: UUID, user_id: UUID) -> None:
    if not sessions.end(session_id, user_id):
        raise not_found()


def _end_others(user_id: UUID, kept: UUID) -> LoggedOut:
    return LoggedOut(sessions.end_all(user_id, but=kept))
