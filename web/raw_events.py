"""One's own usage events as they were sent, by local dates."""

from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import raw_events
from models.raw_events import Position, RawEvent
from pipeline.periods import periods_of
from pipeline.steps.check import EARLIEST_US, LATEST_US
from pipeline.steps.days import END, SECOND_US, Period, day_bound
from pipeline.steps.instants import as_datetime
from web.callers import Caller
from web.context import Context
from web.cursors import cursor_of, place_of
from web.new_events import Data
from web.problems import invalid
from web.routes import READ, READS, route

FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


class Events(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Local dates, both included; without them everything."""

    first: date = msgspec.field(name="from", default=FIRST_DAY)
    last: date = msgspec.field(name="to", default=LAST_DAY)
    device: str | None = None
    cursor: str | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class SentEvent(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event as it was sent, through which dialect, and when it came in."""

    id: str
    type: str
    time: datetime
    received_at: datetime
    source: str
    duration: float | UnsetType = UNSET
    device: str = ""
    entity: str = ""
    category: str = ""
    project: str = ""
    data: Data | UnsetType = UNSET


class EventPage(msgspec.Struct, frozen=True):
    """In time order; the cursor leads to the next page."""

    items: list[SentEvent]
    next_cursor: str | None


@route(
    "GET",
    "/events",
    summary="One's own raw events",
    tags=("events",),
    access=READ,
    limit=READS,
)
async def get_events(context: Context, caller: Caller, query: Events) -> EventPage:
    """Read a page."""
    if not FIRST_DAY <= query.first <= query.last <= LAST_DAY:
        raise invalid("from", "Not a day from 1970 on, before or at `to`")
    after = _position(query.cursor) if query.cursor else None
    return await context.database.run(_page, caller.user_id, query, after)


def _page(user_id: UUID, query: Events, after: Position | None) -> EventPage:
    wanted = windows(periods_of([user_id])[user_id], query.first, query.last)
    found = raw_events.page(user_id, wanted, query.device, after, query.limit + 1)
    items = found[: query.limit]
    is_more = len(found) > query.limit
    return EventPage([_sent(event) for event in items], _cursor(items[-1]) if is_more else None)


def windows(periods: tuple[Period, ...], first: date, last: date) -> list[tuple[int, int]]:
    """The time of the days from first to last: a stretch of each period that has some."""
    found = []
    for number, (start, zone, day_start_min, _) in enumerate(periods):
        until = periods[number + 1].start if number + 1 < len(periods) else END
        lower = max(start, day_bound(zone, day_start_min, first), EARLIEST_US)
        upper = min(until, day_bound(zone, day_start_min, last + timedelta(days=1)), LATEST_US)
        if lower < upper:
            found.append((lower, upper))
    return found


def _sent(event: RawEvent) -> SentEvent:
    return SentEvent(
        id=event.id,
        type=event.type,
        time=as_datetime(event.time),
        received_at=as_datetime(event.received),
        source=event.source,
        duration=event.duration_us / SECOND_US if event.type == "usage.interval" else UNSET,
        device=event.device,
        entity=event.entity,
        category=event.category,
        project=event.project,
        data=UNSET if event.data == "{}" else msgspec.Raw(event.data.encode()),
    )


def _cursor(event: RawEvent) -> str:
    return cursor_of(Position(event.time, event.source, event.id))


def _position(cursor: str) -> Position:
    position = place_of(cursor, Position)
    if not EARLIEST_US <= position.time < LATEST_US:
        raise invalid("cursor", "Not a cursor of ours")
    return position
