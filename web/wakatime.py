"""The dialect of WakaTime's plugins: unmodified, they post here and show today's time.

A plugin takes only 201 and 202 for success, drops what is answered 400, and sends again what is
answered otherwise. So an item's error is told beside it and never fails the batch.
"""

from typing import Any

import msgspec
from aiohttp import web

from web.callers import Caller
from web.context import Context
from web.events import append, traceparent
from web.heartbeats import LONGEST_TEXT, event_of
from web.new_events import BAD_ITEM, Reception
from web.problems import Problem, Violation, reading, violation
from web.routes import INGEST, INGESTS, route

_SOURCE = "wakatime"
_PATH = "/api/v1/users/current"

_decode = msgspec.json.Decoder().decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


class Heartbeat(msgspec.Struct, frozen=True):
    """What the plugins send; whatever else they send is kept."""

    time: float
    entity: str | None = None
    type: str | None = None
    category: str | None = None
    project: str | None = None


class Taken(msgspec.Struct, frozen=True):
    """A heartbeat that is durable."""

    id: str


class One(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one heartbeat."""

    data: Taken | None = None
    error: str = ""


class Responses(msgspec.Struct, frozen=True):
    """What became of each heartbeat, in order, with the status it would have had alone."""

    responses: list[tuple[One, int]]


@route(
    "POST",
    f"{_PATH}/heartbeats.bulk",
    summary="Take heartbeats of a WakaTime plugin",
    tags=("wakatime",),
    access=INGEST,
    limit=INGESTS,
    status=202,
    accepts=list[Heartbeat],
)
async def post_heartbeats(
    context: Context, caller: Caller, body: bytes, request: web.Request
) -> Responses:
    """Judge each, append the good ones together, answer for all in order."""
    with reading():
        body.decode()
        raws = _decode_list(body)
    if len(raws) > context.settings.max_request_events:
        raise Problem(413, "too-many-events", "Too many heartbeats in one request.")
    reception = _Heartbeats(request, caller, context)
    taken = await reception.judged(lambda: [reception.take(raw) for raw in raws])
    events = [one[1] for one in taken if not isinstance(one, Violation)]
    await append(context, caller, events, rejected=len(taken) - len(events))
    return Responses([_response(one) for one in taken])


@route(
    "POST",
    f"{_PATH}/heartbeats",
    summary="Take one heartbeat of a WakaTime plugin",
    tags=("wakatime",),
    access=INGEST,
    limit=INGESTS,
    status=201,
    accepts=Heartbeat,
)
async def post_heartbeat(
    context: Context, caller: Caller, body: bytes, request: web.Request
) -> One:
    """Judge it and append it."""
    with reading():
        body.decode()
        raw = msgspec.json.decode(body, type=msgspec.Raw)
    reception = _Heartbeats(request, caller, context)
    taken = await reception.judged(lambda: reception.take(raw))
    if isinstance(taken, Violation):
        raise Problem(400, "invalid", taken.message, errors=(taken,))
    await append(context, caller, [taken[1]], rejected=0)
    return One(Taken(taken[0]))


class _Heartbeats:
    """The heartbeats of one request; the machine's name is their device unless the key has one."""

    def __init__(self, request: web.Request, caller: Caller, context: Context) -> None:
        name = request.headers.get("X-Machine-Name", "")[:LONGEST_TEXT]
        self._device = name.encode("utf-8", "replace").decode()
        self._reception = reception = Reception(
            caller.user_id,
            _SOURCE,
            traceparent(request),
            context.settings,
            context.redactions.of(caller.user_id),
            caller.device,
        )
        self.judged = reception.judged

    def take(self, raw: msgspec.Raw) -> tuple[str, bytes] | Violation:
        try:
            heartbeat: Any = _decode(raw)
        except BAD_ITEM as error:
            return violation(error)
        event = event_of(heartbeat, self._device)
        return event if isinstance(event, Violation) else self._reception.take(event)


def _response(taken: tuple[str, bytes] | Violation) -> tuple[One, int]:
    if isinstance(taken, Violation):
        return One(error=f"{taken.path}: {taken.message}".removeprefix(": ")), 400
    return One(Taken(taken[0])), 201
