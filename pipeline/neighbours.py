"""What lies on the stream around the entry that an event came with."""

from typing import Any, NamedTuple

import msgspec

from models.dead_letter_pages import DeadLetter
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings

#: Entries shown on each side.
_AROUND = 2


class Neighbour(msgspec.Struct, frozen=True):
    """An entry: how many events and bytes it holds; `appended_ms` is milliseconds since 1970."""

    offset: int
    appended_ms: int
    events: int
    bytes: int
    tag: str


class Around(NamedTuple):
    """Whether the entry is still the one the event came with, and the entries there."""

    is_there: bool
    entries: list[Neighbour]


async def neighbours(
    connections: Connections, settings: Settings, letter: DeadLetter
) -> Around | None:
    """The entries around the letter's; None: Redis does not say."""
    key = Keys(settings.redis_prefix).log(letter.topic, letter.partition)
    first, last = max(letter.offset - _AROUND, 1), letter.offset + _AROUND
    try:
        reply: Any = await connections.call("XRANGE", key, f"0-{first}", f"0-{last}")
    except StreamsError:
        return None
    entries = [_entry(id, fields) for id, fields in reply or ()]
    is_there = any(e.offset == letter.offset and e.tag == letter.tag for e in entries)
    return Around(is_there, entries)


def _entry(id: bytes, fields: list[bytes]) -> Neighbour:
    of = dict(zip(fields[::2], fields[1::2], strict=True))
    return Neighbour(
        offset=int(id.partition(b"-")[2]),
        appended_ms=int(of.get(b"t", 0)),
        events=int(of.get(b"n", 0)),
        bytes=len(of.get(b"v", b"")),
        tag=of.get(b"tag", b"").decode("utf-8", "replace"),
    )
