"""What the streams hold, what holds them back from being trimmed, and how full Redis is."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Refused
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.topics import ALL, Topic

_LOG_FACTS = scripts.load("log_facts")

#: Next offsets of stages, by group and then by topic and partition.
Positions = Mapping[str, Mapping[tuple[str, int], int]]


class LogFacts(NamedTuple):
    """A log: `groups` are the next offsets that Redis shows. Ages are seconds; None: not known."""

    topic: str
    partition: int
    entries: int
    bytes: int
    events: int | None
    oldest_offset: int | None
    oldest_age_s: float | None
    groups: Mapping[str, int]


class Block(NamedTuple):
    """Why a partition is not trimmed: the group is `missing`, has `no cursor`, or is `behind`."""

    partition: int
    group: str
    reason: str


class Memory(NamedTuple):
    """Of the Redis that answers, bytes; no limit: None."""

    used: int
    limit: int | None
    policy: str


async def read_logs(connections: Connections, settings: Settings) -> list[LogFacts]:
    """Every partition of every topic."""
    keys = Keys(settings.redis_prefix)
    places = [(topic.name, n) for topic in ALL for n in range(settings.partitions)]
    replies = await connections.run_all(
        *((_LOG_FACTS, [keys.log(*place), keys.state(*place)], ()) for place in places)
    )
    return [_facts(place, reply) for place, reply in zip(places, replies, strict=True)]


async def read_memory(connections: Connections) -> Memory:
    """How full it is."""
    info = (await connections.call("INFO", "memory")).decode()
    fields = dict(line.split(":", 1) for line in info.splitlines() if ":" in line)
    limit = int(fields["maxmemory"])
    return Memory(int(fields["used_memory"]), limit or None, fields["maxmemory_policy"])


def blocks(
    topic: Topic, logs: Sequence[LogFacts], positions: Positions, settings: Settings
) -> list[Block]:
    """What keeps entries that are too old or too many; nothing where none is."""
    held = [log for log in logs if log.entries]
    return [block for log in held for block in _blocks(topic, log, positions, settings)]


def _blocks(topic: Topic, log: LogFacts, positions: Positions, settings: Settings) -> list[Block]:
    lacking = [Block(log.partition, g, "missing") for g in topic.groups if g not in log.groups]
    place = (topic.name, log.partition)
    lacking += [
        Block(log.partition, group, "no cursor")
        for group in topic.groups
        if group in positions and place not in positions[group]
    ]
    is_due = (log.oldest_age_s or 0) > settings.retention_age_s
    if lacking or not (is_due or log.bytes > settings.retention_bytes):
        return lacking
    at = {
        group: positions[group][place] if group in positions else log.groups[group]
        for group in topic.groups
    }
    last = min(at, key=lambda group: at[group])
    # The entry before a position stays, for its tag is compared.
    held = log.oldest_offset is not None and at[last] - 1 <= log.oldest_offset
    return [Block(log.partition, last, "behind")] if held else []


def _facts(place: tuple[str, int], reply: Any) -> LogFacts:
    if isinstance(reply, Refused):
        raise reply
    entries, size, events, offset, oldest_ms, now_ms, groups = reply
    return LogFacts(
        *place,
        entries,
        size,
        events if events >= 0 else None,
        offset if offset >= 0 else None,
        max(now_ms - oldest_ms, 0) / 1000 if oldest_ms >= 0 else None,
        {name.decode(): at for name, at in zip(groups[::2], groups[1::2], strict=True)},
    )
