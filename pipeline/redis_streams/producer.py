"""Faust's producer on Redis Streams: group commit, each entry once."""

import asyncio
import itertools
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiokafka.partitioner import DefaultPartitioner  # type: ignore[import-untyped]
from faust.exceptions import ProducerSendError
from faust.transport import base
from faust.types import TP, RecordMetadata

from pipeline.redis_streams.appender import Appender, AppendPolicy, Fence
from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.errors import OutcomeUnknown, StreamsError
from pipeline.redis_streams.group_commit import GroupCommit
from pipeline.redis_streams.owned_partition import encode_headers
from pipeline.redis_streams.server import require_server

if TYPE_CHECKING:
    from pipeline.redis_streams.transport import Transport

log = logging.getLogger(__name__)

#: Seconds a stopping app waits for its appends.
_FLUSH_S = 10.0


@dataclass
class _Message:
    entry: Entry
    sent: asyncio.Future[RecordMetadata]
    count: int = 1

    @property
    def size(self) -> int:
        return len(self.entry)


class Producer(base.Producer):
    """The producer of one app in one process."""

    app: Any
    transport: "Transport"

    def __post_init__(self) -> None:
        transport = self.transport
        options = transport.options
        policy = AppendPolicy(
            min_replicas=options.min_replicas, deadline_s=float(self.request_timeout)
        )
        self._appender = Appender(transport.connections, transport.keys, policy)
        self._commits: GroupCommit[TP, _Message] = GroupCommit(
            self._append,
            self._appender.turn,
            max_count=options.append_entries,
            max_bytes=options.append_bytes,
            max_waiting_bytes=options.waiting_bytes,
        )
        self._partitioner = self.partitioner or DefaultPartitioner()
        self._next_partition = itertools.count()
        self._may_say = Seldom()
        #: An app whose values hold several events says how many, by its method `events_in`.
        self._events_in: Callable[[bytes | None], int] = getattr(self.app, "events_in", _one)

    async def on_start(self) -> None:
        """Refuse a server that cannot carry streams."""
        await super().on_start()
        await require_server(self.transport.connections)

    async def on_stop(self) -> None:
        """Send what waits; the producer stops after the consumer, so it closes for both."""
        await super().on_stop()
        await self.flush()
        await self.transport.connections.close()

    async def send(
        self,
        topic: str,
        key: bytes | None,
        value: bytes | None,
        partition: int | None,
        timestamp: float | None,
        headers: Any,
        *,
        transactional_id: str | None = None,
    ) -> Awaitable[RecordMetadata]:
        """Queue a message; the result tells its offset once it is durable."""
        default = self.app.conf.topic_partitions
        count = await self.transport.topics.partitions(topic, default)
        if partition is None:
            partition = self._choose(key, count)
        entry = Entry(
            value,
            key,
            encode_headers(headers),
            int((timestamp or time.time()) * 1000),
            self._events_in(value),
        )
        message = _Message(entry, asyncio.get_running_loop().create_future())
        await self._commits.put_when_room(TP(topic, partition), message)
        return message.sent

    async def send_and_wait(self, *args: Any, **kwargs: Any) -> RecordMetadata:
        """Send a message and wait until it is durable."""
        return await (await self.send(*args, **kwargs))

    async def flush(self) -> None:
        """Wait until everything sent is durable."""
        await self.buffer.flush()
        try:
            async with asyncio.timeout(_FLUSH_S if self.app.should_stop else None):
                await self._commits.settle()
        except TimeoutError:
            log.error("app %s stops with messages that could not be appended", self.app.conf.id)

    async def create_topic(
        self, topic: str, partitions: int, replication: int, **kwargs: Any
    ) -> None:
        """Make the topic, or insist on its number of partitions."""
        await self.transport.declare(topic, partitions)

    def key_partition(self, topic: str, key: bytes | None) -> TP:
        """The partition of a key; the topic must have been used before."""
        count = self.transport.topics.known(topic) or self.app.conf.topic_partitions
        return TP(topic, self._choose(key, count))

    def supports_headers(self) -> bool:
        """Entries have headers."""
        return True

    def _choose(self, key: bytes | None, count: int) -> int:
        if key is None:
            return next(self._next_partition) % count
        partitions = list(range(count))
        chosen: int = self._partitioner(key, partitions, partitions)
        return chosen

    def _fence(self, tp: TP) -> Fence | None:
        """Changelogs are written by the partition's owner alone."""
        app = self.app
        if tp.topic not in app.tables.changelog_topics:
            return None
        fence = app.consumer.fence(tp)
        return None if fence is None else Fence(app.conf.id, fence)

    async def _append(self, tp: TP, batch: list[_Message]) -> None:
        entries = [message.entry for message in batch]
        until = asyncio.get_running_loop().time() + float(self.request_timeout)
        while True:
            try:
                last = await self._appender.append(*tp, entries, self._fence(tp))
            except OutcomeUnknown as error:
                # Twice is better than never: who reads must count by identity anyway.
                if self._may_say:
                    log.warning("%s/%s: sending again: %s", *tp, error)
                if asyncio.get_running_loop().time() >= until:
                    return _fail(batch, error)
            except StreamsError as error:
                return _fail(batch, error)
            else:
                return _succeed(tp, batch, last)


def _one(_value: bytes | None) -> int:
    return 1


def _fail(batch: list[_Message], error: StreamsError) -> None:
    for message in batch:
        if not message.sent.done():
            message.sent.set_exception(ProducerSendError(str(error)))


def _succeed(tp: TP, batch: list[_Message], last: int) -> None:
    for offset, message in enumerate(batch, last - len(batch) + 1):
        if not message.sent.done():
            seconds = message.entry.time_ms / 1000
            message.sent.set_result(RecordMetadata(*tp, tp, offset, seconds, 0))
