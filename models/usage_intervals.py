"""What each device was used for, from when to when, split at the bounds of local days.

Derived: written under the user's lock and by difference. Instants are microseconds since 1970.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from models.bulk import as_json, columns
from models.database import execute
from models.instants import from_us, to_us

_OF_DAYS = f"""
SELECT number, {to_us("start_at")}, {to_us("end_at")}, device, entity, category, project,
       events, active_us
FROM unnest(%s::uuid[], %s::date[]) WITH ORDINALITY AS asked (user_id, local_date, number)
JOIN usage_interval USING (user_id, local_date)
"""

_ROWS = """
json_to_recordset(%s) AS given (
    user_id uuid, local_date date, start bigint, "end" bigint, device text, entity text,
    category text, project text, events integer, active_us bigint
)
"""

# Within a day no two intervals of a device and thing begin at the same instant.
_DELETE = f"""
DELETE FROM usage_interval known USING {_ROWS}
WHERE known.user_id = given.user_id AND known.local_date = given.local_date
  AND start_at = {from_us("start")} AND known.device = given.device
  AND known.entity = given.entity AND known.category = given.category
  AND known.project = given.project
"""

_INSERT = f"""
INSERT INTO usage_interval (user_id, local_date, device, start_at, end_at, entity, category,
                            project, events, active_us)
SELECT user_id, local_date, device, {from_us("start")}, {from_us('"end"')}, entity, category,
       project, events, active_us
FROM {_ROWS}
"""

_TIMELINE = """
SELECT start_at, end_at, device, entity, category, project, events
FROM usage_interval WHERE user_id = %s AND local_date = %s
ORDER BY start_at, device, entity, category, project
"""


class IntervalRow(NamedTuple):
    """A row of the table."""

    user_id: UUID
    local_date: date
    start: int
    end: int
    device: str
    entity: str
    category: str
    project: str
    events: int
    active_us: int


def of_days(days: Collection[tuple[UUID, date]]) -> list[tuple[Any, ...]]:
    """Rows of these days, each as its day's number (from 1) and what an `IntervalRow` adds."""
    return list(execute(_OF_DAYS, columns(days)).fetchall()) if days else []


def replace(old: Sequence[IntervalRow], new: Sequence[IntervalRow]) -> None:
    """Delete `old` and insert `new`."""
    if old:
        execute(_DELETE, (as_json(row._asdict() for row in old),))
    if new:
        execute(_INSERT, (as_json(row._asdict() for row in new),))


def timeline(user_id: UUID, day: date) -> list[tuple[Any, ...]]:
    """(start, end, device, entity, category, project, events) in time order."""
    return list(execute(_TIMELINE, (user_id, day)).fetchall())
