"""The part of Faust's consumer that only answers questions about offsets and topics."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faust.transport import base
from faust.types import TP, ConsumerMessage

from pipeline.redis_streams.ownership import Ownership
from pipeline.redis_streams.partition_logs import PartitionLogs

if TYPE_CHECKING:
    from pipeline.redis_streams.transport import Transport


class Answers(base.Consumer):
    """Knows what is owned and where it stands."""

    app: Any
    transport: "Transport"
    _ownership: Ownership
    _logs: PartitionLogs
    _ends: dict[TP, int]

    def assignment(self) -> set[TP]:
        """What this member owns."""
        return set(self._ownership.partitions)

    def fence(self, tp: TP) -> int | None:
        """The generation in which we acquired the partition; None when it is not ours."""
        partition = self._ownership.partitions.get(tp)
        return None if partition is None else partition.fence

    async def position(self, tp: TP) -> int | None:
        """The offset that is read next."""
        partition = self._ownership.partitions.get(tp)
        return None if partition is None else partition.read_offset

    async def earliest_offsets(self, *partitions: TP) -> Mapping[TP, int]:
        """The oldest offset of each log."""
        return {tp: first for tp, (first, _) in (await self._logs.bounds(partitions)).items()}

    async def highwaters(self, *partitions: TP) -> Mapping[TP, int]:
        """The offset of the next append to each log."""
        return {tp: end for tp, (_, end) in (await self._logs.bounds(partitions)).items()}

    def highwater(self, tp: TP) -> int:
        """The offset behind the last entry that was read."""
        return self._ends.get(tp, 0)

    async def perform_seek(self) -> None:
        """Nothing: a partition is read from its position from the moment it is acquired."""

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Nothing, too; where each partition stands."""
        partitions = self._ownership.partitions
        return {tp: p.deliveries.position.next_offset for tp, p in partitions.items()}

    def topic_partitions(self, topic: str) -> int | None:
        """The number of partitions, if it was asked before."""
        return self.transport.topics.known(topic)

    def key_partition(
        self, topic: str, key: bytes | None, partition: int | None = None
    ) -> int | None:
        """The partition of a key."""
        if partition is not None:
            return partition
        chosen: int = self.app.producer.key_partition(topic, key).partition
        return chosen

    async def create_topic(
        self, topic: str, partitions: int, replication: int, **kwargs: Any
    ) -> None:
        """Make the topic, or insist on its number of partitions."""
        await self.transport.declare(topic, partitions)

    def _new_topicpartition(self, topic: str, partition: int) -> TP:
        return TP(topic, partition)

    def _to_message(self, tp: TP, record: Any) -> ConsumerMessage:
        raise NotImplementedError("entries become messages in Drain")

    async def _getmany(self, active_partitions: set[TP] | None, timeout: float) -> Any:
        raise NotImplementedError("entries are read in Drain")
