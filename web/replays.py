"""For operators: replaying, editing and discarding dead letters, one or many."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import jobs
from models.database import database
from models.dead_letter_pages import Filter
from models.jobs import Kind
from pipeline import replays
from pipeline.replays import (
    CountChanged,
    NoLetters,
    Planned,
    Request,
    TooMuch,
    Unfit,
    UnknownLetters,
)
from pipeline.settings import Settings
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.dead_letters import ErrorCount, Letters, readable
from web.fields import Count, Instant, check_instant
from web.jobs import Job, shown
from web.problems import Problem, Violation, invalid
from web.routes import OPS, WRITES, route
from web.write import Write

Pointer = Annotated[str, Meta(pattern="^(/.*)?$", max_length=1000, examples=["/category"])]
Ids = Annotated[list[UUID], Meta(min_length=1, max_length=1000)]


class Operation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One operation of a JSON Patch (RFC 6902) on the event."""

    op: Literal["replace", "add", "remove", "move", "copy", "test"]
    path: Pointer
    value: Any | UnsetType = UNSET
    from_: Pointer | UnsetType = msgspec.field(name="from", default=UNSET)

    __example__ = {"value": "coding", "from": ...}


class Meant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which letters: ids, or a filter with `as_of` and `expected_count` as `GET /ops/dlq` told.

    Letters that failed after `as_of` are not meant. With `dry_run` nothing happens.
    """

    ids: Ids | None = None
    filter: Letters | None = None
    as_of: Instant | None = None
    expected_count: Count | None = None
    dry_run: bool = False
    #: Letters a second; null: as fast as they are applied.
    rate: Annotated[float, Meta(gt=0, le=100_000, examples=[100.0])] | None = None

    __example__ = {"filter": None, "dry_run": False}


class Replay(Meant, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which letters are tried again, and how each event is changed before."""

    edit: Annotated[list[Operation], Meta(max_length=100)] = []


class Edited(msgspec.Struct, frozen=True):
    """What an edit makes of an event."""

    id: UUID
    before: Any
    after: Any


class Plan(msgspec.Struct, frozen=True):
    """What is going to happen, and the job that does it; null: it was a dry run.

    `edits` shows the first of them, of a dry run.
    """

    job: Job | None
    letters: int
    errors: list[ErrorCount]
    edits: list[Edited]


@route(
    "POST",
    "/ops/dlq/replay",
    summary="Try dead letters again, edited if need be: a job",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    status=202,
    errors=(404, 409),
)
async def post_replay(
    context: Context, caller: Caller, body: Replay, write: Write, audit: Audit
) -> Plan:
    """Make the job."""
    patch = [msgspec.to_builtins(operation) for operation in body.edit]
    request = _request("replay", body, patch)
    return await _planned_by(context, caller, request, write, audit, dry=body.dry_run)


@route(
    "POST",
    "/ops/dlq/discard",
    summary="Give dead letters up: a job; a replay takes it back",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    status=202,
    errors=(404, 409),
)
async def post_discard(
    context: Context, caller: Caller, body: Meant, write: Write, audit: Audit
) -> Plan:
    """Make the job."""
    request = _request("discard", body)
    return await _planned_by(context, caller, request, write, audit, dry=body.dry_run)


_NOT_KEPT = "not kept"


async def _planned_by(
    context: Context, caller: Caller, request: Request, write: Write, audit: Audit, *, dry: bool
) -> Plan:
    if dry:  # Nothing is written, so nothing need be kept of it either.
        run = context.database.run
        return await run(make_plan, request, caller.user_id, context.settings, audit, dry_run=True)
    return await write(make_plan, request, caller.user_id, context.settings, audit, dry_run=False)


def _request(kind: Kind, meant: Meant, patch: list[dict[str, Any]] | None = None) -> Request:
    if (meant.ids is None) == (meant.filter is None):
        raise invalid("ids", "Either ids or a filter")
    if meant.filter is not None:
        if meant.as_of is None:
            raise invalid("as_of", "Required with a filter")
        if meant.expected_count is None:
            raise invalid("expected_count", "Required with a filter")
    check_instant("as_of", meant.as_of)
    wanted = meant.filter.filter() if meant.filter else Filter(ids=meant.ids)
    asked = {k: v for k, v in msgspec.to_builtins(meant).items() if v is not None}
    if patch:
        # What is put in may be personal, and so may words: the letters hold it, and go with people.
        asked["edit"] = [{"op": one["op"], "path": one["path"]} for one in patch]
    if meant.filter and meant.filter.q:
        asked["filter"] = {**asked["filter"], "q": _NOT_KEPT}
    return Request(kind, wanted, meant.as_of, meant.expected_count, meant.rate, patch or (), asked)


def make_plan(
    request: Request, created_by: UUID, settings: Settings, audit: Audit, *, dry_run: bool
) -> Plan:
    """Make the job of a request, audited; a dry run is rolled back. Raises `Problem`."""
    with database.atomic() as transaction:
        planned = _planned(request, created_by, settings)
        if dry_run:
            transaction.rollback()
            return _shown(planned, None)
        facts = {"letters": planned.letters, "rate": request.rate, "edit": planned.digest}
        about = request.wanted.user
        audit(f"dlq.{request.kind}", str(planned.job_id), about=about, after=facts)
        job = jobs.get(planned.job_id)
        planned.edits.clear()
        return _shown(planned, shown(job) if job else None)


def _planned(request: Request, created_by: UUID, settings: Settings) -> Planned:
    try:
        return replays.plan(request, created_by, settings)
    except UnknownLetters as error:
        ids = list(request.wanted.ids or ())
        errors = tuple(Violation(f"ids[{ids.index(id)}]", "No dead letter") for id in error.ids)
        raise Problem(404, "not-found", "Some ids are no dead letter's.", errors=errors) from None
    except NoLetters:
        raise Problem(409, "nothing-matches", "The filter matches no dead letter.") from None
    except CountChanged as error:
        told = f"There are {error.found} now, not {request.expected_count}: look again."
        raise Problem(409, "count-changed", told) from None
    except TooMuch:
        told = "Too many letters or operations for one edit (EDIT_BYTES): edit fewer at a time."
        raise invalid("edit", told) from None
    except Unfit as error:
        raise invalid("edit", f"Dead letter {error.id}: {error}") from None


def _shown(planned: Planned, job: Job | None) -> Plan:
    return Plan(
        job,
        planned.letters,
        [ErrorCount(*error) for error in planned.errors],
        [Edited(id, readable(before), readable(after)) for id, before, after in planned.edits],
    )
