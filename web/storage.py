"""How long one's raw events are kept, how much they are, and what they will be."""

from datetime import UTC, date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import retentions
from pipeline.steps.horizon import FEWEST_DAYS
from web.callers import Caller
from web.context import Context
from web.routes import ACCOUNT, READ, READS, WRITES, route
from web.write import Write

_AHEAD = (30, 365)
_RECENT_DAYS = 28


class Keep(msgspec.Struct, forbid_unknown_fields=True):
    """Days for which raw events are kept, today not counted; null: for ever."""

    days: Annotated[int, Meta(ge=FEWEST_DAYS, le=36_500)] | None


class Kept(msgspec.Struct, frozen=True):
    """What was chosen; before `horizon` no raw events are left.

    Days before `first_open` are closed: they stay as they were derived.
    """

    days: int | None
    horizon: datetime | None
    first_open: date | None


class Forecast(msgspec.Struct, frozen=True):
    """In so many days, if things go on as in the last four weeks."""

    days: int
    events: int
    bytes: int


class Storage(msgspec.Struct, frozen=True):
    """The caller's raw events; bytes are an estimate, with indexes."""

    retention: Kept
    events: int
    bytes: int
    events_per_day: float
    bytes_per_day: float
    forecast: list[Forecast]


@route(
    "GET",
    "/me/storage",
    summary="What the caller's raw events take, and a forecast",
    tags=("privacy",),
    access=READ,
    limit=READS,
)
async def get_storage(context: Context, caller: Caller) -> Storage:
    """Count them."""
    return await context.database.run(_storage, caller.user_id, datetime.now(UTC))


@route(
    "PUT",
    "/me/retention",
    summary="Keep raw events for so many days; the days derived from them stay",
    tags=("privacy",),
    access=ACCOUNT,
    limit=WRITES,
)
async def put_retention(caller: Caller, body: Keep, write: Write) -> Kept:
    """Choose it; what is older goes with the next sweep."""
    return await write(_choose, caller.user_id, body.days)


def _choose(user_id: UUID, days: int | None) -> Kept:
    retentions.choose(user_id, days)
    return Kept(*retentions.get(user_id))


def _storage(user_id: UUID, now: datetime) -> Storage:
    chosen = retentions.get(user_id)
    stored = retentions.stored(user_id, chosen.days, list(_AHEAD))
    age = (now - stored.first).total_seconds() / 86_400 if stored.first else 0.0
    per_day = stored.recent / min(max(age, 1.0), _RECENT_DAYS)
    forecast = []
    for ahead, left in zip(_AHEAD, stored.left, strict=True):
        events = left + round(per_day * min(ahead, chosen.days or ahead))
        forecast.append(Forecast(ahead, events, round(events * stored.bytes_each)))
    return Storage(
        Kept(*chosen),
        stored.events,
        round(stored.events * stored.bytes_each),
        round(per_day, 3),
        round(per_day * stored.bytes_each, 3),
        forecast,
    )
