"""The commands of all who wait go in one write, and their replies come in one read.

Appends to many partitions cost a system call each way and, on a server that syncs every write, a
sync each; what gathers while a write is under way goes with the next one and shares its price.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from itertools import islice
from typing import Any, NamedTuple

from pipeline.redis_streams.connections import Command, Connections

Replies = list[Any]


class _Call(NamedTuple):
    commands: Sequence[Command]
    size: int
    replies: asyncio.Future[Replies]


class SharedExchange:
    """One exchange at a time, of at most `most_bytes` or a single call."""

    def __init__(self, connections: Connections, *, most_bytes: int) -> None:
        self._connections, self._most_bytes = connections, most_bytes
        self._waiting: deque[_Call] = deque()
        self._draining: asyncio.Task[None] | None = None
        self._between = asyncio.Event()
        self._between.set()

    async def turn(self) -> None:
        """Return when no write is under way: what is sent then goes with the next one."""
        await self._between.wait()

    async def exchange(self, *commands: Command, size: int) -> Replies:
        """Send `commands`, about `size` bytes; as `Connections.exchange`."""
        call = _Call(commands, size, asyncio.get_running_loop().create_future())
        self._waiting.append(call)
        if self._draining is None:
            self._draining = asyncio.create_task(self._drain())
        return await call.replies

    async def _drain(self) -> None:
        while calls := self._gather():
            self._between.clear()
            commands = [command for call in calls for command in call.commands]
            exchange = asyncio.create_task(self._connections.exchange(*commands))
            await asyncio.wait({exchange})
            if error := exchange.exception():
                for call in calls:
                    _settle(call, error)
            else:
                replies = iter(exchange.result())
                for call in calls:
                    _settle(call, list(islice(replies, len(call.commands))))
            self._between.set()
            await asyncio.sleep(0)  # whose turn it is now, and who was answered, come along
        self._draining = None

    def _gather(self) -> list[_Call]:
        calls: list[_Call] = []
        size = 0
        while self._waiting and (not calls or size + self._waiting[0].size <= self._most_bytes):
            calls.append(self._waiting.popleft())
            size += calls[-1].size
        return calls


def _settle(call: _Call, outcome: Replies | BaseException) -> None:
    if call.replies.done():
        return
    if isinstance(outcome, BaseException):
        call.replies.set_exception(outcome)
    else:
        call.replies.set_result(outcome)
