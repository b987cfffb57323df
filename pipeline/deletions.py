"""Carries deletions out, page by page under the person's lock; what is gone is derived no more."""

import time
from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
import structlog

from models import deletions, job_items, raw_events, rebuilds, rewrites, user_state
from models.by_index import by_index
from models.database import database
from models.raw_events import Position, RawEvent
from pipeline.database import DatabaseThreads
from pipeline.events import UsageEvent
from pipeline.failures import Attempt
from pipeline.restrictions import deletion_of
from pipeline.steps.deletion import Deletion

log = structlog.get_logger(__name__)

#: Events of one transaction in the background, and such pages that a request waits for.
PAGE = 2000
FIRST_PAGES = 10

Windows = Sequence[tuple[int, int]]


def begin(
    user_id: UUID,
    dates: tuple[date | None, date | None],
    windows: Windows,
    device: str | None,
    q: str | None,
) -> UUID:
    """Let a deletion hold, and carry out its first pages in the same transaction."""
    with database.atomic():
        # What a stage commits later sees the deletion, for it waits for this lock.
        user_state.restrict(user_id)
        id = deletions.add(user_id, time.time_ns() // 1000, dates, windows, device, q)
        after: Position | None = None
        for _ in range(FIRST_PAGES):
            if (after := delete_page(id, user_id, after)) is None:
                break
    return id


async def work(threads: DatabaseThreads) -> None:
    """Carry every deletion out."""
    for id, user_id in await threads.run(deletions.unfinished):
        after: Position | None = None
        with Attempt() as attempt:
            while after := await threads.run(delete_page, id, user_id, after):
                pass
        if failure := attempt.of_event():
            log.error("deletion fails", deletion=str(id), exc_info=failure.error)


def delete_page(id: UUID, user_id: UUID, after: Position | None) -> Position | None:
    """Delete what fits of the next events; where to go on, None at the end."""
    with database.atomic():
        user_state.lock([user_id])
        if (word := deletions.lock(id)) is None:
            return None
        deletion = deletion_of(*word)
        found = _page(user_id, deletion, after)
        fits = [(event.source, event.id) for event in found if deletion.covers(event)]
        deletions.advance(id, rewrites.delete(user_id, fits))
        if len(found) == PAGE:
            return Position(found[-1].time, found[-1].source, found[-1].id)
        deletions.advance(id, _delete_dead_letters(user_id, deletion))
        job_items.forget_gone_letters(user_id)
        if deletions.finish(id):
            job_items.forget_quotes(user_id)
            rebuilds.request(user_id, "deletion")
        return None


def count_page(
    user_id: UUID, deletion: Deletion, after: Position | None
) -> tuple[int, Position | None]:
    """How many of the next events fit, and where to go on."""
    found = _page(user_id, deletion, after)
    last = found[-1] if len(found) == PAGE else None
    at = Position(last.time, last.source, last.id) if last else None
    return sum(map(deletion.covers, found)), at


def _page(user_id: UUID, deletion: Deletion, after: Position | None) -> list[RawEvent]:
    with by_index():
        return raw_events.page(user_id, deletion.windows, deletion.device, after, PAGE)


def _delete_dead_letters(user_id: UUID, deletion: Deletion) -> int:
    gone = []
    for id, raw in rewrites.dead_letters(user_id):
        with Attempt():
            if deletion.covers(msgspec.json.decode(raw, type=UsageEvent)):
                gone.append(id)
    return rewrites.delete_dead_letters(gone)
