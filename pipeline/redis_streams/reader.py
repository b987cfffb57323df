"""Reads the partitions of one member, all fairly, on a connection of its own.

Every entry names the one before it (`append.lua`), so a log that was replaced under the reader
shows in the first entry it delivers; after a reconnect, and from time to time where nothing
comes, the last entry that was read is compared with the log.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.options import Options
from pipeline.redis_streams.owned_partition import OwnedPartition
from pipeline.redis_streams.partition_logs import PartitionLogs
from pipeline.redis_streams.positions import Position

Batch = list[tuple[OwnedPartition, list[Record]]]
#: A partition, what is wrong, and where its log goes on (None: at its oldest entry).
Suspect = Callable[[OwnedPartition, str, int | None], Awaitable[None]]


class Reader:
    """`suspect` is told of a partition whose log is not the one that was read so far."""

    def __init__(
        self,
        url: str,
        connections: Connections,
        logs: PartitionLogs,
        options: Options,
        suspect: Suspect,
    ) -> None:
        self._connections, self._logs, self._options = connections, logs, options
        self._suspect = suspect
        self._own = Connections(url, timeout_s=options.timeout_s, limit=1)
        self._verified_connection = 0
        # What an entry may weigh: a guess that is too low costs memory, one too high some reads.
        self._entry_bytes = 65536.0

    async def read(self, partitions: Sequence[OwnedPartition]) -> Batch:
        """The next entries of `partitions`; none when nothing came in time."""
        by_key = {self._logs.key(p.tp).encode(): p for p in partitions}
        starts = {key: p.read_offset for key, p in by_key.items()}
        options = self._options
        count = int(min(options.read_entries, options.read_bytes / self._entry_bytes)) or 1
        reply = await self._own.call(
            *("XREAD", "COUNT", count, "BLOCK", round(options.block_s * 1000), "STREAMS"),
            *by_key,
            *(f"0-{offset - 1}" for offset in starts.values()),
            timeout_s=options.block_s + options.timeout_s,
        )
        if self._own.made != self._verified_connection:
            await self.verify(partitions)
            self._verified_connection = self._own.made
        batch = []
        for key, entries in reply or ():
            partition = by_key[key]
            records = [Record.parse(entry) for entry in entries]
            # It may have gone, or have been sent elsewhere, while we waited.
            if partition.ended or partition.read_offset != starts[key]:
                continue
            if await self._continues(partition, records[0]):
                batch.append((partition, records))
        self._learn_size(batch)
        return batch

    async def verify(self, partitions: Sequence[OwnedPartition]) -> None:
        """Compare the last entry that was read of each with its log."""
        by_tp = {p.tp: p for p in partitions if not p.ended}
        read = {tp: Position(p.read_offset, p.read_tag) for tp, p in by_tp.items()}
        for tp, difference in (await self._logs.compare(read)).items():
            if by_tp[tp].read_offset == read[tp].next_offset:
                await self._suspect(by_tp[tp], difference, None)

    async def interrupt(self) -> None:
        """End a wait for entries: what is to be read has changed."""
        if self._own.client_id:
            try:
                await self._connections.call("CLIENT", "UNBLOCK", self._own.client_id)
            except StreamsError:
                # It ends by itself a little later.
                return

    async def close(self) -> None:
        """Close the connection."""
        await self._own.close()

    async def _continues(self, partition: OwnedPartition, first: Record) -> bool:
        if first.offset == partition.read_offset:
            if first.follows(partition.read_tag):
                return True
            reason = f"entry {first.offset} does not follow the one that was read before"
            await self._suspect(partition, reason, None)
            return False
        await self.verify([partition])
        if partition.ended:
            return False
        if partition.deliveries.unacked:
            # The position cannot leap over a hole while entries before it are in hand.
            await asyncio.sleep(0.01)
            return False
        reason = f"entries {partition.read_offset} to {first.offset - 1} are missing"
        await self._suspect(partition, reason, first.offset)
        return False

    def _learn_size(self, batch: Batch) -> None:
        sizes = [sum(r.size for r in records) / len(records) for _, records in batch]
        self._entry_bytes = max(1.0, 0.9 * self._entry_bytes, *sizes)
