"""New usage events: from what a client sent to what goes on the stream, each judged alone."""

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Literal, TypeVar
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from pipeline.events import MAX_DURATION_US, Text, UsageEvent
from pipeline.settings import Settings
from pipeline.steps.check import check_usage
from pipeline.steps.identity import identify
from pipeline.steps.instants import as_us
from pipeline.steps.redaction import Redaction
from web.problems import Problem, Violation, reading, violation
from web.unstorable import MOST_LEVELS, is_too_deep

T = TypeVar("T")

SECOND_US = 1_000_000

#: Perhaps more digits behind the point than PostgreSQL keeps (16383); in double precision, as
#: every reader takes the number, there are few.
_long_number = re.compile(rb"[eE]-\d{4}|\d{1000}").search

Data = Annotated[msgspec.Raw, Meta(extra_json_schema={"type": "object"})]


class NewEvent(msgspec.Struct, forbid_unknown_fields=True):
    """A usage event as a client sends it; without `id` the content is its identity."""

    type: Literal["usage.heartbeat", "usage.interval"]
    time: Annotated[datetime, Meta(tz=True, description="RFC 3339, not far in the future")]
    id: Annotated[str, Meta(min_length=1, max_length=1000)] | UnsetType = UNSET
    duration: (
        Annotated[
            float,
            Meta(ge=0, le=MAX_DURATION_US // SECOND_US, description="Seconds, of an interval"),
        ]
        | UnsetType
    ) = UNSET
    device: Text = ""
    entity: Text = ""
    category: Text = ""
    project: Text = ""
    data: Data = msgspec.field(default_factory=lambda: msgspec.Raw(b"{}"))


class NewEvents(msgspec.Struct, forbid_unknown_fields=True):
    """The envelope of events: what is wrong with it fails the request."""

    events: Annotated[list[NewEvent], Meta(min_length=1, max_length=1000)]


class _Envelope(msgspec.Struct, forbid_unknown_fields=True):
    events: Annotated[list[msgspec.Raw], Meta(min_length=1)]


class _Identified(msgspec.Struct):
    id: str | None = None


_decode_batch = msgspec.json.Decoder(NewEvents).decode
_decode_envelope = msgspec.json.Decoder(_Envelope).decode
_decode_one = msgspec.json.Decoder(NewEvent).decode
_decode_id = msgspec.json.Decoder(_Identified).decode
_encode = msgspec.json.Encoder().encode

#: What one bad item raises, and only it.
BAD_ITEM = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class Refused(msgspec.Struct, frozen=True):
    """An item that is not taken, and why; `id` if the client gave one."""

    id: str | None
    error: Violation


def read_batch(body: bytes, most: int) -> Sequence[NewEvent | Refused]:
    """The items of a request, in order; raises `Problem` for what is wrong with the envelope."""
    with reading():
        if not body.isascii():
            body.decode()
    items: Sequence[NewEvent | Refused] | None = _read_whole(body)
    if items is None:
        with reading():
            raws = _decode_envelope(body).events
        # A million bad ones are not judged: that would take seconds of the loop.
        _require_few(raws, most)
        items = [_read_one(raw) for raw in raws]
    _require_few(items, most)
    return items


def _require_few(items: Sequence[object], most: int) -> None:
    if len(items) > most:
        raise Problem(413, "too-many-events", f"A request holds at most {most} events.")


def _read_whole(body: bytes) -> list[NewEvent] | None:
    try:
        return _decode_batch(body).events
    except BAD_ITEM:
        return None


def _read_one(raw: msgspec.Raw) -> NewEvent | Refused:
    try:
        return _decode_one(raw)
    except BAD_ITEM as error:
        return Refused(_id_of(raw), violation(error))


def _id_of(raw: msgspec.Raw) -> str | None:
    try:
        return _decode_id(raw).id
    except BAD_ITEM:
        return None


class Reception:
    """Who sent a request's events, by which dialect, when and, if a key says so, of which device.

    Also what of them is not kept.
    """

    def __init__(
        self,
        user_id: UUID,
        source: str,
        traceparent: str,
        settings: Settings,
        redaction: Redaction | None,
        device: str | None = None,
    ) -> None:
        self._user_id = user_id
        self._source = source
        self._traceparent = traceparent
        self._settings = settings
        self._redaction = redaction
        self._device = device
        self._received = time.time_ns() // 1000
        self._latest = self._received + round(settings.max_future_s * SECOND_US)

    async def judged(self, judge: Callable[[], T]) -> T:
        """What `judge` makes of the items; on a thread where people's patterns are looked for."""
        return judge() if self._redaction is None else await asyncio.to_thread(judge)

    def take(self, item: NewEvent) -> tuple[str, bytes] | Violation:
        """The event's id and its form on the stream, or why it cannot be taken."""
        event = UsageEvent(
            user=self._user_id,
            source=self._source,
            id=item.id or "",
            hash="",
            type=item.type,
            time=as_us(item.time),
            received=self._received,
            duration=round((item.duration or 0) * SECOND_US),
            device=item.device if self._device is None else self._device,
            entity=item.entity,
            category=item.category,
            project=item.project,
            data=item.data,
            traceparent=self._traceparent,
        )
        if wrong := self._wrong(item, event):
            return wrong
        try:
            check_usage(event)
            event = _storable(event)
            if self._redaction:
                event = self._redaction.apply(event)
            event = identify(event)
        except BAD_ITEM as error:
            wrong = violation(error)
            inside_data = not wrong.path or wrong.path.startswith("[")
            return Violation("data" + wrong.path, wrong.message) if inside_data else wrong
        return event.id, _encode(event)

    def _wrong(self, item: NewEvent, event: UsageEvent) -> Violation | None:
        if event.time > self._latest:
            limit_s = self._settings.max_future_s
            return Violation("time", f"More than {limit_s:g} seconds in the future")
        if item.type == "usage.heartbeat" and item.duration:
            return Violation("duration", "A heartbeat is a point and has no duration")
        if item.type == "usage.interval" and item.duration is UNSET:
            return Violation("duration", "Required")
        return _wrong_data(bytes(item.data), self._settings.max_event_data_bytes)


def _wrong_data(data: bytes, most: int) -> Violation | None:
    if len(data) > most:
        return Violation("data", f"Larger than {most} bytes")
    if is_too_deep(data):
        return Violation("data", f"Nested deeper than {MOST_LEVELS} levels")
    return None


def _storable(event: UsageEvent) -> UsageEvent:
    if not _long_number(event.data):
        return event
    data = msgspec.Raw(_encode(msgspec.json.decode(event.data)))
    return msgspec.structs.replace(event, data=data)
