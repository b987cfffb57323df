"""A stage as a Faust app: one consumer group, one agent, and the work that goes on beside it.

The agent only hands entries to the owners of their partitions; so none of them ever waits for
another, and Faust's own acknowledgements decide nothing but what the group shows.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import faust
import structlog
from faust.types import EventT
from mode import Service

from models import retries
from pipeline import record_batch, topics
from pipeline.batch import Entry
from pipeline.failures import Attempt
from pipeline.ownership import Ownership
from pipeline.rebuild import rebuild_next
from pipeline.redis_streams.connections import broker_url
from pipeline.redis_streams.options import Options
from pipeline.running_stage import RunningStage
from pipeline.settings import Settings
from pipeline.stage import Recompute, Stage
from pipeline.stage_reporter import StageReporter
from pipeline.sweep import sweep_page

log = structlog.get_logger(__name__)


class StageApp(faust.App):
    """Runs one stage: its name is the group's, the truth of its positions is PostgreSQL's."""

    def __init__(self, stage: Stage, settings: Settings) -> None:
        super().__init__(
            f"timeflow-{stage.name}",
            broker=broker_url(settings.broker_url or settings.redis_url),
            autodiscover=False,
            web_enabled=False,
            store="memory://",
            topic_partitions=settings.partitions,
            topic_disable_leader=True,
            stream_wait_empty=False,
        )
        self.stream_options = Options(
            prefix=settings.redis_prefix,
            lease_s=settings.lease_s,
            min_replicas=settings.stream_min_replicas,
        )
        self.running_stage = RunningStage(stage, settings, self._append_hints)
        self.reporter = StageReporter(self.running_stage)
        self.positions = Ownership(
            self.running_stage,
            seek_back=lambda tp, offset: self._reader.seek_back(tp, offset),
            ends=lambda tps: self.consumer.highwaters(*tps),
            lost=lambda tp: self._reader.lost(tp),
        )
        topic = self.topic(
            stage.topic.name,
            value_type=bytes,
            value_serializer="raw",
            key_type=bytes,
            key_serializer="raw",
            partitions=settings.partitions,
        )
        self.agent(topic, name=stage.name)(self._hand_over)

    async def trouble(self) -> str | None:
        """Why the stage does not work in this process now, in one line."""
        name, state = self.running_stage.stage.name, self.running_stage.state
        if state.breaker_open:
            return f"stage {name} pauses, for most events fail: {state.last_error}"
        if not self.positions.partitions():
            return f"stage {name} owns no partition"
        return None

    @property
    def _reader(self) -> Any:
        """The transport's consumer, which can do more than Faust's type of it knows."""
        return self.consumer

    async def _hand_over(self, stream: Any) -> None:
        async for event in stream.noack().events():
            self.positions.offer(event.message.tp, _entry(event))

    def events_in(self, value: bytes) -> int:
        """How many events a value that is sent holds: the transport's lag is told in these."""
        return len(record_batch.decode(value))

    async def _append_hints(self, partition: int, value: bytes) -> None:
        topic = self.running_stage.stage.tells.name
        sent = await self.producer.send(topic, None, value, partition, None, None)
        await sent

    # --- beside the stream ----------------------------------------------------------------------

    @Service.task
    async def _report(self) -> None:
        """Say how the stage is, and hear what is paused."""

        async def exchange() -> None:
            await self.reporter.exchange(self.positions.partitions())

        with Attempt():
            await exchange()
        await self._every(self.running_stage.settings.stage_report_s, exchange)

    @Service.task
    async def _look_for_dead_letters(self) -> None:
        """Wake the owners whose dead letters are due."""
        running = self.running_stage
        stage = running.stage

        async def look() -> None:
            due = await running.threads.run(retries.partitions_due, stage.name, stage.topic.name)
            self.positions.retry_dead_letters(set(due))

        await self._every(running.settings.dead_letter_poll_s, look)

    @Service.task
    async def _sweep(self) -> None:
        """Find whom a following stage is behind of."""
        running = self.running_stage
        if not running.stage.follows:
            return

        async def sweep() -> None:
            last: UUID | None = None
            while not self.should_stop and not running.pauses.hold():
                last = await running.threads.run(
                    sweep_page, running.stage, last, running.settings.sweep_page
                )
                if last is None:
                    break

        await self._every(running.settings.sweep_s, sweep)

    @Service.task
    async def _rebuild(self) -> None:
        """Work the queue of rebuilds off."""
        running = self.running_stage
        if (recompute := running.stage.recompute) is None:
            return
        await self._every(running.settings.rebuild_poll_s, lambda: self._rebuild_waiting(recompute))

    async def _rebuild_waiting(self, recompute: Recompute) -> None:
        running = self.running_stage
        found = True
        while found and not self.should_stop and not running.pauses.hold():
            held = running.pauses.held(running.settings.partitions)
            found, rebuilt = await running.threads.run(
                rebuild_next, recompute, running.settings, held
            )
            if rebuilt is not None and rebuilt.days:
                partition = topics.partition_of(rebuilt.user_id, running.settings.partitions)
                running.hints.publish(partition, [rebuilt.hint()])

    async def _every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        async for _ in self.itertimer(seconds):
            with Attempt() as attempt:
                await work()
            if attempt.failure and self.running_stage.log_failure:
                log.error("put off", work=work.__qualname__, error=repr(attempt.failure.error))

    # --- Faust's life-cycle ---------------------------------------------------------------------

    async def on_first_start(self) -> None:
        """Make no directories: there are no tables here."""

    async def on_stop(self) -> None:
        """Leave in order, then let the last hints go.

        Faust stops its services later, and a rebalance that still runs would acquire what was
        just released; so the consumer, which runs it, is stopped here.
        """
        await super().on_stop()
        await self.consumer.stop()
        # Other transports than ours have no rebalance of their own.
        if until_settled := getattr(self.consumer, "until_settled", None):
            await until_settled()
        await self.running_stage.hints.close(self.running_stage.settings.lease_s)

    async def on_shutdown(self) -> None:
        """The owners have left: close what they shared."""
        await super().on_shutdown()
        with Attempt():
            await self.reporter.leave()
        await self.running_stage.close()


def _entry(event: EventT[Any]) -> Entry:
    message = event.message
    # Other transports than ours have no tags.
    return Entry(message.offset, getattr(message, "tag", ""), message.value or b"", event.ack)
