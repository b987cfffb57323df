"""What lies on the stream and was never applied is applied after all, as a job.

After a database was restored from a backup, say: its cursors are where they were then or, set by
hand, beyond; the raw events between are on the stream. Each partition is read from where the
operator says up to the stage's cursor; what is beyond is the stage's own to read. An event counts
once, so reading again what was applied does no harm.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from models import cursors, dead_letters, job_items, jobs, rebuild_jobs, reread_limits
from models.cursors import Claim
from models.database import database
from pipeline import topics
from pipeline.batch import Batch, Entry, Item, Parts, Place
from pipeline.code_version import code_version
from pipeline.effects import burial
from pipeline.events import Hint
from pipeline.handling import Failed, Handling, by_user
from pipeline.log_ranges import entry_of
from pipeline.quarantine import ending
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.running_stage import RunningStage

#: Entries read at a time.
PAGE = 10

#: The one stage that keeps what its topic says.
STAGE = "usage"


class Progress(msgspec.Struct):
    """How far a partition is: up to `until`, which is read by the stage itself.

    `left_out`: events of people whose history was redacted or who are erased, and those that an
    operator discarded or edited: as they lie on the stream they are not wanted any more.
    """

    next_offset: int
    until: int
    applied: int = 0
    already_applied: int = 0
    failed: int = 0
    left_out: int = 0


class Went(NamedTuple):
    """Whether anything went on, and whose days changed."""

    on: bool
    partition: int = 0
    changed: Sequence[Hint] = ()


def plan(
    found: Mapping[int, tuple[int, int]], created_by: UUID, asked: Mapping[str, Any]
) -> UUID | None:
    """Make the job, in the caller's transaction; None: all of it is the stage's own to read."""
    topic = topics.STAGES[STAGE].name
    at = {n: offset for name, n, offset, _ in cursors.positions(topic) if name == STAGE}
    todo = {
        n: msgspec.json.encode(Progress(first, min(last + 1, at.get(n, 1)))).decode()
        for n, (first, last) in found.items()
        if first < at.get(n, 1)
    }
    if not todo:
        return None
    job_id = jobs.create("reread", created_by, dict(asked))
    rebuild_jobs.add_partitions(job_id, todo)
    return job_id


async def reread_some(running: RunningStage, connections: Connections, job_id: UUID) -> Went:
    """Go on with a partition of a job by some entries."""
    run, settings = running.threads.run, running.settings
    paused = running.pauses.held(settings.partitions).paused
    job, item = await run(jobs.get, job_id), await run(job_items.next_waiting, job_id, paused)
    if job is None or item is None or job.state != "running":
        return Went(False)
    at = msgspec.convert(item.detail, Progress)
    log = Keys(settings.redis_prefix).log(topics.STAGES[STAGE].name, item.partition or 0)
    reply: Any = await connections.call(
        "XRANGE", log, f"0-{at.next_offset}", f"0-{at.until - 1}", "COUNT", PAGE
    )
    entries = [entry_of(id, fields) for id, fields in reply or ()]
    user = UUID(job.request["user"]) if "user" in job.request else None
    items = _items(entries, user)
    async with running.check_processes.turn():
        events = {one.place: one.raw for one in items if one.raw}
        deadly = await ending(running.check_processes, events, settings.quarantine_attempts)
    write = bool(job.request.get("write"))
    changed = await run(_apply, running, job_id, item, at, entries, items, deadly, write)
    return Went(True, item.partition or 0, changed)


def _items(entries: Sequence[Entry], user: UUID | None) -> list[Item]:
    """The events of the entries, of a user if one is asked for."""
    items = [item for entry in entries for item in Parts.of(entry).items()]
    if user is None:
        return items
    needles = (str(user).encode(), user.hex.encode())
    return [item for item in items if any(needle in item.raw for needle in needles)]


def _apply(
    running: RunningStage,
    job_id: UUID,
    item: job_items.Item,
    at: Progress,
    entries: Sequence[Entry],
    items: Sequence[Item],
    deadly: set[Place],
    write: bool,
) -> Sequence[Hint]:
    stage = running.stage
    with database.atomic():
        if job_items.lock_detail(job_id, item.number) != item.detail:
            return ()  # Another process was quicker.
        batch = Batch(0, 0, "", [])
        batch.add(stage, items, deadly)
        batch, left_out = _without_what_was_changed(running, item.partition or 0, batch)
        with database.atomic() as own:
            handling = Handling.begin(stage, batch.items)
            known = set(stage.known([i.event for i in batch.items])) if stage.known else set()
            new = [i for n, i in enumerate(batch.items) if n not in known]
            failed = [*batch.failed, *handling.run_apart(by_user(new))]
            _bury(running, item.partition or 0, failed)
            if not write:
                own.rollback()
        at.applied += len(new) - (len(failed) - len(batch.failed))
        at.already_applied += len(batch.items) - len(new)
        at.failed += len(failed)
        at.left_out += left_out
        at.next_offset = entries[-1].offset + 1 if entries else at.until
        detail = msgspec.to_builtins(at)
        if at.next_offset < at.until:
            job_items.note(job_id, item.number, detail)
        else:
            job_items.finish(job_id, item.number, "read", detail)
    if not write:
        return ()
    handling.transaction.committed()
    return handling.changed()


def _without_what_was_changed(
    running: RunningStage, partition: int, batch: Batch
) -> tuple[Batch, int]:
    users = {item.user for item in batch.items if item.user}
    users |= {item.user for item, _ in batch.failed if item.user}
    unwanted = reread_limits.erased_or_redacted(users)
    stage = running.stage
    offsets = {item.offset for item in (*batch.items, *(item for item, _ in batch.failed))}
    settled = reread_limits.settled(stage.name, stage.topic.name, partition, offsets)

    def is_wanted(item: Item) -> bool:
        return item.user not in unwanted and (*item.place, item.tag) not in settled

    items = [item for item in batch.items if is_wanted(item)]
    failed = [one for one in batch.failed if is_wanted(one[0])]
    left_out = len(batch.items) + len(batch.failed) - len(items) - len(failed)
    return replace(batch, items=items, failed=failed), left_out


def _bury(running: RunningStage, partition: int, failed: Failed[Item]) -> None:
    """What fails is a dead letter as if the stage had read it; one that is there already stays."""
    claim = Claim(running.stage.name, running.stage.topic.name, partition, 0)
    retry_in_s = running.settings.dead_letter_delay_s
    burials = [burial(claim, item, failure, retry_in_s) for item, failure in failed]
    if burials:
        dead_letters.bury(burials, code_version())
