"""Lists of the caller's time entries: the latest first, with what they overlap."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import time_entries
from models.time_entries import EntryRow, Wanted
from pipeline.periods import periods_of
from pipeline.steps.days import Period
from pipeline.steps.instants import as_datetime, as_us
from pipeline.steps.overlaps import overlaps
from web.callers import Caller
from web.context import Context
from web.cursors import cursor_of, place_of
from web.days import begin_of
from web.fields import check_day, check_instant
from web.problems import invalid
from web.routes import READ, READS, route
from web.time_entries import TimeEntry, fields_of

#: So many others are named of those at the same time.
_MOST_OVERLAPS = 20


class Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Conditions that all hold: local dates, both included, that the entry touches; `q` is a part
    of the description.
    """

    first: date | None = msgspec.field(name="from", default=None)
    last: date | None = msgspec.field(name="to", default=None)
    project: UUID | None = None
    task: UUID | None = None
    tag: Annotated[str, Meta(max_length=200, examples=["deep"])] | None = None
    q: Annotated[str, Meta(min_length=1, max_length=500, examples=["draft"])] | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: str | None = None


class ListedEntry(TimeEntry, frozen=True, kw_only=True):
    """A time entry; `overlaps` are others at the same time, twenty at most."""

    overlaps: list[UUID]


class EntryPage(msgspec.Struct, frozen=True):
    """The latest first; the cursor leads to the next page."""

    items: list[ListedEntry]
    next_cursor: str | None


class _PageEnd(msgspec.Struct, frozen=True):
    start_us: Annotated[int, Meta(ge=0, le=7_258_118_400_000_000)]
    id: UUID


@route("GET", "/time-entries", summary="Time entries", tags=("work",), access=READ, limit=READS)
async def get_time_entries(context: Context, caller: Caller, query: Entries) -> EntryPage:
    """Read a page."""
    check_day("from", query.first)
    check_day("to", query.last)
    if query.first and query.last and query.first > query.last:
        raise invalid("from", "Not before or at `to`")
    before = _before(query.cursor)
    return await context.database.run(_page, caller.user_id, query, before, datetime.now(UTC))


def _page(
    user_id: UUID, query: Entries, before: tuple[datetime, UUID] | None, now: datetime
) -> EntryPage:
    wanted = _wanted(query, periods_of([user_id])[user_id])
    found = time_entries.page(user_id, wanted, before, query.limit + 1)
    rows = found[: query.limit]
    others = _overlaps(user_id, rows, now) if rows else {}
    items = [ListedEntry(**fields_of(row), overlaps=others.get(row.id, [])) for row in rows]
    end = None
    if len(found) > query.limit:
        end = cursor_of(_PageEnd(as_us(rows[-1].start_at), rows[-1].id))
    return EntryPage(items, end)


def _overlaps(user_id: UUID, rows: list[EntryRow], now: datetime) -> dict[UUID, list[UUID]]:
    # An entry may have begun since `now`.
    times = [(row.start_at, row.end_at or max(now, row.start_at)) for row in rows]
    spans = time_entries.beside(user_id, times)
    return overlaps(spans, {row.id for row in rows}, _MOST_OVERLAPS)


def _wanted(query: Entries, periods: tuple[Period, ...]) -> Wanted:
    return Wanted(
        lower=begin_of(periods, query.first) if query.first else None,
        upper=begin_of(periods, query.last + timedelta(days=1)) if query.last else None,
        project=query.project,
        task=query.task,
        tag=query.tag,
        words=query.q,
    )


def _before(cursor: str | None) -> tuple[datetime, UUID] | None:
    if cursor is None:
        return None
    end = place_of(cursor, _PageEnd)
    instant = as_datetime(end.start_us)
    check_instant("cursor", instant)
    return instant, end.id
