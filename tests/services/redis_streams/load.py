"""Events appended to every partition in turn, and what was acknowledged of them."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator

from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.topics import Topics

PARTITIONS = 8


class Load:
    """Appends to every partition in turn, without end, and knows what it appended."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections
        self._keys = Keys("faust")
        self._appender = Appender(connections, self._keys, AppendPolicy(deadline_s=30))
        self._value = itertools.count()
        self.appended: set[str] = set()
        self.unknown: set[str] = set()

    async def declare(self) -> None:
        """Make the topic."""
        await Topics(self._connections, self._keys).declare("events", PARTITIONS, ["journal"])

    async def append(self, partition: int) -> None:
        """Append one event."""
        value = f"value{next(self._value)}"
        try:
            await self._appender.append("events", partition, [Entry(value.encode())])
        except StreamsError:
            self.unknown.add(value)
        else:
            self.appended.add(value)

    @contextlib.asynccontextmanager
    async def running(self, pause_s: float = 0.002) -> AsyncIterator[None]:
        """Append for the length of a block."""
        task = asyncio.create_task(self._run(pause_s))
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    async def _run(self, pause_s: float) -> None:
        for partition in itertools.cycle(range(PARTITIONS)):
            await self.append(partition)
            await asyncio.sleep(pause_s)
