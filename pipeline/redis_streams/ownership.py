"""The partitions this member owns, from being acquired to being lost.

Each is read from the position that `positions` tells, after the entry before it was compared with
the log. If the log is another than before (a failover, a cut log, FLUSHALL), an alarm is given and
reading starts over at the oldest entry: silence would look like a lag of 0.
"""

import logging
from collections.abc import Callable, Set
from dataclasses import dataclass, field

from faust.types import TP

from pipeline.redis_streams.options import Options
from pipeline.redis_streams.owned_partition import OwnedPartition
from pipeline.redis_streams.partition_logs import PartitionLogs
from pipeline.redis_streams.positions import Position, Positions
from pipeline.redis_streams.topics import Topics

log = logging.getLogger(__name__)


@dataclass
class Alarm:
    """Told of every log that was replaced: its partition and what shows it."""

    count: int = 0
    listeners: list[Callable[[TP, str], None]] = field(default_factory=list)

    def give(self, tp: TP, reason: str) -> None:
        """Say it loudly."""
        self.count += 1
        log.critical(
            "%s/%s: the log is not the one that was read before: %s. "
            "Entries may be lost; reading goes on at its oldest entry",
            *tp,
            reason,
        )
        for tell in self.listeners:
            tell(tp, reason)


class Ownership:
    """What is owned. `on_change`: there is something else to read now."""

    def __init__(
        self,
        logs: PartitionLogs,
        positions: Positions,
        topics: Topics,
        options: Options,
        *,
        generation: Callable[[], int],
        buffer_entries: int,
        on_change: Callable[[], None],
        on_ack: Callable[[], None],
    ) -> None:
        self._logs, self._positions, self._topics = logs, positions, topics
        self._options, self._buffer_entries = options, buffer_entries
        self._generation = generation
        self._on_change, self._on_ack = on_change, on_ack
        self.partitions: dict[TP, OwnedPartition] = {}
        #: Partitions whose log is another than before: what shows it, and where it goes on.
        self._suspects: dict[TP, tuple[str, int | None]] = {}
        self.alarm = Alarm()

    async def acquire(self, tps: Set[TP], fence: int, alarmed: Set[TP]) -> dict[TP, OwnedPartition]:
        """Raise the fences and find where to read; not yet among `partitions`.

        `alarmed`: of these it was said already that their logs were replaced.
        """
        fences = dict.fromkeys(tps, fence)
        await self._logs.acquire(fences)
        positions = await self._positions.acquire(fences)
        differences = await self._logs.compare(positions)
        acquired = {tp: self._begin(tp, fence, positions[tp]) for tp in tps}
        for tp, reason in differences.items():
            acquired[tp].ended = True
            self._suspects[tp] = (reason, None)
            if tp not in alarmed:
                self.alarm.give(tp, reason)
        return acquired

    def own(self, acquired: dict[TP, OwnedPartition]) -> None:
        """Read these from now on."""
        self.partitions.update(acquired)
        self._on_change()

    def own_from(self, tp: TP, offset: int) -> None:
        """Read a partition as nobody's owner: in no group, with no fence."""
        self.own({tp: self._begin(tp, 0, Position(offset, ""))})

    def lose(self, tps: Set[TP]) -> None:
        """Own these no more; whatever is still in hand of them does not count."""
        for tp in tps & self.partitions.keys():
            self.partitions.pop(tp).ended = True
            self._suspects.pop(tp, None)

    def read_again(self, tp: TP, offset: int) -> None:
        """Read from `offset` on; what was handed over before is void."""
        partition = self.partitions.get(tp)
        if partition is not None and not partition.ended:
            self._begin_anew(partition, Position(max(offset, 1), ""))

    async def suspect(self, partition: OwnedPartition, reason: str, to: int | None) -> None:
        """Nothing of this partition counts until its position is set anew."""
        if partition.ended or self.partitions.get(partition.tp) is not partition:
            return
        partition.ended = partition.doubtful = True
        self._suspects[partition.tp] = (reason, to)
        if partition.read_offset > 1:
            self.alarm.give(partition.tp, reason)
        else:
            log.info("%s/%s begins at its oldest entry: %s", *partition.tp, reason)

    async def replace_suspects(self) -> None:
        """Set the positions in logs that are others than before.

        A partition that we may have lost waits for what the group says of it.
        """
        for tp, (reason, to) in list(self._suspects.items()):
            partition = self.partitions.get(tp)
            if partition is not None and not partition.stale:
                await self._topics.restore()
                await self._logs.acquire({tp: partition.fence})
                if to is None:
                    to, _ = (await self._logs.bounds([tp]))[tp]
                position = Position(to, "")
                await self._positions.rewind(tp, partition.fence, position, reason)
                self._begin_anew(partition, position)
                self._suspects.pop(tp, None)

    def readable(self, paused: Set[TP]) -> list[OwnedPartition]:
        """What may be read: not paused, and not too much of it unacknowledged."""
        readable = []
        for tp, partition in self.partitions.items():
            if partition.ended or partition.closing or tp in paused:
                continue
            partition.full = self._load(partition) >= 1
            if not partition.full:
                readable.append(partition)
        return readable

    def _load(self, partition: OwnedPartition) -> float:
        """Which part of what may be unacknowledged is."""
        # All partitions of a topic share one queue; if it ran full, each would wait for all.
        sharing = sum(tp.topic == partition.tp.topic for tp in self.partitions)
        fair = self._buffer_entries * 3 // 4 // max(sharing, 1)
        entries = max(1, min(self._options.unacked_entries, fair))
        deliveries = partition.deliveries
        return max(
            deliveries.unacked / entries, deliveries.unacked_bytes / self._options.unacked_bytes
        )

    def _acked(self, partition: OwnedPartition) -> None:
        self._on_ack()
        if partition.full and self._load(partition) <= 0.5:
            partition.full = False
            self._on_change()

    def _begin(self, tp: TP, fence: int, position: Position) -> OwnedPartition:
        return OwnedPartition(tp, fence, position, self._generation(), self._acked)

    def _begin_anew(self, partition: OwnedPartition, position: Position) -> None:
        partition.ended = True
        self.own({partition.tp: self._begin(partition.tp, partition.fence, position)})
