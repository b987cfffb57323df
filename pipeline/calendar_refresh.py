"""Reads people's calendars again and again: those with an address, and files as time goes on.

A calendar that cannot be read keeps its blocks, says why, and is tried again less and less often.
"""

import asyncio
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

import peewee
import structlog

from models import calendars, stage_progress
from models.calendars import Source
from models.database import database as db
from pipeline.calendar_reading import read
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.fetching import Fetched, NotFetched, fetch
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.busy import NoCalendar
from pipeline.steps.days import day_at, period_at
from pipeline.steps.instants import as_us

log = structlog.get_logger(__name__)

Block = tuple[str, str, str, str, bool]


class Reading(NamedTuple):
    """What a calendar says now."""

    blocks: list[Block]
    etag: str


async def read_source(
    source: Source, settings: Settings, database: DatabaseThreads
) -> Reading | None:
    """What the calendar says; None: it is what it was. Raises `NotFetched` and `NoCalendar`."""
    if source.url is None:
        fetched: Fetched | None = Fetched(source.ics or "", "")
    else:
        fetched = await fetch(source.url, source.etag, settings)
    if fetched is None:
        return None
    zone, today = await database.run(_zone_and_day, source.user_id, datetime.now(UTC))
    found = await read(fetched.text, zone, today, settings)
    blocks = [(one.uid, one.start, one.end, one.title, one.all_day) for one in found]
    return Reading(blocks, fetched.etag)


async def refresh(source: Source, settings: Settings, database: DatabaseThreads) -> str:
    """Read the calendar again and keep what it says; what was wrong with it, in words."""
    try:
        reading = await read_source(source, settings, database)
    except (NotFetched, NoCalendar) as problem:
        await database.run(
            calendars.failed,
            source,
            str(problem),
            settings.calendar_refresh_s,
            settings.calendar_retry_most_s,
        )
        return str(problem)
    await database.run(keep, source, reading, settings)
    return ""


def keep(source: Source, reading: Reading | None, settings: Settings) -> None:
    """Keep what the calendar says; what was proposed in times that it blocks is looked at again."""
    again_s = settings.calendar_refresh_s
    with db.atomic():
        if reading is None:
            calendars.still_good(source, again_s)
        elif calendars.replace_blocks(source, reading.blocks, reading.etag, again_s):
            stage_progress.make_due("recommendation", source.user_id)


async def refresh_again_and_again(settings: Settings, database: DatabaseThreads) -> None:
    """Refresh whatever is due, one after the other, until cancelled."""
    lease_s = 2 * (settings.calendar_fetch_s + 3 * settings.calendar_read_s)
    while True:
        try:
            source = await database.run(calendars.take_due, lease_s)
            if source and (problem := await refresh(source, settings, database)):
                log.info("calendar not read", calendar=str(source.id), problem=problem)
        except (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy):
            source = None
        if source is None:
            await asyncio.sleep(settings.calendar_poll_s)


def _zone_and_day(user_id: UUID, now: datetime) -> tuple[str, date]:
    periods = periods_of([user_id])[user_id]
    return period_at(periods, as_us(now)).zone, day_at(periods, as_us(now))
