"""The caller's timer: the one time entry that is running."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from models import projects, tasks, time_entries
from models.time_entries import EntryRow
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.days import day_at
from pipeline.steps.forgotten import idle
from pipeline.steps.instants import as_us
from pipeline.work import Change
from web import entry_changes
from web.callers import Caller
from web.context import Context
from web.fields import Instant, check_instant, given
from web.problems import Problem, invalid
from web.ranges import Seconds
from web.routes import READ, READS, WRITE, WRITES, route
from web.time_entries import TimeEntry, What, as_kept, shown
from web.write import Write


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """The running entry, if any, and whether its person seems to have gone.

    `last_activity_at`: until when their devices saw them. `idle_s`: for how long nothing was seen
    while it ran. `forgotten`: for longer than usual, so it may be stopped at the last activity.
    """

    entry: TimeEntry | None
    elapsed_s: Seconds = 0.0
    last_activity_at: datetime | None = None
    idle_s: Seconds = 0.0
    forgotten: bool = False


class Start(What, kw_only=True):
    """What is done from now on, or from a start that lies back."""

    start: Instant | UnsetType = UNSET


class Stop(msgspec.Struct, forbid_unknown_fields=True):
    """Now, at an instant, or when the person was last seen."""

    at: Instant | None = None
    last_activity: bool = False


@route("GET", "/timer", summary="The running timer", tags=("work",), access=READ, limit=READS)
async def get_timer(context: Context, caller: Caller) -> Timer:
    """Read it."""
    now = datetime.now(UTC)
    return await context.database.run(_timer, caller.user_id, context.settings, now)


@route(
    "POST",
    "/timer/start",
    summary="Start the timer; the one before is stopped at the same instant",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def start_timer(caller: Caller, body: Start | None, write: Write) -> TimeEntry:
    """Switch to it."""
    return await write(_start, caller.user_id, as_kept(given(body or Start())))


@route(
    "POST",
    "/timer/stop",
    summary="Stop the timer: now, at an instant or at the last activity",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    errors=(409,),
)
async def stop_timer(
    context: Context, caller: Caller, body: Stop | None, write: Write
) -> TimeEntry:
    """Stop it."""
    return await write(_stop, caller.user_id, body or Stop(), context.settings)


@route(
    "POST",
    "/timer/continue",
    summary="Go on with what was done last",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def continue_timer(caller: Caller, write: Write) -> TimeEntry:
    """Start the timer with task, project, description and tags of the entry that ended last."""
    return await write(_continue, caller.user_id)


def _timer(user_id: UUID, settings: Settings, now: datetime) -> Timer:
    entry = time_entries.running(user_id)
    if entry is None:
        return Timer(entry=None)
    seen = _last_activity(user_id, settings, entry, now)
    found = idle(
        entry.start_at,
        seen,
        now,
        patience=timedelta(seconds=settings.timer_idle_s),
        longest=timedelta(seconds=settings.timer_longest_s),
    )
    return Timer(
        entry=shown(entry),
        elapsed_s=max(0.0, (now - entry.start_at).total_seconds()),
        last_activity_at=seen,
        idle_s=found.time.total_seconds(),
        forgotten=found.forgotten,
    )


def _start(user_id: UUID, fields: dict[str, Any]) -> TimeEntry:
    change = Change(user_id)
    return shown(_switch(change, fields))


def _switch(change: Change, fields: dict[str, Any]) -> EntryRow:
    running = time_entries.running(change.user_id)
    # Another process' clock may be a little ahead of ours.
    at = max(change.now, running.start_at) if running else change.now
    change.now = at
    fields = {"start_at": at, **fields, "source": "timer"}
    check_instant("start", fields["start_at"])
    if fields["start_at"] > change.now:
        raise invalid("start", "In the future")
    if running:
        _end(change, running, fields["start_at"])
    return entry_changes.make(change, fields)


def _end(change: Change, running: EntryRow, at: datetime) -> None:
    """Stop what runs; what ran for no time at all was nothing."""
    if at < running.start_at:
        raise Problem(409, "started-later", "The running timer was started after that.")
    if at == running.start_at:
        entry_changes.remove(change, running)
    else:
        entry_changes.update(change, running, {"end_at": at})


def _stop(user_id: UUID, body: Stop, settings: Settings) -> TimeEntry:
    change = Change(user_id)
    running = time_entries.running(user_id)
    if running is None:
        raise Problem(409, "not-running", "No timer is running.")
    if body.at and body.last_activity:
        raise invalid("at", "Beside last_activity")
    check_instant("at", body.at)
    change.now = max(change.now, running.start_at + timedelta(microseconds=1))
    at = body.at or change.now
    if body.last_activity:
        at = _seen_while(user_id, settings, running, change.now)
    elif at <= running.start_at or at > change.now:
        raise invalid("at", "Not between the timer's start and now")
    return shown(entry_changes.update(change, running, {"end_at": at}))


def _seen_while(user_id: UUID, settings: Settings, running: EntryRow, now: datetime) -> datetime:
    seen = _last_activity(user_id, settings, running, now)
    if seen is None or seen <= running.start_at:
        raise Problem(409, "no-activity", "Nothing was seen since the timer was started.")
    return min(seen, now)


def _continue(user_id: UUID) -> TimeEntry:
    change = Change(user_id)
    last = time_entries.last_ended(user_id)
    if last is None:
        raise Problem(409, "nothing-before", "There is no entry to go on with.")
    fields: dict[str, Any] = {"description": last.description, "tags": last.tags}
    # What was deleted meanwhile is not gone on with.
    for name, named in (("task_id", tasks.of_ids), ("project_id", projects.of_ids)):
        ids = [row.id for row in named(user_id, [getattr(last, name)]) if not row.deleted_at]
        fields[name] = next(iter(ids), None)
    return shown(_switch(change, fields))


def _last_activity(
    user_id: UUID, settings: Settings, running: EntryRow, now: datetime
) -> datetime | None:
    """When the person was last seen; looked for since the timer's start, and some days before."""
    since = min(running.start_at, now - timedelta(seconds=settings.timer_seen_s))
    periods = periods_of([user_id])[user_id]
    return time_entries.last_activity(user_id, day_at(periods, as_us(since)) - timedelta(days=1))
