"""The dialect of ActivityWatch's clients: events of a bucket, each judged alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from aiohttp import web
from msgspec import Meta

from models import bucket_events, rebuilds
from models.buckets import Bucket
from pipeline.steps.chains import Chain
from pipeline.steps.instants import as_datetime
from web import aw_store
from web.aw_buckets import PATH, TAGS, BucketId
from web.aw_known import bucket_of
from web.aw_reports import Report, Reports
from web.callers import Caller
from web.caught_up import caught_up
from web.context import Context
from web.events import append, traceparent
from web.new_events import Data
from web.problems import Violation, not_found, reading
from web.routes import INGEST, INGESTS, READ, READS, WRITE, WRITES, route
from web.write import Write

_EVENTS = f"{PATH}/buckets/{{bucket}}/events"
#: Events of one append; a request of more makes several.
_AT_A_TIME = 1000

Number = Annotated[int, Meta(ge=0, le=2**53 - 1)]


class ShownEvent(msgspec.Struct, frozen=True):
    """An event as clients know it; `duration` is seconds."""

    id: int
    timestamp: datetime
    duration: float
    data: Data


class Range(msgspec.Struct, frozen=True):
    """The time that events must touch, and how many; negative: all. Without a zone it is UTC."""

    limit: int = -1
    start: datetime | None = None
    end: datetime | None = None


class Inserted(msgspec.Struct, frozen=True):
    """How many events are durable, and what was wrong with the others."""

    accepted: int
    rejected: list[Violation]


class Deleted(msgspec.Struct, frozen=True):
    """Whether there was something to delete."""

    success: bool


@route(
    "POST",
    _EVENTS,
    summary="Take events of a bucket",
    tags=TAGS,
    access=INGEST,
    limit=INGESTS,
    accepts=list[Report],
)
async def post_bucket_events(
    context: Context, caller: Caller, bucket: BucketId, body: bytes, request: web.Request
) -> Inserted:
    """Judge each, append the good ones; a lone event may stand without a list around it."""
    kept = await bucket_of(context, caller.user_id, bucket)
    with reading():
        body.decode()
        raws = msgspec.json.decode(body, type=list[msgspec.Raw] | dict[str, msgspec.Raw])
    items = raws if isinstance(raws, list) else [body]
    return await insert(context, caller, kept, items, traceparent(request))


@route(
    "GET",
    _EVENTS,
    summary="Events of a bucket, newest first, heartbeats merged",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def get_bucket_events(
    context: Context, caller: Caller, bucket: BucketId, query: Range
) -> list[ShownEvent]:
    """Read them, those just posted too."""
    return [shown(chain) for chain in await read(context, caller, bucket, query)]


@route(
    "GET",
    f"{_EVENTS}/count",
    summary="How many events of a bucket there are",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def get_bucket_event_count(
    context: Context, caller: Caller, bucket: BucketId, query: Range
) -> int:
    """Count them, heartbeats merged."""
    return len(await read(context, caller, bucket, query))


@route(
    "GET",
    f"{_EVENTS}/{{number}}",
    summary="One event of a bucket",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def get_bucket_event(
    context: Context, caller: Caller, bucket: BucketId, number: Number
) -> ShownEvent:
    """Read it."""
    await bucket_of(context, caller.user_id, bucket)
    await caught_up(context, caller.user_id)
    found = await context.database.run(
        aw_store.find, caller.user_id, bucket, number, context.settings.max_bucket_events
    )
    if found is None:
        raise not_found()
    return shown(found)


@route(
    "DELETE",
    f"{_EVENTS}/{{number}}",
    summary="Delete an event with all heartbeats it adds up from: the days are derived anew",
    tags=TAGS,
    access=WRITE,
    limit=WRITES,
    errors=(413,),
)
async def delete_bucket_event(
    context: Context, caller: Caller, bucket: BucketId, number: Number, write: Write
) -> Deleted:
    """Wait for what was posted, then delete."""
    await bucket_of(context, caller.user_id, bucket)
    await caught_up(context, caller.user_id)
    most = context.settings.max_bucket_events
    return await write(_delete, caller, bucket, number, most)


async def insert(
    context: Context, caller: Caller, bucket: Bucket, items: Iterable[Any], trace: str
) -> Inserted:
    """Append what can be taken of the items, JSON each, and say what cannot."""
    reports = Reports(context, caller, bucket, trace)
    events, accepted, rejected = await reports.judged(lambda: _judge(reports, items))
    for begin in range(0, len(events), _AT_A_TIME):
        await append(context, caller, events[begin : begin + _AT_A_TIME], rejected=0)
    await append(context, caller, [], rejected=len(rejected))
    return Inserted(accepted, rejected)


def _judge(reports: Reports, items: Iterable[Any]) -> tuple[list[bytes], int, list[Violation]]:
    """The events of the good ones, how many those are, and what is wrong with the others."""
    events: list[bytes] = []
    rejected: list[Violation] = []
    accepted = 0
    for number, item in enumerate(items):
        report = reports.read(item)
        taken = reports.take(report) if isinstance(report, Report) else report
        if isinstance(taken, Violation):
            rejected.append(Violation(f"[{number}].{taken.path}".rstrip("."), taken.message))
        else:
            accepted += 1
            events += taken.events
    return events, accepted, rejected


async def read(context: Context, caller: Caller, bucket: str, query: Range) -> list[Chain]:
    """The events of a bucket that a client asks for; raises `Problem` where there are too many."""
    await bucket_of(context, caller.user_id, bucket)
    await caught_up(context, caller.user_id)
    return await context.database.run(
        aw_store.read,
        caller.user_id,
        bucket,
        micros(query.start),
        micros(query.end),
        query.limit,
        context.settings.max_bucket_events,
    )


def shown(chain: Chain) -> ShownEvent:
    """An event in the clients' words."""
    return ShownEvent(
        int(chain.ids[0]),
        as_datetime(chain.start),
        (chain.end - chain.start) / 1_000_000,
        msgspec.Raw(chain.data.encode()),
    )


def micros(at: datetime | None) -> int | None:
    """An instant, of UTC unless it says otherwise, as microseconds since 1970."""
    return None if at is None else Report(at).begin_us


def _delete(caller: Caller, bucket: str, number: int, most: int) -> Deleted:
    # The user's lock first, as for every change of what days are derived from.
    rebuilds.request(caller.user_id, "event deleted")
    found = aw_store.find(caller.user_id, bucket, number, most)
    if found is None:
        return Deleted(False)
    bucket_events.delete(caller.user_id, bucket, list(found.ids))
    return Deleted(True)
