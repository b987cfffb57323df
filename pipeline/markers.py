"""Markers: entries without events, by which one knows that all before them was applied.

Who wants to know that nothing of before is still on its way appends a marker to the person's
partition and waits until every group has read past it. The marker also takes the place of the
entry before a cursor, which is never trimmed: so everything before it may go.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from models import cursors
from pipeline import record_batch
from pipeline.database import DatabaseThreads
from pipeline.redis_streams import scripts
from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.topics import Topic

_STANDING = scripts.load("standing")
_EMPTY = Entry(record_batch.encode([]), events=0)


@dataclass(frozen=True)
class Behind:
    """A group that has not read past a marker."""

    group: str
    topic: str
    partition: int
    committed: int | None
    marker: int

    def __str__(self) -> str:
        at = "nowhere" if self.committed is None else f"at {self.committed}"
        return f"{self.group} stands {at} in {self.topic}/{self.partition}, not past {self.marker}"


class Markers:
    """Appends markers, and says who is behind them."""

    def __init__(
        self, connections: Connections, threads: DatabaseThreads, settings: Settings
    ) -> None:
        self._connections, self._threads = connections, threads
        self._keys = Keys(settings.redis_prefix)
        policy = AppendPolicy(
            min_replicas=settings.stream_min_replicas, deadline_s=settings.intake_deadline_s
        )
        self._appender = Appender(connections, self._keys, policy)

    async def append(self, topic: Topic, partition: int) -> int:
        """Append a marker; its offset."""
        return await self._appender.append(topic.name, partition, [_EMPTY])

    async def behind(self, topic: Topic, partition: int, marker: int) -> Behind | None:
        """One of the groups that have not read past the marker; None: all have."""
        applied = await self._applied(topic, partition)
        for group in topic.groups:
            committed = applied.get(group)
            if committed is None:
                committed = await self._shown(topic, partition, group)
            if committed is None or committed <= marker:
                return Behind(group, topic.name, partition, committed, marker)
        return None

    async def stands(self, topic: Topic, partition: int, marker: int) -> bool:
        """Whether the marker is still where it was appended: else the log was replaced."""
        key, id = self._keys.log(topic.name, partition), f"0-{marker}"
        found = await self._connections.call("XRANGE", key, id, id)
        return bool(found) and _EMPTY.value in found[0][1]

    async def _applied(self, topic: Topic, partition: int) -> Mapping[str, int]:
        """The next offset of every stage: what is before it was applied."""
        rows = await self._threads.run(cursors.positions, topic.name)
        return {f"timeflow-{stage}": offset for stage, at, offset, _ in rows if at == partition}

    async def _shown(self, topic: Topic, partition: int, group: str) -> int | None:
        keys = self._keys
        reply = await self._connections.run(
            _STANDING,
            [make(topic.name, partition) for make in (keys.log, keys.state, keys.groups)],
            *(group, 0, ""),
        )
        return reply[1] if isinstance(reply, list) else None
