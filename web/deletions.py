"""Deleting one's own events, by local dates, device or text: for good, until one lifts it."""

import time
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import deletions
from models.deletions import ShownDeletion
from models.raw_events import Position
from pipeline.deletions import begin, count_page
from pipeline.periods import periods_of
from pipeline.steps.deletion import Deletion
from web.callers import Caller
from web.context import Context
from web.problems import Problem, invalid, not_found
from web.raw_events import FIRST_DAY, LAST_DAY, windows
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write


class What(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """At least one of dates (local, both included), device and text.

    `q` is looked for in entity, project, category and the texts of `data`, in whatever case.
    """

    first: date | None = msgspec.field(name="from", default=None)
    last: date | None = msgspec.field(name="to", default=None)
    device: Annotated[str, Meta(max_length=1000)] | None = None
    q: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    dry_run: bool = False


class Deleted(msgspec.Struct, frozen=True):
    """How many events are gone, or would be; `done` is false while more are being deleted."""

    id: UUID | None
    deleted: int
    done: bool
    dry_run: bool


class Standing(msgspec.Struct, frozen=True):
    """A deletion that holds for what happened up to `made_at`, whenever it comes in."""

    id: UUID
    first: date | None = msgspec.field(name="from")
    last: date | None = msgspec.field(name="to")
    device: str | None
    q: str | None
    deleted: int
    made_at: datetime
    done_at: datetime | None


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The newest first."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Deletions(msgspec.Struct, frozen=True):
    """A page of them."""

    items: list[Standing]
    next_cursor: UUID | None


@route(
    "DELETE",
    "/events",
    summary="Delete one's own events by dates, device or text: the days are derived anew",
    tags=("privacy",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def delete_events(context: Context, caller: Caller, query: What, write: Write) -> Deleted:
    """Delete them, or only count; what is many goes on in the background."""
    _check(query)
    if query.dry_run:
        return await _count(context, caller.user_id, query)
    return await write(_delete, caller.user_id, query, context.settings.max_deletions)


@route(
    "GET",
    "/deletions",
    summary="The caller's deletions that hold",
    tags=("privacy",),
    access=READ,
    limit=READS,
)
async def get_deletions(context: Context, caller: Caller, query: Paging) -> Deletions:
    """List them."""
    return await context.database.run(_page, caller.user_id, query)


@route(
    "DELETE",
    "/deletions/{id}",
    summary="Lift a deletion: what is sent again is kept again; what is gone stays gone",
    tags=("privacy",),
    access=WRITE,
    limit=WRITES,
)
async def delete_deletion(id: UUID, caller: Caller, write: Write) -> None:
    """Lift it; another person's deletion is not there."""
    await write(_lift, caller.user_id, id)


def _check(what: What) -> None:
    if (what.first, what.last, what.device, what.q) == (None, None, None, None):
        raise invalid("from", "Give at least one of from, to, device and q")
    if not FIRST_DAY <= (what.first or FIRST_DAY) <= (what.last or LAST_DAY) <= LAST_DAY:
        raise invalid("from", "Not a day from 1970 on, before or at `to`")


def _windows(user_id: UUID, what: What) -> list[tuple[int, int]]:
    first, last = what.first or FIRST_DAY, what.last or LAST_DAY
    return windows(periods_of([user_id])[user_id], first, last)


async def _count(context: Context, user_id: UUID, what: What) -> Deleted:
    of_person = await context.database.run(_windows, user_id, what)
    deletion = Deletion(time.time_ns() // 1000, of_person, what.device, what.q)
    total, after, begun = 0, None, False
    while after or not begun:
        begun = True
        found: tuple[int, Position | None]
        found = await context.database.run(count_page, user_id, deletion, after)
        total, after = total + found[0], found[1]
    return Deleted(None, total, True, True)


def _delete(user_id: UUID, what: What, most: int) -> Deleted:
    if deletions.count(user_id) >= most:
        raise Problem(409, "too-many-deletions", f"There may be {most} deletions; lift one first.")
    asked = (what.first, what.last)
    id = begin(user_id, asked, _windows(user_id, what), what.device, what.q)
    made = deletions.get(user_id, id)
    if made is None:
        raise not_found()
    return Deleted(id, made.deleted, made.done_at is not None, False)


def _page(user_id: UUID, query: Paging) -> Deletions:
    found = deletions.page(user_id, query.cursor, query.limit + 1)
    items = [_shown(each) for each in found[: query.limit]]
    return Deletions(items, items[-1].id if len(found) > query.limit else None)


def _lift(user_id: UUID, id: UUID) -> None:
    if not deletions.lift(user_id, id):
        raise not_found()


def _shown(deletion: ShownDeletion) -> Standing:
    return Standing(*deletion)
