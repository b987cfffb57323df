"""For operators: computing people anew from their raw events, or from what lies on the stream."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from models import jobs
from models.rebuild_jobs import People
from pipeline import rebuild_jobs, rereads, topics
from pipeline.log_ranges import Start, ranges
from pipeline.rebuild_jobs import NobodyMeant, RebuildRuns
from pipeline.settings import Settings
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.fields import Instant, Number, PartitionNumber, check_day, check_instant
from web.jobs import Job, shown
from web.problems import Problem, Violation, invalid, not_found
from web.routes import OPS, WRITES, route
from web.write import Write


class Somebody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose days had activity in a range of local dates, both included; or whose zones are old.

    `old_zones`: days were derived by another version of the rules of time zones.
    """

    first: date | None = msgspec.field(name="from", default=None)
    last: date | None = msgspec.field(name="to", default=None)
    old_zones: bool = False


class FromStream(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """From where on what lies on the stream is read again: an offset of a partition, or a time."""

    partition: PartitionNumber | None = None
    offset: Number | None = None
    time: Instant | None = None

    __example__ = {"partition": 3, "offset": 42, "time": None}


class Rebuild(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is computed anew: one user, those of a filter, or all. Without `write` only compared.

    With `stream` events that lie there and were never applied are applied first; then the days they
    touch are right.
    """

    user: UUID | None = None
    filter: Somebody | None = None
    all: bool = False
    write: bool = False
    stream: FromStream | None = None

    __example__ = {"filter": None, "all": False, "stream": None}


class Begun(msgspec.Struct, frozen=True):
    """The job that does it."""

    job: Job


@route(
    "POST",
    "/ops/rebuild",
    summary="Compute people anew from their raw events or from the stream, or only compare: a job",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    status=202,
    errors=(404, 409),
)
async def post_rebuild(
    context: Context, caller: Caller, body: Rebuild, write: Write, audit: Audit
) -> Begun:
    """Make the job."""
    if (body.user is not None) + (body.filter is not None) + body.all != 1:
        raise invalid("user", "One of user, filter and all")
    if body.stream is None:
        return await write(_rebuild, body, caller.user_id, audit)
    start = _start(body, body.stream, context.settings)
    found = await ranges(context.redis, context.settings, topics.USAGE.name, start)
    return await write(_reread, body, found, caller.user_id, audit)


def _rebuild(body: Rebuild, created_by: UUID, audit: Audit) -> Begun:
    try:
        job_id = rebuild_jobs.plan(_people(body), created_by, _asked(body))
    except NobodyMeant:
        if body.user is not None:
            errors = (Violation("user", "No user with events"),)
            raise Problem(404, "not-found", "There is nobody of this id.", errors=errors) from None
        raise Problem(409, "nothing-matches", "The filter matches nobody.") from None
    except RebuildRuns as error:
        told = f"The job {error.job_id} is about to rebuild the same people."
        raise Problem(409, "rebuild-runs", told) from None
    return _begun(job_id, body, audit)


def _reread(
    body: Rebuild, found: dict[int, tuple[int, int]], created_by: UUID, audit: Audit
) -> Begun:
    if not (job_id := rereads.plan(found, created_by, _asked(body))):
        raise Problem(409, "nothing-matches", "Nothing that was applied lies on the stream there.")
    return _begun(job_id, body, audit)


def _begun(job_id: UUID, body: Rebuild, audit: Audit) -> Begun:
    job = jobs.get(job_id)
    if job is None:
        raise not_found()
    facts = {"write": body.write, "people": sum(job.counts.values())}
    audit(f"{job.kind}.begun", str(job_id), about=body.user, after=facts)
    return Begun(shown(job))


def _people(body: Rebuild) -> People:
    if (some := body.filter) is None:
        return People(body.user)
    if some.first is None and not some.old_zones:
        raise invalid("filter", "A filter has a range of days, or old_zones")
    if (some.first is None) != (some.last is None):
        raise invalid("filter.to", "A range has from and to")
    for name, day in (("filter.from", some.first), ("filter.to", some.last)):
        check_day(name, day)
    if some.first and some.last and some.first > some.last:
        raise invalid("filter.from", "After `to`")
    tzdata = rebuild_jobs.tzdata_version() if some.old_zones else None
    return People(None, some.first, some.last, tzdata)


def _start(body: Rebuild, given: FromStream, settings: Settings) -> Start:
    if body.filter is not None:
        raise invalid("filter", "From the stream a user is read, or all")
    if (given.offset is None) == (given.time is None):
        raise invalid("stream.offset", "Either an offset or a time")
    if given.offset is not None and given.partition is None:
        raise invalid("stream.partition", "An offset is one of a partition")
    if given.partition is not None and given.partition >= settings.partitions:
        raise invalid("stream.partition", f"There are {settings.partitions} partitions")
    check_instant("stream.time", given.time)
    return Start(body.user, given.partition, given.offset, given.time)


def _asked(body: Rebuild) -> dict[str, Any]:
    asked: dict[str, Any] = msgspec.to_builtins(body)
    return {name: value for name, value in asked.items() if value not in (None, False)}
