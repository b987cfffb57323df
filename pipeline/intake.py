"""The way in: a person's events become durable on the stream, or the caller learns why not.

Requests for one partition that wait for the append in flight go together as the next entry (group
commit); a request is never split. A caller who goes away cancels nothing but its own waiting.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from pipeline import metrics, record_batch, topics
from pipeline.redis_streams.appender import INTAKE, Appender, AppendPolicy
from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.errors import OutcomeUnknown, StreamsError
from pipeline.redis_streams.group_commit import GroupCommit, QueueFull
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.topics import Topics
from pipeline.settings import Settings

__all__ = ["Intake", "NotTaken", "OutcomeUnknown"]

log = logging.getLogger(__name__)


class NotTaken(Exception):
    """Nothing was appended; the message says why."""


@dataclass(slots=True)
class _Request:
    events: Sequence[bytes]
    size: int
    until: float
    settled: asyncio.Future[None]

    @property
    def count(self) -> int:
        return len(self.events)


class Intake:
    """Appends to one topic from one process."""

    def __init__(
        self, connections: Connections, settings: Settings, topic: topics.Topic = topics.USAGE
    ) -> None:
        keys = Keys(settings.redis_prefix)
        policy = AppendPolicy(
            script=INTAKE,
            memory_percent=round(settings.intake_memory_share * 100),
            min_replicas=settings.stream_min_replicas,
            deadline_s=settings.intake_deadline_s,
        )
        self._topic, self._partitions = topic, settings.partitions
        self._deadline_s = settings.intake_deadline_s
        self._topics = Topics(connections, keys)
        self._appender = Appender(connections, keys, policy, self._log_replaced)
        self._commits = GroupCommit(
            self._flush,
            self._appender.turn,
            max_count=settings.entry_max_events,
            max_bytes=settings.entry_max_bytes,
            max_waiting_bytes=settings.intake_queue_bytes,
        )
        self._draining = False
        self._undeclared = False
        self._may_say = Seldom()

    async def declare(self) -> None:
        """Make the topic and the groups that must see all of it; once, before the first append."""
        await self._topics.declare(self._topic.name, self._partitions, self._topic.groups)

    async def append(self, user_id: UUID, events: Sequence[bytes]) -> None:
        """Return when `events` are durable; raise `NotTaken` or `OutcomeUnknown` otherwise."""
        if self._draining:
            raise NotTaken("this process is stopping")
        loop = asyncio.get_running_loop()
        size = record_batch.overhead(len(events)) + sum(map(len, events))
        request = _Request(events, size, loop.time() + self._deadline_s, loop.create_future())
        try:
            self._commits.put(topics.partition_of(user_id, self._partitions), request)
        except QueueFull as error:
            raise NotTaken(str(error)) from error
        await request.settled

    async def close(self) -> None:
        """Take no more and wait for what was taken."""
        self._draining = True
        await self._commits.settle()

    async def _flush(self, partition: int, batch: list[_Request]) -> None:
        began = asyncio.get_running_loop().time()
        if batch[0].until < began:  # the oldest
            batch = list(_in_time(batch, began))
        events = [event for request in batch for event in request.events]
        if not events:
            return
        error: Exception | None = None
        try:
            await self._append(partition, events)
        except OutcomeUnknown as unknown:
            error = unknown
        except StreamsError as refused:
            error = NotTaken(str(refused))
        metrics.append_seconds.observe(asyncio.get_running_loop().time() - began)
        if error is not None and self._may_say:
            log.warning("%s/%s: %s events: %s", self._topic.name, partition, len(events), error)
        for request in batch:
            _settle(request, error)

    async def _append(self, partition: int, events: Sequence[bytes]) -> None:
        if self._undeclared:
            await self.declare()
            self._undeclared = False
        entry = Entry(record_batch.encode(events), events=len(events))
        await self._appender.append(self._topic.name, partition, [entry])
        metrics.append_events.observe(len(events))

    def _log_replaced(self, topic: str, partition: int, last: int) -> None:
        self._undeclared = True
        metrics.log_replaced.labels(topic).inc()
        # Together with how far the stages had applied it, this tells the loss.
        log.critical(
            "%s/%s: the log was replaced under its writer; the old one went to entry %s",
            topic,
            partition,
            last,
        )


def _in_time(batch: Sequence[_Request], now: float) -> Iterator[_Request]:
    for request in batch:
        if request.until < now:
            _settle(request, NotTaken("Redis did not answer in time"))
        else:
            yield request


def _settle(request: _Request, error: Exception | None) -> None:
    if request.settled.done():
        return
    if error is None:
        request.settled.set_result(None)
        return
    counter = metrics.intake_refused if isinstance(error, NotTaken) else metrics.intake_unknown
    counter.inc()
    request.settled.set_exception(error)
