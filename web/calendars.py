"""The caller's calendars, of an address or a file: when they are busy."""

from datetime import datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import calendars, stage_progress
from models.calendars import Calendar as Row
from models.calendars import Source
from models.uuid7 import uuid7
from pipeline import calendar_refresh
from pipeline.calendar_refresh import Reading
from pipeline.fetching import NotFetched
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.busy import NoCalendar
from web.callers import Caller
from web.context import Context
from web.days import begin_of
from web.fields import Name
from web.problems import Problem, invalid, not_found
from web.ranges import Range, check_range
from web.routes import READ, READS, WRITE, WRITES, route
from web.write import Write

Url = Annotated[
    str, Meta(min_length=1, max_length=2000, examples=["https://calendar.example/ada.ics"])
]
Ics = Annotated[str, Meta(min_length=1)]


class NewCalendar(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An address, which is read again and again, or the text of a file."""

    name: Name
    url: Url | None = None
    ics: Ics | None = None


class CalendarChange(msgspec.Struct, forbid_unknown_fields=True):
    """Another name; another file in the place of the one before."""

    name: Name | UnsetType = UNSET
    ics: Ics | UnsetType = UNSET


class Calendar(msgspec.Struct, frozen=True):
    """A calendar. `error`: why it could not be read when that was last tried."""

    id: UUID
    name: str
    url: str | None
    error: str
    created_at: datetime
    refreshed_at: datetime | None
    next_refresh_at: datetime


class Calendars(msgspec.Struct, frozen=True):
    """The oldest first."""

    items: list[Calendar]
    next_cursor: str | None = None


class BusyBlock(msgspec.Struct, frozen=True):
    """Time that the person is not free."""

    calendar_id: UUID
    title: str
    start: datetime
    end: datetime
    all_day: bool


class Busy(msgspec.Struct, frozen=True):
    """What touches the days asked for, in order; blocks may overlap."""

    items: list[BusyBlock]


@route("GET", "/calendars", summary="Calendars", tags=("calendars",), access=READ, limit=READS)
async def get_calendars(context: Context, caller: Caller) -> Calendars:
    """List them."""
    found = await context.database.run(calendars.of_user, caller.user_id)
    return Calendars([Calendar(*row) for row in found])


@route(
    "GET",
    "/calendars/busy",
    summary="When the caller is busy by their calendars",
    tags=("calendars",),
    access=READ,
    limit=READS,
)
async def get_busy(context: Context, caller: Caller, query: Range) -> Busy:
    """Read the days."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_busy, caller.user_id, query)


@route(
    "POST",
    "/calendars",
    summary="Read a calendar from now on",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def post_calendar(
    context: Context, caller: Caller, body: NewCalendar, write: Write
) -> Calendar:
    """Read it first: what cannot be read is not taken."""
    if (body.url is None) == (body.ics is None):
        raise invalid("url", "An address or a file, not both")
    source = Source(uuid7(), caller.user_id, body.url, body.ics, "")
    reading = await _read(source, "ics" if body.url is None else "url", context)
    return await write(_make, source, body.name, reading, context.settings)


@route(
    "PATCH",
    "/calendars/{id}",
    summary="Change a calendar",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
)
async def patch_calendar(
    id: UUID, context: Context, caller: Caller, body: CalendarChange, write: Write
) -> Calendar:
    """Change it; a file is read first."""
    found = await _source(context, caller, id)
    reading = None
    if body.ics is not UNSET:
        if found.url is not None:
            raise invalid("ics", "Of a calendar that has an address")
        reading = await _read(found._replace(ics=body.ics), "ics", context)
    return await write(_change, found, body, reading, context.settings)


@route(
    "POST",
    "/calendars/{id}/refresh",
    summary="Read a calendar again now",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
)
async def refresh_calendar(id: UUID, context: Context, caller: Caller, write: Write) -> Calendar:
    """Read it; what it said before stays when it cannot be read."""
    source = await _source(context, caller, id)
    problem = await calendar_refresh.refresh(source, context.settings, context.database)
    if problem:
        raise invalid("ics" if source.url is None else "url", problem)
    return await write(_shown, caller.user_id, id)


@route(
    "DELETE",
    "/calendars/{id}",
    summary="Forget a calendar",
    tags=("calendars",),
    access=WRITE,
    limit=WRITES,
)
async def delete_calendar(id: UUID, caller: Caller, write: Write) -> None:
    """Forget it and its blocks."""
    await write(_remove, caller.user_id, id)


async def _read(source: Source, path: str, context: Context) -> Reading:
    try:
        reading = await calendar_refresh.read_source(source, context.settings, context.database)
    except (NotFetched, NoCalendar) as problem:
        raise invalid(path, str(problem)) from problem
    if reading is None:
        raise invalid(path, "Answers 304")
    return reading


async def _source(context: Context, caller: Caller, id: UUID) -> Source:
    found = await context.database.run(calendars.source, caller.user_id, id)
    if found is None:
        raise not_found()
    return found


def _make(source: Source, name: str, reading: Reading, settings: Settings) -> Calendar:
    most = settings.max_calendars
    if len(calendars.of_user(source.user_id)) >= most:
        raise Problem(409, "too-many-calendars", f"There may be {most}: forget one first.")
    id = calendars.make(source.user_id, name, source.url, source.ics)
    calendar_refresh.keep(source._replace(id=id), reading, settings)
    return _shown(source.user_id, id)


def _change(
    source: Source, body: CalendarChange, reading: Reading | None, settings: Settings
) -> Calendar:
    if body.name is not UNSET:
        calendars.rename(source.user_id, source.id, body.name)
    if body.ics is not UNSET:
        calendars.replace_file(source.user_id, source.id, body.ics)
        calendar_refresh.keep(source, reading, settings)
    return _shown(source.user_id, source.id)


def _shown(user_id: UUID, id: UUID) -> Calendar:
    row: Row | None = calendars.find(user_id, id)
    if row is None:
        raise not_found()
    return Calendar(*row)


def _remove(user_id: UUID, id: UUID) -> None:
    if not calendars.remove(user_id, id):
        raise not_found()
    stage_progress.make_due("recommendation", user_id)


def _busy(user_id: UUID, asked: Range) -> Busy:
    periods = periods_of([user_id])[user_id]
    lower = begin_of(periods, asked.first)
    upper = begin_of(periods, asked.last + timedelta(days=1))
    return Busy([BusyBlock(*row) for row in calendars.busy(user_id, lower, upper)])
