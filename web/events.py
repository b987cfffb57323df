"""Usage events in: on the stream and durable before the answer, each item judged alone."""

from collections.abc import Sequence
from typing import Literal

import msgspec
from aiohttp import web

from pipeline import metrics
from web.callers import Caller
from web.context import Context
from web.new_events import NewEvent, NewEvents, Reception, Refused, read_batch
from web.problems import Violation
from web.routes import INGEST, INGESTS, route

_SOURCE = "api"


class Result(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one item. `id` is the client's, or made from the content."""

    id: str | None
    status: Literal["accepted", "rejected"]
    error: Violation | None = None


class Accepted(msgspec.Struct, frozen=True):
    """What became of each item, in order."""

    accepted: int
    rejected: int
    results: list[Result]


@route(
    "POST",
    "/events",
    summary="Take usage events: 202 means that the accepted ones are durable",
    tags=("events",),
    access=INGEST,
    limit=INGESTS,
    status=202,
    accepts=NewEvents,
)
async def post_events(
    context: Context, caller: Caller, body: bytes, request: web.Request
) -> Accepted:
    """Judge each item, append the good ones together, answer for all in order."""
    settings = context.settings
    redaction = context.redactions.of(caller.user_id)
    reception = Reception(
        caller.user_id, _SOURCE, traceparent(request), settings, redaction, caller.device
    )
    items = read_batch(body, settings.max_request_events)
    results, events = await reception.judged(lambda: _judge(items, reception))
    await append(context, caller, events, rejected=len(results) - len(events))
    return Accepted(len(events), len(results) - len(events), results)


def _judge(
    items: Sequence[NewEvent | Refused], reception: Reception
) -> tuple[list[Result], list[bytes]]:
    results, events = [], []
    for index, item in enumerate(items):
        if isinstance(item, Refused):
            results.append(_rejected(item.id, index, item.error))
            continue
        taken = reception.take(item)
        if isinstance(taken, Violation):
            results.append(_rejected(item.id or None, index, taken))
            continue
        results.append(Result(taken[0], "accepted"))
        events.append(taken[1])
    return results, events


async def append(context: Context, caller: Caller, events: list[bytes], *, rejected: int) -> None:
    """Return when the events are durable."""
    if events:
        await context.intake.append(caller.user_id, events)
    if rejected:
        metrics.events_rejected.inc(rejected)


def traceparent(request: web.Request) -> str:
    """The caller's trace, to go with each event; nothing if it cannot be one."""
    given = request.headers.get("traceparent", "")
    return given if len(given) == 55 and given.isascii() else ""


def _rejected(id: str | None, index: int, error: Violation) -> Result:
    path = f"events[{index}].{error.path}" if error.path else f"events[{index}]"
    return Result(id, "rejected", Violation(path, error.message))
