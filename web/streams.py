"""For operators: how far every group has read each stream, exactly."""

import math
from collections import defaultdict

import msgspec

from models import cursors
from pipeline import metrics, topics
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.positions import Position
from pipeline.stream_lag import Lag, lags
from web.context import Context
from web.routes import OPS, READS, route


class Standing(msgspec.Struct, frozen=True):
    """Where a group stands in a partition; null: not known.

    `committed` is the next offset to be applied, `end` that of the next append; the lag is in
    entries, in events and as the age of the oldest entry that is not applied.
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


class Streams(msgspec.Struct, frozen=True):
    """Every partition of every topic, once per group."""

    items: list[Standing]


@route(
    "GET",
    "/ops/streams",
    summary="The lag of every group in every partition",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_streams(context: Context) -> Streams:
    """Ask Redis, from the cursors in the database."""
    return Streams([_shown(lag) for lag in await read_lags(context)])


async def read_lags(context: Context) -> list[Lag]:
    """The lag of every declared group; the truth of a stage's position is its cursor."""
    settings = context.settings
    groups = [(topic.name, group) for topic in topics.ALL for group in topic.groups]
    positions: dict[str, dict[tuple[str, int], Position]] = defaultdict(dict)
    for topic in topics.ALL:
        for stage, partition, offset, tag in await context.database.run(
            cursors.positions, topic.name
        ):
            positions[f"timeflow-{stage}"][topic.name, partition] = Position(offset, tag)
    keys = Keys(settings.redis_prefix)
    return await lags(context.redis, keys, groups, settings.partitions, positions)


async def observe_lags(context: Context) -> None:
    """Bring the lag metrics up to date; what is not known is not a number, never 0."""
    for lag in await read_lags(context):
        of = (lag.topic, str(lag.partition), lag.group)
        for gauge, value in (
            (metrics.lag_entries, lag.entries),
            (metrics.lag_events, lag.events),
            (metrics.lag_seconds, lag.oldest_age_s),
        ):
            gauge.labels(*of).set(math.nan if value is None else value)


def _shown(lag: Lag) -> Standing:
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
    )
