"""Taking a consumer group that is nobody's any more off the streams."""

from collections.abc import Sequence

from pipeline import topics
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.membership import PARTS
from pipeline.settings import Settings
from pipeline.stream_facts import read_logs

_PREFIX = "timeflow-"


async def places_of(
    connections: Connections, settings: Settings, group: str
) -> list[tuple[str, int]]:
    """The (topic, partition)s on whose streams the group is."""
    logs = await read_logs(connections, settings)
    return [(log.topic, log.partition) for log in logs if group in log.groups]


def stage_of(group: str) -> str | None:
    """The stage that the group was of; None: a stranger's, or one that this version has."""
    stage = group.removeprefix(_PREFIX)
    return None if stage == group or stage in topics.STAGES else stage


async def remove(
    connections: Connections, settings: Settings, group: str, places: Sequence[tuple[str, int]]
) -> None:
    """Remove the group, its fences and its membership."""
    keys = Keys(settings.redis_prefix)
    for place in places:
        await connections.call("XGROUP", "DESTROY", keys.log(*place), group)
        await connections.call("HDEL", keys.groups(*place), f"fence:{group}", f"position:{group}")
    for part in PARTS:
        await connections.call("UNLINK", keys.group(group, part))
