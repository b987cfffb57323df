"""Runs a person's redaction rules over what is kept, page by page under the person's lock.

A run may end anywhere and be gone on with by another process: each page is one transaction, and
redacting what was redacted changes nothing.
"""

from collections.abc import Callable
from uuid import UUID

import msgspec
import structlog

from models import (
    bucket_events,
    buckets,
    job_items,
    rebuilds,
    redaction_rules,
    redaction_runs,
    rewrites,
    usage_events,
    user_state,
)
from models.database import database
from models.redaction_runs import Waiting
from models.rewrites import KeptEvent
from pipeline import topics
from pipeline.database import DatabaseThreads
from pipeline.events import UsageEvent
from pipeline.failures import Attempt
from pipeline.markers import Markers
from pipeline.settings import Settings
from pipeline.steps.redaction import Redaction, Rule, redact, user_key

log = structlog.get_logger(__name__)

#: A kept event as the rules leave it; None: as it is.
Lessened = Callable[[UsageEvent], UsageEvent | None]

#: Events of one transaction.
PAGE = 1000


async def work(markers: Markers, threads: DatabaseThreads, settings: Settings) -> None:
    """Bring every waiting run as far as it can come now."""
    for run in await threads.run(redaction_runs.waiting):
        with Attempt() as attempt:
            if await _nothing_is_on_its_way(run, markers, threads, settings):
                at: Waiting | None = run
                while at:
                    at = await threads.run(redact_page, at, settings.pepper)
        if failure := attempt.of_event():
            log.error("redaction fails", run=str(run.id), exc_info=failure.error)


async def _nothing_is_on_its_way(
    run: Waiting, markers: Markers, threads: DatabaseThreads, settings: Settings
) -> bool:
    """Whether all that was taken before every process knew the rules is applied."""
    topic, partition = topics.USAGE, topics.partition_of(run.user_id, settings.partitions)
    marker = run.marker
    if marker is not None:
        if not await markers.behind(topic, partition, marker):
            return True
        if await markers.stands(topic, partition, marker):
            return False
    marker = await markers.append(topic, partition)
    await threads.run(redaction_runs.set_marker, run.id, marker)
    return not await markers.behind(topic, partition, marker)


def redact_page(run: Waiting, pepper: str) -> Waiting | None:
    """Redact the next events; the run as it then stands, None when nothing is left to do."""
    with database.atomic():
        user_state.lock([run.user_id])
        if not redaction_runs.is_current(run.id):
            return None
        lessened = _by_rules(run.user_id, pepper)
        kept = rewrites.page(run.user_id, run.after_source, run.after_id, PAGE)
        changed = _rewrite(run.user_id, kept, lessened)
        if kept:
            run = run._replace(after_source=kept[-1].source, after_id=kept[-1].id)
        redaction_runs.advance(run.id, run.after_source, run.after_id, len(kept), changed)
        if len(kept) == PAGE:
            return run
        job_items.forget_quotes(run.user_id)
        looked_at, changed = _rewrite_dead_letters(run.user_id, lessened)
        redaction_runs.advance(run.id, run.after_source, run.after_id, looked_at, changed)
        if redaction_runs.finish(run.id):
            rebuilds.request(run.user_id, "redaction")
        return None


def event_of(user_id: UUID, kept: KeptEvent) -> UsageEvent:
    """A kept event as it travelled."""
    return UsageEvent(user=user_id, **kept._asdict() | {"data": msgspec.Raw(kept.data.encode())})


def _by_rules(user_id: UUID, pepper: str) -> Lessened:
    rules = redaction_rules.rules_of([user_id])[user_id]
    redaction = Redaction([Rule._make(rule) for rule in rules], user_key(pepper, user_id))
    types = buckets.types(user_id)

    def lessened(event: UsageEvent) -> UsageEvent | None:
        bucket = bucket_events.bucket_of(event.source)
        return redact(event, redaction, None if bucket is None else types.get(bucket, ""))

    return lessened


def _rewrite(user_id: UUID, kept: list[KeptEvent], lessened: Lessened) -> int:
    less = {
        (row.source, row.id): redacted
        for row in kept
        if (redacted := lessened(event_of(user_id, row)))
    }
    rewrites.delete(user_id, list(less))
    # Events that differed in nothing but what went are one now.
    events = {(event.source, event.id): event for event in less.values()}
    if events:
        inserted = usage_events.insert([msgspec.json.encode(event) for event in events.values()])
        if inserted.refused:
            raise inserted.refused[0].error
    return len(less)


def _rewrite_dead_letters(user_id: UUID, lessened: Lessened) -> tuple[int, int]:
    looked_at = changed = 0
    for id, raw in rewrites.dead_letters(user_id):
        looked_at += 1
        if less := _left_of(raw, lessened):
            rewrites.replace_dead_letter(id, msgspec.json.encode(less))
            changed += 1
    for id, raw in rewrites.versions(user_id):
        if _left_of(raw, lessened):
            rewrites.forget_edit(id)
    return looked_at, changed


def _left_of(raw: bytes, lessened: Lessened) -> UsageEvent | None:
    """What is left of an event that may be none: then nothing can be said of it."""
    with Attempt():
        return lessened(msgspec.json.decode(raw, type=UsageEvent))
    return None
