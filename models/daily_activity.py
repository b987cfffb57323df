"""What each local day of a user adds up to.

Derived: written under the user's lock and by difference. Instants are microseconds since 1970.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from models.bulk import as_json, columns
from models.database import execute
from models.instants import from_us, to_us


class DayRow(NamedTuple):
    """What a row says, without when and in which revision it was computed."""

    user_id: UUID
    local_date: date
    time_zone: str
    day_start_min: int
    timeout_us: int
    tzdata: str
    length_us: int
    active_us: int
    focus_us: int
    events: int
    first: int
    last: int
    by_hour: list[list[int]]
    by_category: dict[str, int]
    by_project: dict[str, int]
    by_device: dict[str, int]
    events_by_category: dict[str, int]
    events_by_project: dict[str, int]
    events_by_device: dict[str, int]


_TOTALS = f"""
    time_zone, day_start_min, timeout_s * 1000000::bigint, tzdata, length_us, active_us, focus_us,
    events, {to_us("first_at")}, {to_us("last_at")}, by_hour, by_category, by_project, by_device,
    events_by_category, events_by_project, events_by_device
"""

_OF_DAYS = f"""
SELECT number, {_TOTALS}
FROM unnest(%s::uuid[], %s::date[]) WITH ORDINALITY AS asked (user_id, local_date, number)
JOIN daily_activity USING (user_id, local_date)
"""

_BETWEEN = f"""
SELECT user_id, local_date, {_TOTALS} FROM daily_activity
WHERE user_id = %s AND local_date BETWEEN %s AND %s ORDER BY local_date
"""

_DERIVED = (
    "time_zone", "day_start_min", "timeout_s", "tzdata", "length_us", "active_us", "focus_us",
    "events", "first_at", "last_at", "by_hour", "by_category", "by_project", "by_device",
    "events_by_category", "events_by_project", "events_by_device", "rev", "computed_at",
)  # fmt: skip

_UPSERT = f"""
INSERT INTO daily_activity (user_id, local_date, {", ".join(_DERIVED)})
SELECT user_id, local_date, time_zone, day_start_min, timeout_us / 1000000, tzdata,
       length_us, active_us, focus_us, events, {from_us("first")}, {from_us("last")},
       by_hour, by_category, by_project, by_device,
       events_by_category, events_by_project, events_by_device, rev, %s
FROM json_to_recordset(%s) AS given (
    user_id uuid, local_date date, time_zone text, day_start_min smallint, timeout_us bigint,
    tzdata text, length_us bigint, active_us bigint, focus_us bigint, events integer,
    first bigint, last bigint, by_hour jsonb, by_category jsonb, by_project jsonb,
    by_device jsonb, events_by_category jsonb, events_by_project jsonb, events_by_device jsonb,
    rev bigint
)
ON CONFLICT (user_id, local_date) DO UPDATE
SET ({", ".join(_DERIVED)}) = ROW ({", ".join(f"excluded.{name}" for name in _DERIVED)})
"""

# Times of devices overlap, so a device's time is its own union, not what of it won.
_SUMS = """
SELECT key, sum(value::bigint)::bigint, sum((events_by_{0} ->> key)::integer)
FROM daily_activity CROSS JOIN jsonb_each_text(by_{0})
WHERE user_id = %s AND local_date BETWEEN %s AND %s
GROUP BY key ORDER BY 2 DESC, 1
"""

Group = Literal["category", "project", "device"]

_SUMS_BY: dict[Group, str] = {group: _SUMS.format(group) for group in get_args(Group)}

_DELETE = """
DELETE FROM daily_activity known USING unnest(%s::uuid[], %s::date[]) AS gone (user_id, local_date)
WHERE known.user_id = gone.user_id AND known.local_date = gone.local_date
"""


def of_days(days: Collection[tuple[UUID, date]]) -> list[tuple[Any, ...]]:
    """Rows of these days, each as its day's number (from 1) and what a `DayRow` adds."""
    return list(execute(_OF_DAYS, columns(days)).fetchall()) if days else []


def dates(user_id: UUID) -> list[date]:
    """The days of the user that have a row."""
    found = execute("SELECT local_date FROM daily_activity WHERE user_id = %s", (user_id,))
    return [row[0] for row in found.fetchall()]


def write(rows: Sequence[tuple[DayRow, int]], now: datetime) -> None:
    """Insert or update the rows, each with the user's revision."""
    if rows:
        given = as_json({**row._asdict(), "rev": rev} for row, rev in rows)
        execute(_UPSERT, (now, given))


def delete(days: Collection[tuple[UUID, date]]) -> None:
    """Delete the rows of days that have no activity any more."""
    if days:
        execute(_DELETE, columns(days))


def between(user_id: UUID, first: date, last: date) -> list[DayRow]:
    """The user's rows from `first` to `last`, both included, by date."""
    return [DayRow(*row) for row in execute(_BETWEEN, (user_id, first, last)).fetchall()]


def sums(user_id: UUID, group: Group, first: date, last: date) -> list[tuple[str, int, int]]:
    """(key, microseconds, events) of each group from `first` to `last`, the longest first.

    Categories and projects add up to the active time; each device has its own time.
    """
    return list(execute(_SUMS_BY[group], (user_id, first, last)).fetchall())


def newest(user_id: UUID) -> datetime | None:
    """When the user's rows were last computed to something new."""
    found = execute("SELECT max(computed_at) FROM daily_activity WHERE user_id = %s", (user_id,))
    instant: datetime | None = found.fetchone()[0]
    return instant
