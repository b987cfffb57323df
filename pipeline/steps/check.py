"""What an event on the stream must be like for PostgreSQL to keep it."""

from collections.abc import Iterator
from datetime import date

import msgspec

from pipeline.events import UsageEvent, WorkChanged
from pipeline.steps.days import DAY_US

#: Instants an event may have: 1970 to 2199.
EARLIEST_US = 0
LATEST_US = 84_006 * DAY_US

#: The id is part of a key, and an entry of a PostgreSQL index has 2704 bytes at most.
MAX_ID_BYTES = 2000


def check_usage(event: UsageEvent) -> None:
    """Raise `msgspec.ValidationError`, with the path, for an event that can never be kept."""
    for field in ("time", "received"):
        if not EARLIEST_US <= getattr(event, field) < LATEST_US:
            raise msgspec.ValidationError(f"Expected an instant from 1970 to 2199 - at `$.{field}`")
    if len(event.id.encode()) > MAX_ID_BYTES:
        raise msgspec.ValidationError(f"Expected at most {MAX_ID_BYTES} bytes of text - at `$.id`")
    for field in ("source", "id", "device", "entity", "category", "project"):
        if "\0" in getattr(event, field):
            raise msgspec.ValidationError(f"Expected text without NUL - at `$.{field}`")
    data = msgspec.json.decode(event.data)
    if not isinstance(data, dict):
        raise msgspec.ValidationError("Expected `object` - at `$.data`")
    if any("\0" in text for text in _texts(data)):
        raise msgspec.ValidationError("Expected text without NUL - at `$.data`")


def check_work(event: WorkChanged) -> None:
    """Raise `msgspec.ValidationError`, with the path, for an event whose days are none."""
    for number, (start, end) in enumerate(event.spans):
        if not EARLIEST_US <= start <= end < LATEST_US:
            raise msgspec.ValidationError(f"Expected time in order - at `$.spans[{number}]`")
    for number, day in enumerate(event.days):
        try:
            date.fromisoformat(day)
        except ValueError:
            raise msgspec.ValidationError(f"Expected a date - at `$.days[{number}]`") from None


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
