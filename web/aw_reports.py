"""Events as ActivityWatch's clients report them, each judged alone on its way to the stream.

Their id is a number made from the content, so that what is sent twice counts once.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from models.bucket_events import source_of
from models.buckets import Bucket
from pipeline.events import MAX_DURATION_US, MAX_PULSE_US, UsageEvent
from pipeline.steps.check import check_usage
from pipeline.steps.identity import identify, number
from pipeline.steps.instants import as_us
from pipeline.steps.sights import sight_of
from web.callers import Caller
from web.context import Context
from web.new_events import BAD_ITEM, SECOND_US
from web.problems import Violation, violation
from web.unstorable import MOST_LEVELS, is_too_deep

T = TypeVar("T")

#: The longest report: ten years, in pieces of a day.
_LONGEST_S = 315_576_000.0

_encode = msgspec.json.Encoder().encode


class Report(msgspec.Struct):
    """An event of a client; an instant without a zone is UTC, as ActivityWatch has it."""

    timestamp: datetime
    duration: Annotated[float, Meta(ge=0, le=_LONGEST_S)] | None = 0.0
    data: dict[str, Any] = {}

    @property
    def begin_us(self) -> int:
        """Microseconds since 1970."""
        instant = self.timestamp
        return as_us(instant if instant.tzinfo else instant.replace(tzinfo=UTC))

    @property
    def duration_us(self) -> int:
        """Microseconds."""
        return round((self.duration or 0.0) * SECOND_US)


decode_report = msgspec.json.Decoder(Report).decode


class Taken(NamedTuple):
    """A report that is good: its id, and the events it goes on the stream as."""

    id: str
    events: list[bytes]


class Reports:
    """The reports of one request into one bucket; its host, or the key's, is their device."""

    def __init__(self, context: Context, caller: Caller, bucket: Bucket, traceparent: str) -> None:
        self._user_id = caller.user_id
        self._device = bucket.hostname if caller.device is None else caller.device
        self._bucket = bucket
        self._traceparent = traceparent
        self._settings = settings = context.settings
        self._redaction = context.redactions.of(caller.user_id)
        self._received = time.time_ns() // 1000
        self._latest = self._received + round(settings.max_future_s * SECOND_US)

    async def judged(self, judge: Callable[[], T]) -> T:
        """What `judge` makes of the reports; on a thread where people's patterns are looked for."""
        return judge() if self._redaction is None else await asyncio.to_thread(judge)

    def read(self, raw: msgspec.Raw | bytes) -> Report | Violation:
        """One report, or what is wrong with it."""
        try:
            return decode_report(raw)
        except BAD_ITEM as error:
            return violation(error)

    def take(self, report: Report, pulse_us: int = 0) -> Taken | Violation:
        """The report as it goes on the stream, in pieces where it lasts more than a day."""
        if report.begin_us > self._latest:
            limit_s = self._settings.max_future_s
            return Violation("timestamp", f"More than {limit_s:g} seconds in the future")
        try:
            data = _encode(report.data)
            if wrong := self._wrong_data(data):
                return wrong
            events = list(self._events(report, data, pulse_us))
            return Taken(events[0].id, [_encode(event) for event in events])
        except BAD_ITEM as error:
            wrong = violation(error)
            names = {"time": "timestamp", "": "data"}
            return Violation(names.get(wrong.path, wrong.path), wrong.message)

    def _events(self, report: Report, data: bytes, pulse_us: int) -> Iterator[UsageEvent]:
        kind, entity, category, project = sight_of(self._bucket.type, report.data)
        begin, left = report.begin_us, report.duration_us
        is_long = left > MAX_DURATION_US
        while True:
            duration = min(left, MAX_DURATION_US)
            event = UsageEvent(
                user=self._user_id,
                source=source_of(self._bucket.id),
                id="",
                hash="",
                type=kind,
                time=begin,
                received=self._received,
                duration=duration,
                device=self._device,
                entity=entity,
                category=category,
                project=project,
                data=msgspec.Raw(data),
                traceparent=self._traceparent,
                # The least pulse joins the pieces again.
                pulse=max(pulse_us, 1) if is_long else pulse_us,
            )
            check_usage(event)
            if self._redaction:
                event = self._redaction.apply(event, self._bucket.type)
            yield identify(msgspec.structs.replace(event, id=number(event)))
            begin, left = begin + duration, left - duration
            if not left:
                return

    def _wrong_data(self, data: bytes) -> Violation | None:
        most = self._settings.max_event_data_bytes
        if len(data) > most:
            return Violation("data", f"Larger than {most} bytes")
        if is_too_deep(data):
            return Violation("data", f"Nested deeper than {MOST_LEVELS} levels")
        return None


def pulse_us(seconds: float) -> int:
    """The pulse of a heartbeat: at least a microsecond, ten minutes at most."""
    return max(1, min(round(seconds * SECOND_US), MAX_PULSE_US))
