"""The loop that reads and hands over: fair to every partition, awake at once when one is free."""

import asyncio
import itertools
import logging
import threading
from collections.abc import Awaitable, Callable, Iterator, Set

from faust.types import TP

from pipeline.redis_streams.backoff import Backoff, Seldom
from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.options import Options
from pipeline.redis_streams.owned_partition import EntryMessage, OwnedPartition
from pipeline.redis_streams.ownership import Ownership
from pipeline.redis_streams.positions import FenceBehind
from pipeline.redis_streams.reader import Batch, Reader

log = logging.getLogger(__name__)


class Drain:
    """Reads what is owned. `hand_over` gets every message; `doubt` a partition we seem to lack."""

    def __init__(
        self,
        ownership: Ownership,
        reader: Reader,
        options: Options,
        *,
        hand_over: Callable[[EntryMessage], Awaitable[None]],
        doubt: Callable[[Set[TP]], None],
    ) -> None:
        self._ownership, self._reader, self._options = ownership, reader, options
        self._hand_over, self._doubt = hand_over, doubt
        self._woken = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread_id = 0
        self._verify_at = 0.0
        self._backoff, self._may_say = Backoff(), Seldom()

    def wake(self) -> None:
        """There is something else to read now; from any thread."""
        if self._loop is None or threading.get_ident() == self._thread_id:
            self._woken.set()
        else:
            self._loop.call_soon_threadsafe(self._woken.set)

    async def once(self, paused: Set[TP], *, flowing: bool) -> Batch:
        """Read once and hand over; what was read."""
        self._loop, self._thread_id = asyncio.get_running_loop(), threading.get_ident()
        self._woken.clear()
        try:
            await self._ownership.replace_suspects()
            await self._verify_idle()
            readable = self._ownership.readable(paused)
            batch = await self._read(readable) if readable and flowing else await self._doze()
            self._backoff.reset()
        except FenceBehind as error:
            self._doubt({error.tp})
            return []
        except StreamsError as error:
            if self._may_say:
                log.warning("cannot read: %s", error)
            await asyncio.sleep(self._backoff.next_s())
            return []
        await self._deliver(batch)
        return batch

    async def _read(self, readable: list[OwnedPartition]) -> Batch:
        reading = asyncio.ensure_future(self._reader.read(readable))
        waking = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({reading, waking}, return_when=asyncio.FIRST_COMPLETED)
            while not reading.done():
                await self._reader.interrupt()
                await asyncio.wait({reading}, timeout=0.01)
            return reading.result()
        finally:
            waking.cancel()
            reading.cancel()

    async def _doze(self) -> Batch:
        try:
            async with asyncio.timeout(self._options.block_s):
                await self._woken.wait()
        except TimeoutError:
            return []
        return []

    async def _deliver(self, batch: Batch) -> None:
        for handed, (partition, record) in enumerate(_in_turn(batch), 1):
            if partition.ended or partition.closing:
                continue
            partition.advance(record)
            await self._hand_over(partition.message(record))
            if handed % 100 == 0:
                await asyncio.sleep(0)

    async def _verify_idle(self) -> None:
        """Compare the logs of partitions from which nothing came for a while."""
        now = asyncio.get_running_loop().time()
        if now < self._verify_at:
            return
        self._verify_at = now + self._options.lease_s / self._options.beats
        partitions = self._ownership.partitions.values()
        idle = [p for p in partitions if not p.verified]
        for partition in partitions:
            partition.verified = False
        await self._reader.verify(idle)


def _in_turn(batch: Batch) -> Iterator[tuple[OwnedPartition, Record]]:
    """One entry of each partition after the other."""
    columns = [[(partition, record) for record in records] for partition, records in batch]
    for row in itertools.zip_longest(*columns):
        yield from (pair for pair in row if pair is not None)
