"""For operators: work in bulk, how far it is, and what came of each thing."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import job_items, jobs
from models.job_items import ItemState
from models.jobs import Kind, State
from pipeline import rebuild_jobs, replays
from pipeline.rebuild_jobs import RebuildRuns
from web.audited import Audit
from web.context import Context
from web.fields import Number
from web.problems import Problem, not_found
from web.routes import OPS, READS, WRITES, route
from web.write import Write


class Jobs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which jobs."""

    kind: Kind | None = None
    state: Annotated[State | None, Meta(examples=["running"])] = None
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Job(msgspec.Struct, frozen=True):
    """A job: `total` things, of which `done` have come to an end; `results` says how many how.

    A cancelled one can be continued.
    """

    id: UUID
    kind: Annotated[Kind, Meta(examples=["replay"])]
    state: Annotated[State, Meta(examples=["running"])]
    created_by: UUID | None
    request: dict[str, Any]
    rate: float | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    total: int
    done: int
    results: dict[str, int]


class JobPage(msgspec.Struct, frozen=True):
    """The newest first."""

    items: list[Job]
    next_cursor: UUID | None


class Items(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which things of a job."""

    state: Annotated[ItemState | None, Meta(examples=["failed_again"])] = None
    cursor: Number | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class Item(msgspec.Struct, frozen=True):
    """A thing: `subject` is the id of a dead letter or of a user; of a partition it is null."""

    number: int
    subject: UUID | None
    partition: int | None
    state: Annotated[ItemState, Meta(examples=["applied"])]
    detail: dict[str, Any]
    finished_at: datetime | None


class ItemPage(msgspec.Struct, frozen=True):
    """In the order in which they are begun."""

    items: list[Item]
    next_cursor: int | None


@route(
    "GET",
    "/ops/jobs",
    summary="Work in bulk: replays, discards, rebuilds",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_jobs(context: Context, query: Jobs) -> JobPage:
    """One page of them."""
    found = await context.database.run(
        jobs.page, query.kind, query.state, query.cursor, query.limit + 1
    )
    items = [shown(job) for job in found[: query.limit]]
    return JobPage(items, items[-1].id if len(found) > query.limit else None)


@route(
    "GET",
    "/ops/jobs/{id}",
    summary="How far a job is",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_job(id: UUID, context: Context) -> Job:
    """Find it."""
    return await context.database.run(_get, id)


@route(
    "GET",
    "/ops/jobs/{id}/items",
    summary="What came of each thing of a job",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_job_items(id: UUID, context: Context, query: Items) -> ItemPage:
    """One page of them."""
    await context.database.run(_get, id)
    found = await context.database.run(
        job_items.page, id, query.state, query.cursor or 0, query.limit + 1
    )
    items = [Item(*item) for item in found[: query.limit]]
    return ItemPage(items, items[-1].number if len(found) > query.limit else None)


@route(
    "POST",
    "/ops/jobs/{id}/cancel",
    summary="Have a job begin nothing more; what nobody has tried yet is as before",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    errors=(409,),
)
async def post_job_cancel(id: UUID, write: Write, audit: Audit) -> Job:
    """Cancel it."""
    return await write(_cancel, id, audit)


@route(
    "POST",
    "/ops/jobs/{id}/continue",
    summary="Go on with a job that was cancelled",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    errors=(409,),
)
async def post_job_continue(id: UUID, write: Write, audit: Audit) -> Job:
    """Have it run again."""
    return await write(_continue, id, audit)


def shown(job: jobs.Job) -> Job:
    """A job as an answer shows it."""
    total = sum(job.counts.values())
    unfinished = job.counts.get("waiting", 0) + job.counts.get("begun", 0)
    return Job(
        id=job.id,
        kind=job.kind,
        state=job.state,
        created_by=job.created_by,
        request=job.request,
        rate=job.rate,
        created_at=job.created_at,
        updated_at=job.updated_at,
        finished_at=job.finished_at,
        total=total,
        done=total - unfinished,
        results=job.counts,
    )


def _get(id: UUID) -> Job:
    found = jobs.get(id)
    if found is None:
        raise not_found()
    return shown(found)


def _cancel(id: UUID, audit: Audit) -> Job:
    before = _get(id)
    if not replays.cancel(id):
        raise Problem(409, "not-running", f"The job is {before.state}.")
    audit("job.cancelled", str(id), before={"state": before.state, "done": before.done})
    return _get(id)


def _check_alone(id: UUID) -> None:
    try:
        rebuild_jobs.check_alone(id)
    except RebuildRuns as error:
        told = f"The job {error.job_id} is about to rebuild the same people."
        raise Problem(409, "rebuild-runs", told) from None


def _continue(id: UUID, audit: Audit) -> Job:
    before = _get(id)
    if not jobs.change_state(id, "cancelled", "running"):
        raise Problem(409, "not-cancelled", f"The job is {before.state}.")
    if before.kind == "rebuild":
        _check_alone(id)
    audit("job.continued", str(id), before={"state": before.state, "done": before.done})
    return _get(id)
