"""Group commit: whatever queued while the last append was in flight goes with the next one.

Nothing waits at low load, and under load the batches grow by themselves.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, Protocol, TypeVar


class Queued(Protocol):
    """What can wait: so many items of so many bytes, never split."""

    @property
    def count(self) -> int: ...
    @property
    def size(self) -> int: ...


Lane = TypeVar("Lane", bound=Hashable)
Item = TypeVar("Item", bound=Queued)


class QueueFull(Exception):
    """More waits already than may."""


class GroupCommit(Generic[Lane, Item]):
    """Queues by lane (a partition); `flush` commits one batch of a lane and settles its items.

    `flush` is never called for a lane before its last call returned, it must not raise, and no
    caller can cancel it. A batch is closed when `turn` returns, as late as can be.
    """

    def __init__(
        self,
        flush: Callable[[Lane, list[Item]], Awaitable[None]],
        turn: Callable[[], Awaitable[None]],
        *,
        max_count: int,
        max_bytes: int,
        max_waiting_bytes: int,
    ) -> None:
        self._flush, self._turn = flush, turn
        self._max_count, self._max_bytes = max_count, max_bytes
        self._max_waiting_bytes = max_waiting_bytes
        self._waiting_bytes = 0
        self._room = asyncio.Event()
        self._queues: dict[Lane, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def put(self, lane: Lane, item: Item) -> None:
        """Queue `item` behind what waits; raises `QueueFull`."""
        if self._waiting_bytes + item.size > self._max_waiting_bytes and self._waiting_bytes:
            raise QueueFull(f"{self._waiting_bytes} bytes are waiting already")
        self._waiting_bytes += item.size
        queue = self._queues.get(lane)
        if queue is not None:
            queue.append(item)
            return
        self._queues[lane] = deque([item])
        task = asyncio.get_running_loop().create_task(self._drain(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def put_when_room(self, lane: Lane, item: Item) -> None:
        """Queue `item` as soon as there is room for it."""
        while True:
            try:
                return self.put(lane, item)
            except QueueFull:
                self._room.clear()
                await self._room.wait()

    async def settle(self) -> None:
        """Wait until everything that was put is settled."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def _drain(self, lane: Lane) -> None:
        queue = self._queues[lane]
        while queue:
            await self._turn()
            batch = self._batch(queue)
            await self._flush(lane, batch)
            self._waiting_bytes -= sum(item.size for item in batch)
            self._room.set()
        del self._queues[lane]

    def _batch(self, queue: deque[Item]) -> list[Item]:
        batch = [queue.popleft()]
        count, size = batch[0].count, batch[0].size
        while queue:
            count, size = count + queue[0].count, size + queue[0].size
            if count > self._max_count or size > self._max_bytes:
                break
            batch.append(queue.popleft())
        return batch
