"""Trimming: what every declared group has applied goes when it is old, or when there is much.

A stage has applied what is below its cursor in PostgreSQL, so the caller gives the cursors; any
other group stands where Redis shows it. Nobody's entry is trimmed unread: a group or a cursor
that is missing means that nothing is trimmed at all.
"""

from collections.abc import Mapping

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Argument, Connections
from pipeline.redis_streams.errors import Refused
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.topics import Topic

_TRIM = scripts.load("trim")

#: Entries one call removes at most: the server does nothing else meanwhile.
_AT_ONCE = 5000


async def trim(
    connections: Connections,
    settings: Settings,
    topic: Topic,
    cursors: Mapping[str, Mapping[int, int]],
) -> int:
    """Trim every partition of `topic`; how many entries went.

    `cursors` are the next offsets of stages, by group and partition.
    """
    keys = Keys(settings.redis_prefix)
    removed = 0
    for partition in range(settings.partitions):
        positions = _positions(topic, partition, cursors)
        if positions is None:
            continue
        arguments = [round(settings.retention_age_s * 1000), settings.retention_bytes, _AT_ONCE]
        while True:
            log = keys.log(topic.name, partition)
            try:
                gone = await connections.run(_TRIM, [log], *arguments, *positions)
            except Refused as error:
                raise Refused(f"{topic.name}/{partition}: {error}") from error
            removed += gone
            if gone < _AT_ONCE:
                break
    return removed


def _positions(
    topic: Topic, partition: int, cursors: Mapping[str, Mapping[int, int]]
) -> list[Argument] | None:
    positions: list[Argument] = []
    for group in topic.groups:
        if group in cursors:
            if partition not in cursors[group]:
                return None
            positions += (group, cursors[group][partition])
        else:
            positions += (group, 0)
    return positions or None
