"""From which offset on the logs of a topic are read again: looked up by offset or by time."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pipeline import topics
from pipeline.batch import Entry
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.steps.instants import as_us


class Start(NamedTuple):
    """From where: an offset of a partition, or a time; of one user, or of all."""

    user: UUID | None
    partition: int | None
    offset: int | None
    time: datetime | None


async def ranges(
    connections: Connections, settings: Settings, topic: str, start: Start
) -> dict[int, tuple[int, int]]:
    """The offsets to begin at, by partition, and the last that is there."""
    partitions = range(settings.partitions) if start.partition is None else [start.partition]
    if start.user is not None:
        own = topics.partition_of(start.user, settings.partitions)
        partitions = [own] if own in partitions else []
    keys, found = Keys(settings.redis_prefix), {}
    for partition in partitions:
        log = keys.log(topic, partition)
        if bounds := await _bounds(connections, log):
            oldest, last = bounds
            first = start.offset
            if first is None:
                wanted_ms = as_us(start.time) // 1000 if start.time else 0
                first = await _first_since(connections, log, oldest, last, wanted_ms)
            if first <= last:
                found[partition] = (max(first, oldest), last)
    return found


def entry_of(id: bytes, fields: list[bytes]) -> Entry:
    """An entry as Redis replies it; nobody waits for its acknowledgement."""
    of = dict(zip(fields[::2], fields[1::2], strict=True))
    offset, tag = int(id.partition(b"-")[2]), of.get(b"tag", b"").decode()
    return Entry(offset, tag, of.get(b"v", b""), lambda: None)


async def _bounds(connections: Connections, log: str) -> tuple[int, int] | None:
    """The offsets of the oldest and of the last entry."""
    first: Any = await connections.call("XRANGE", log, "-", "+", "COUNT", 1)
    last: Any = await connections.call("XREVRANGE", log, "+", "-", "COUNT", 1)
    return (entry_of(*first[0]).offset, entry_of(*last[0]).offset) if first and last else None


async def _first_since(
    connections: Connections, log: str, low: int, last: int, wanted_ms: int
) -> int:
    """The offset of the first entry that was appended at that time or later, by halving."""
    high = last + 1
    while low < high:
        middle = (low + high) // 2
        reply: Any = await connections.call("XRANGE", log, f"0-{middle}", "+", "COUNT", 1)
        fields = reply[0][1]
        of = dict(zip(fields[::2], fields[1::2], strict=True))
        if int(of[b"t"]) < wanted_ms:
            low = middle + 1
        else:
            high = middle
    return low
