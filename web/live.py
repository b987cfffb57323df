"""The caller's own changes as they happen, as server-sent events (WHATWG HTML, 9.2).

`changes` is a page of `/changes`, its id the cursor; `activity` says that days were derived anew.
Whoever was cut off comes back with `Last-Event-ID` and misses nothing.
"""

import time
from collections.abc import AsyncIterator
from uuid import UUID

import msgspec
import peewee
from aiohttp import web

from models import changes, user_state
from models.change_log import Place
from pipeline.database import DatabaseBusy
from web.callers import Caller
from web.changes import Changes, cursor_of, place_of, read
from web.context import Context
from web.problems import Problem
from web.routes import READ, READS, route
from web.streamed import Streamed

_encode = msgspec.json.encode

_AWAY = (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy)
_SILENCE = b":\n\n"
#: Behind all rows of a change.
_LAST = UUID(int=(1 << 128) - 1)
#: A page that a slow connection takes in one go.
_PAGE = 100


class ActivityMoved(msgspec.Struct, frozen=True):
    """Days of the person were derived anew; `rev` differs from the one before."""

    rev: int


@route(
    "GET",
    "/live",
    summary="Server-sent events: `changes` (a page of /changes) and `activity`",
    tags=("work",),
    access=READ,
    limit=READS,
    media="text/event-stream",
    headers=("Last-Event-ID",),
)
async def get_live(context: Context, caller: Caller, request: web.Request) -> Streamed:
    """Follow from now on, or from `Last-Event-ID`; ends with the token, and may end any time."""
    context.followers.require_room(caller.user_id)
    last, rev = request.headers.get("Last-Event-ID"), None
    if last:
        place = place_of(last)
        # Whoever asks for what is not there is told so before the stream begins.
        await context.database.run(read, caller.user_id, place, 1)
    else:
        place = Place(await context.database.run(changes.latest, caller.user_id), _LAST)
        # Whoever begins reads the days after this: as they are now they are no news.
        revs = await context.database.run(user_state.revs, [caller.user_id])
        rev = revs.get(caller.user_id)
    return Streamed(_events(context, caller, request, place, rev))


async def _events(
    context: Context, caller: Caller, request: web.Request, place: Place, rev: int | None
) -> AsyncIterator[bytes]:
    """Until the credential ends or is revoked, the process stops or the database goes away."""
    beat_s = context.settings.live_beat_s
    with context.followers.following(caller.user_id, request) as follower:
        follower.rev = rev
        yield b"id: " + cursor_of(place).encode() + b"\n\n"
        while follower.is_connected and not (
            context.followers.is_closed or _has_ended(context, caller)
        ):
            try:
                page = await context.database.run(read, caller.user_id, place, _PAGE)
            except (*_AWAY, Problem):
                return
            place = place_of(page.next_cursor)
            if page.items:
                yield _event("changes", page, page.next_cursor)
            if follower.rev != rev:
                rev = follower.rev
                yield _event("activity", ActivityMoved(rev or 0))
            wait_s = min(beat_s, caller.expires_at - time.time())
            if not page.has_more and not await follower.woken(wait_s):
                yield _SILENCE


def _has_ended(context: Context, caller: Caller) -> bool:
    try:
        return caller.expires_at <= time.time() or context.revocations.covers(caller)
    except Problem:  # nobody knows
        return True


def _event(name: str, data: Changes | ActivityMoved, id: str = "") -> bytes:
    head = f"id: {id}\n" if id else ""
    return f"{head}event: {name}\ndata: ".encode() + _encode(data) + b"\n\n"
