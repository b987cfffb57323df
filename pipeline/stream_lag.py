"""Exact lag, from our own offsets: how much of a partition a group has not applied yet.

`XINFO GROUPS` counts wrongly after trims and deletions; offsets and totals that every entry
carries do not. What cannot be known is None, never 0: so it is where the entry before a cursor
has another tag than the cursor remembers, for then the log was replaced, however long it is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Argument, Connections
from pipeline.redis_streams.errors import Refused
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.positions import Position

_STANDING = scripts.load("standing")

#: Positions by group and then by topic and partition: the truth, where a stage has it.
Cursors = Mapping[str, Mapping[tuple[str, int], Position]]

#: Where Redis shows the group to be.
_SHOWN = Position(0, "")


@dataclass(frozen=True)
class Lag:
    """How a group stands in one partition; None: not known.

    `committed` is the next offset to be applied, `end` that of the next append.
    """

    topic: str
    partition: int
    group: str
    committed: int | None = None
    end: int | None = None
    entries: int | None = None
    events: int | None = None
    oldest_age_s: float | None = None
    bytes: int | None = None


async def lags(
    connections: Connections,
    keys: Keys,
    groups: Iterable[tuple[str, str]],
    partitions: int,
    cursors: Cursors,
) -> list[Lag]:
    """The lag of each (topic, group) in each partition.

    A group that is in `cursors` stands where these say, another where Redis shows it.
    """
    wanted = [(t, p, g) for t, g in groups for p in range(partitions)]
    known = [x for x in wanted if x[2] not in cursors or x[:2] in cursors[x[2]]]
    calls: list[tuple[scripts.Script, list[str], list[Argument]]] = [
        (
            _STANDING,
            [keys.log(t, p), keys.state(t, p), keys.groups(t, p)],
            [g, *(cursors[g][t, p] if g in cursors else _SHOWN)],
        )
        for t, p, g in known
    ]
    replies = await connections.run_all(*calls)
    by_place = dict(zip(known, replies, strict=True))
    return [_lag(place, by_place.get(place)) for place in wanted]


def _lag(place: tuple[str, int, str], reply: object) -> Lag:
    if isinstance(reply, Refused):
        raise reply
    if not isinstance(reply, list):
        return Lag(*place)
    end, committed, total, before, oldest_ms, now_ms, size, same = reply
    if committed > end or not same:
        # The log is shorter than what was applied of it, or another: it was replaced.
        return Lag(*place, committed=committed, end=end, bytes=size)
    if committed == end:
        return Lag(*place, committed, end, entries=0, events=0, oldest_age_s=0.0, bytes=size)
    return Lag(
        *place,
        committed,
        end,
        entries=end - committed,
        events=total - before if total >= 0 and before >= 0 else None,
        oldest_age_s=max(now_ms - oldest_ms, 0) / 1000 if oldest_ms >= 0 else None,
        bytes=size,
    )
