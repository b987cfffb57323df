"""Feeds: the caller's entries and tasks for calendars, at an address that is a secret."""

import asyncio
import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated, cast
from uuid import UUID

import msgspec
from aiohttp import web
from msgspec import Meta

from models import changes, feeds
from models.feeds import Feed as Row
from pipeline.settings import Settings
from web import icalendar_out
from web.callers import Caller
from web.context import Context
from web.credentials import key_hash
from web.fields import Name
from web.icalendar_out import Shown, Tasks
from web.network import own_origin
from web.problems import Problem, not_found
from web.routes import FEEDS, PUBLIC, READ, READS, WRITE, WRITES, route
from web.versions import Tagged
from web.write import Write

_SECRET_BYTES = 32

Token = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$", examples=["x" * 43])]


class NewFeed(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What it shows: entries, and tasks with a due or planned day, as to-dos, events or both."""

    name: Name = "TimeFlow"
    entries: bool = True
    tasks: Tasks = "both"


class Feed(msgspec.Struct, frozen=True):
    """A feed; its address is not shown again."""

    id: UUID
    name: str
    entries: bool
    tasks: str
    created_at: datetime
    last_used_at: datetime | None


class MadeFeed(Feed, frozen=True, kw_only=True):
    """A new feed; whoever has its address reads it."""

    url: str


class Feeds(msgspec.Struct, frozen=True):
    """The oldest first."""

    items: list[Feed]
    next_cursor: str | None = None


@route(
    "GET",
    "/feeds/{token}.ics",
    summary="A feed, for whoever has its address",
    tags=("calendars",),
    access=PUBLIC,
    limit=FEEDS,
    media="text/calendar; charset=utf-8",
)
async def get_feed(token: Token, context: Context) -> Tagged:
    """Read and write it as iCalendar; a calendar that has it already is told so."""
    now = datetime.now(UTC)
    found = await context.database.run(_shown, key_hash(token), context.settings, now)
    if found is None:
        raise not_found()
    tag, shown = found
    return Tagged(tag, await asyncio.to_thread(icalendar_out.calendar, shown))


@route("GET", "/feeds", summary="Feeds", tags=("calendars",), access=READ, limit=READS)
async def get_feeds(context: Context, caller: Caller) -> Feeds:
    """List them without their addresses."""
    found = await context.database.run(feeds.of_user, caller.user_id)
    return Feeds([Feed(*row) for row in found])


@route(
    "POST",
    "/feeds",
    summary="Make a feed; its address is shown only now",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_feed(
    context: Context, caller: Caller, body: NewFeed | None, request: web.Request
) -> MadeFeed:
    """Make it."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    new, origin = body or NewFeed(), own_origin(request, context.settings.trusted_proxies)
    made = await context.database.run(_make, caller.user_id, new, secret, context.settings)
    return MadeFeed(*made, url=f"{origin}/feeds/{secret}.ics")


@route(
    "DELETE",
    "/feeds/{id}",
    summary="End a feed: its address leads nowhere any more",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
)
async def delete_feed(id: UUID, caller: Caller, write: Write) -> None:
    """End it."""
    await write(_remove, caller.user_id, id)


def _make(user_id: UUID, new: NewFeed, secret: str, settings: Settings) -> Row:
    if len(feeds.of_user(user_id)) >= settings.max_feeds:
        raise Problem(409, "too-many-feeds", f"There may be {settings.max_feeds}: end one first.")
    hash = key_hash(secret)
    return feeds.make(user_id, new.name, hash, entries=new.entries, tasks=new.tasks)


def _remove(user_id: UUID, id: UUID) -> None:
    if not feeds.remove(user_id, id):
        raise not_found()


def _shown(hash: bytes, settings: Settings, now: datetime) -> tuple[str, Shown] | None:
    found = feeds.use(hash)
    if found is None:
        return None
    user_id, feed = found
    tag = icalendar_out.as_of(now, changes.latest(user_id))
    since = now - timedelta(days=settings.feed_past_days)
    return tag, Shown(
        name=feed.name,
        entries=feeds.entries(user_id, since) if feed.entries else (),
        tasks=() if feed.tasks == "none" else feeds.tasks(user_id, since),
        tasks_as=cast("Tasks", feed.tasks),
        refresh=timedelta(seconds=settings.feed_refresh_s),
    )
