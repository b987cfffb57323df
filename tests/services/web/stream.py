"""What stands on the usage stream."""

from typing import Any

import msgspec
from redis import Redis

from pipeline import record_batch
from pipeline.settings import Settings


def usage_events(settings: Settings) -> list[dict[str, Any]]:
    """All events of all partitions."""
    return [msgspec.json.decode(event) for event in raw_usage_events(settings)]


def raw_usage_events(settings: Settings) -> list[bytes]:
    """All events of all partitions, as they stand there."""
    with Redis.from_url(settings.redis_url) as redis:
        entries = [
            fields[b"v"]
            for partition in range(settings.partitions)
            for _, fields in redis.xrange(f"{{{settings.redis_prefix}:usage:{partition}}}")
        ]
    return [event for value in entries for event in record_batch.decode(value)]
