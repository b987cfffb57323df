"""Reading one's own writes: wait, but not for long, until what was posted before is counted."""

import asyncio
import time
from uuid import UUID

from models.database import execute
from pipeline import topics
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.keys import Keys
from web.context import Context

_POLL_S = 0.02

_APPLIED = """
SELECT next_offset FROM stream_cursor WHERE stage = 'usage' AND topic = %s AND partition = %s
"""


async def caught_up(context: Context, user_id: UUID) -> bool:
    """Whether all that lay on the user's stream has been applied, within `read_own_wait_s`."""
    settings = context.settings
    partition = topics.partition_of(user_id, settings.partitions)
    key = Keys(settings.redis_prefix).log(topics.USAGE.name, partition)
    until = time.monotonic() + settings.read_own_wait_s
    try:
        newest = await context.redis.call("XREVRANGE", key, "+", "-", "COUNT", 1)
    except StreamsError:
        return False  # What is there can be read all the same.
    if not newest:
        return True
    end = int(_text(newest[0][0]).partition("-")[2])
    while await context.database.run(_applied, partition) <= end:
        if time.monotonic() > until:
            return False
        await asyncio.sleep(_POLL_S)
    return True


def _applied(partition: int) -> int:
    row = execute(_APPLIED, (topics.USAGE.name, partition)).fetchone()
    return int(row[0]) if row else 0


def _text(id: bytes | str) -> str:
    return id.decode() if isinstance(id, bytes) else id
