"""The dialect of ActivityWatch's clients: heartbeats of a watcher.

A client drops a heartbeat for good when its request is answered with an error. So what only the
database knows is remembered where it can be.
"""

from functools import partial
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from models.buckets import Bucket
from pipeline.steps.chains import Chain
from web.aw_buckets import PATH, TAGS, BucketId
from web.aw_events import ShownEvent, shown
from web.aw_known import bucket_of
from web.aw_merges import merges
from web.aw_reports import Report, Reports, pulse_us
from web.callers import Caller
from web.context import Context
from web.events import append, traceparent
from web.problems import Problem, Violation, reading
from web.routes import HEARTBEATS, INGEST, route


class Pulse(msgspec.Struct, frozen=True):
    """Seconds after the end of an equal heartbeat in which this one goes on it."""

    pulsetime: Annotated[float, Meta(ge=0, le=1e9)]


@route(
    "POST",
    f"{PATH}/buckets/{{bucket}}/heartbeat",
    summary="Take a heartbeat of a watcher",
    tags=TAGS,
    access=INGEST,
    limit=HEARTBEATS,
    accepts=Report,
)
async def post_bucket_heartbeat(
    context: Context,
    caller: Caller,
    bucket: BucketId,
    query: Pulse,
    body: bytes,
    request: web.Request,
) -> ShownEvent:
    """Append it as it is and answer what it adds up to, as far as this process knows."""
    kept = await bucket_of(context, caller.user_id, bucket)
    reports = Reports(context, caller, kept, traceparent(request))
    with reading():
        body.decode()
    report = reports.read(body)
    pulse = pulse_us(query.pulsetime)
    if isinstance(report, Violation):
        raise _invalid(report)
    taken = await reports.judged(partial(reports.take, report, pulse))
    if isinstance(taken, Violation):
        raise _invalid(taken)
    await append(context, caller, taken.events, rejected=0)
    return _merged(caller, kept, report, taken.id, pulse)


def _invalid(why: Violation) -> Problem:
    return Problem(422, "invalid", "The heartbeat is not valid.", errors=(why,))


def _merged(caller: Caller, bucket: Bucket, report: Report, id: str, pulse: int) -> ShownEvent:
    begin, data = report.begin_us, msgspec.json.encode(report.data).decode()
    end = begin + report.duration_us
    chain = Chain((id,), begin, end, data)
    return shown(merges.add((caller.user_id, bucket.id), chain, pulse))
