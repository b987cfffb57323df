"""For operators: how far every group has read each stream, exactly, and what the streams hold."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from models import cursors, outbox, stage_reports
from pipeline import metrics, topics
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.positions import Position
from pipeline.stream_facts import LogFacts, blocks, read_logs, read_memory
from pipeline.stream_lag import Lag, lags
from web.context import Context
from web.routes import OPS, READS, route


class Standing(msgspec.Struct, frozen=True):
    """Where a group stands in a partition; null: not known.

    `committed` is the next offset to be applied, `end` that of the next append; the lag is in
    entries, in events and as the age of the oldest entry that is not applied. `rate_events_s` is
    what the owner of the partition applied a second of late, `drain_s` how long the lag lasts so.
    """

    topic: str
    partition: int
    group: str
    committed: int | None
    end: int | None
    lag_entries: int | None
    lag_events: int | None
    oldest_age_s: float | None
    bytes: int | None
    rate_events_s: float | None
    drain_s: float | None


class Block(msgspec.Struct, frozen=True):
    """What keeps entries that are due to be trimmed: a group that is missing, has no cursor, or
    is behind."""

    partition: int
    group: str
    reason: Annotated[str, Meta(examples=["behind"])]


class TopicFacts(msgspec.Struct, frozen=True):
    """What a topic holds, how long entries are kept that all have read, what keeps others."""

    topic: str
    partitions: int
    entries: int
    bytes: int
    oldest_age_s: float | None
    appended_events: int | None
    retention_age_s: float
    retention_bytes: int
    blocked_by: list[Block]


class MemoryFacts(msgspec.Struct, frozen=True):
    """How full Redis is; null: no limit is set. Above `intake_stops_at_bytes` events get 503."""

    used_bytes: int
    maxmemory_bytes: int | None
    intake_stops_at_bytes: int | None
    policy: Annotated[str, Meta(examples=["noeviction"])]


class OutboxFacts(msgspec.Struct, frozen=True):
    """Changes of work that are not on the stream yet, and the age of the oldest."""

    waiting: int
    oldest_age_s: float


class Streams(msgspec.Struct, frozen=True):
    """Every partition of every topic, once per group, also of groups that no stage is any more."""

    items: list[Standing]
    topics: list[TopicFacts]
    memory: MemoryFacts
    outbox: OutboxFacts


@route(
    "GET",
    "/ops/streams",
    summary="The lag of every group in every partition, and what the streams hold",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_streams(context: Context) -> Streams:
    """Ask Redis, from the cursors in the database."""
    settings, logs = context.settings, await read_logs(context.redis, context.settings)
    positions = await _positions(context)
    rates = await context.database.run(_rates, settings.stage_silent_s)
    memory = await read_memory(context.redis)
    waiting, oldest_s = await context.database.run(outbox.backlog)
    found = await _lags(context, positions, _groups(logs))
    intake = memory.limit and int(memory.limit * settings.intake_memory_share)
    return Streams(
        items=[_shown(lag, rates.get((lag.group, lag.partition))) for lag in found],
        topics=[_topic(topic, logs, positions, context) for topic in topics.ALL],
        memory=MemoryFacts(memory.used, memory.limit, intake, memory.policy),
        outbox=OutboxFacts(waiting, oldest_s),
    )


async def read_lags(context: Context) -> list[Lag]:
    """The lag of every declared group."""
    return await _lags(context, await _positions(context), _declared())


async def observe_lags(context: Context) -> None:
    """Bring the metrics of the streams up to date; what is not known is not a number, never 0."""
    for lag in await read_lags(context):
        of = (lag.topic, str(lag.partition), lag.group)
        for gauge, value in (
            (metrics.lag_entries, lag.entries),
            (metrics.lag_events, lag.events),
            (metrics.lag_seconds, lag.oldest_age_s),
        ):
            gauge.labels(*of).set(math.nan if value is None else value)
    memory = await read_memory(context.redis)
    metrics.redis_memory_share.set(memory.used / memory.limit if memory.limit else math.nan)
    metrics.outbox_waiting.set((await context.database.run(outbox.backlog))[0])


_Positions = Mapping[str, Mapping[tuple[str, int], Position]]


async def _positions(context: Context) -> _Positions:
    """Where stages stand: the truth is their cursor."""
    positions: dict[str, dict[tuple[str, int], Position]] = defaultdict(dict)
    for topic in topics.ALL:
        for stage, partition, offset, tag in await context.database.run(
            cursors.positions, topic.name
        ):
            positions[f"timeflow-{stage}"][topic.name, partition] = Position(offset, tag)
    return positions


async def _lags(
    context: Context, positions: _Positions, groups: Sequence[tuple[str, str]]
) -> list[Lag]:
    settings = context.settings
    keys = Keys(settings.redis_prefix)
    return await lags(context.redis, keys, groups, settings.partitions, positions)


def _declared() -> list[tuple[str, str]]:
    return [(topic.name, group) for topic in topics.ALL for group in topic.groups]


def _groups(logs: Sequence[LogFacts]) -> list[tuple[str, str]]:
    """The declared groups, then strangers on the streams."""
    declared = _declared()
    found = {(log.topic, group) for log in logs for group in log.groups}
    return declared + sorted(found - set(declared))


def _rates(silent_s: float) -> dict[tuple[str, int], float]:
    """Events applied a second of late, by group and partition, where somebody says so."""
    return {
        (f"timeflow-{report.stage}", int(partition)): rate
        for report in stage_reports.live(silent_s)
        for partition, rate in report.rates.items()
    }


def _topic(
    topic: topics.Topic, logs: Sequence[LogFacts], positions: _Positions, context: Context
) -> TopicFacts:
    own = [log for log in logs if log.topic == topic.name]
    ages = [log.oldest_age_s for log in own if log.oldest_age_s is not None]
    events = [log.events for log in own if log.events is not None]
    at = {
        group: {place: position.next_offset for place, position in places.items()}
        for group, places in positions.items()
    }
    settings = context.settings
    return TopicFacts(
        topic=topic.name,
        partitions=len(own),
        entries=sum(log.entries for log in own),
        bytes=sum(log.bytes for log in own),
        oldest_age_s=max(ages, default=None),
        appended_events=sum(events) if len(events) == len(own) else None,
        retention_age_s=settings.retention_age_s,
        retention_bytes=settings.retention_bytes,
        blocked_by=[Block(*block) for block in blocks(topic, own, at, settings)],
    )


def _shown(lag: Lag, rate: float | None) -> Standing:
    drain_s = None
    if lag.events == 0:
        drain_s = 0.0
    elif lag.events and rate:
        drain_s = lag.events / rate
    return Standing(
        lag.topic,
        lag.partition,
        lag.group,
        lag.committed,
        lag.end,
        lag.entries,
        lag.events,
        lag.oldest_age_s,
        lag.bytes,
        rate,
        drain_s,
    )
