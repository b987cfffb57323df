"""The raw usage events as their owner reads them: in time order, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import from_us, to_us

_PAGE = f"""
SELECT event_id, type, source, {to_us("time")}, duration_us, device, entity, category, project,
       data::text, {to_us("received_at")}
FROM usage_event
WHERE user_id = %(user_id)s AND time >= {from_us("%(lower)s")} AND time < {from_us("%(upper)s")}
AND EXISTS (
    SELECT FROM unnest(%(starts)s::bigint[], %(ends)s::bigint[]) AS wanted (start, "end")
    WHERE time >= {from_us("start")} AND time < {from_us('"end"')}
)
AND (%(device)s::text IS NULL OR device = %(device)s)
AND (%(after_time)s::bigint IS NULL OR (time, source, event_id)
     > ({from_us("%(after_time)s")}, %(after_source)s, %(after_id)s))
ORDER BY time, source, event_id LIMIT %(limit)s
"""


# The index of times has both ends.
_SPAN = """
SELECT (SELECT time FROM usage_event WHERE user_id = %(user_id)s ORDER BY time LIMIT 1),
       (SELECT time FROM usage_event WHERE user_id = %(user_id)s ORDER BY time DESC LIMIT 1)
"""


class RawEvent(NamedTuple):
    """An event; `time` and `received` are microseconds since 1970."""

    id: str
    type: str
    source: str
    time: int
    duration_us: int
    device: str
    entity: str
    category: str
    project: str
    data: str
    received: int


class Position(NamedTuple):
    """The place of an event in the order of the pages."""

    time: int
    source: str
    id: str


def span(user_id: UUID) -> tuple[datetime | None, datetime | None]:
    """The instants of a person's first and last event; None without any."""
    first, last = execute(_SPAN, {"user_id": user_id}).fetchone()
    return first, last


def page(
    user_id: UUID,
    windows: Sequence[tuple[int, int]],
    device: str | None,
    after: Position | None,
    limit: int,
) -> list[RawEvent]:
    """The first events after a position that lie in one of the windows (ends excluded)."""
    if not windows:
        return []
    starts, ends = zip(*windows, strict=True)
    time, source, id = after or (None, None, None)
    values: dict[str, Any] = {
        "user_id": user_id,
        "lower": min(starts),
        "upper": max(ends),
        "starts": list(starts),
        "ends": list(ends),
        "device": device,
        "after_time": time,
        "after_source": source,
        "after_id": id,
        "limit": limit,
    }
    return [RawEvent(*row) for row in execute(_PAGE, values).fetchall()]
