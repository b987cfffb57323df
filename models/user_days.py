"""The features of people's days, as the segmentation stage derived them, and the days' types."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.bulk import as_json, columns
from models.database import execute

_FEATURES = (
    "length_s", "active_s", "focus_s", "deep_s", "tracked_s", "meeting_s", "opening_meeting_s",
    "night_s", "sessions", "session_median_s", "longest_session_s", "switches", "first_hour",
    "last_hour", "by_wall_hour", "by_category", "by_project", "tasks_created", "tasks_done",
    "tasks_planned", "planned_s", "estimate_log_error",
)  # fmt: skip
_COLUMNS = ", ".join(_FEATURES)
_DERIVED = (*_FEATURES, "focus_sessions", "by_entity", "of_activity", "of_work")

# Rows of the day's tables that were written since are newer than what was derived from them.
_STALE = """
SELECT local_date, a.rev IS NOT NULL, w.rev IS NOT NULL
FROM (SELECT * FROM user_day WHERE user_id = %(user_id)s) AS d
FULL JOIN (SELECT local_date, rev FROM daily_activity WHERE user_id = %(user_id)s) AS a
USING (local_date)
FULL JOIN (SELECT local_date, rev FROM daily_work WHERE user_id = %(user_id)s) AS w
USING (local_date)
WHERE d.rev IS NULL OR d.feature_set <> %(feature_set)s
   OR (a.rev IS NOT NULL) <> d.of_activity OR a.rev > d.rev
   OR (w.rev IS NOT NULL) <> d.of_work OR w.rev > d.rev
ORDER BY local_date
"""

_UPSERT = f"""
INSERT INTO user_day (user_id, local_date, {", ".join(_DERIVED)}, feature_set, rev, computed_at)
SELECT %(user_id)s, local_date, {", ".join(_DERIVED)}, %(feature_set)s, %(rev)s, %(now)s
FROM json_populate_recordset(NULL::user_day, %(rows)s)
ON CONFLICT (user_id, local_date) DO UPDATE
SET ({", ".join(_DERIVED)}, feature_set, rev, computed_at) = ROW (
    {", ".join(f"excluded.{name}" for name in (*_DERIVED, "feature_set", "rev", "computed_at"))}
)
"""

_TYPES = """
UPDATE user_day d SET day_type = given.type, day_type_reason = given.reason
FROM unnest(%s::date[], %s::text[], %s::text[]) AS given (local_date, type, reason)
WHERE d.user_id = %s AND d.local_date = given.local_date
  AND (d.day_type, d.day_type_reason) <> (given.type, given.reason)
"""

_LEARNT = """
UPDATE user_day d SET learnt_type = given.type, learnt_reason = given.reason
FROM unnest(%s::date[], %s::text[], %s::text[]) AS given (local_date, type, reason)
WHERE d.user_id = %s AND d.local_date = given.local_date
  AND (d.learnt_type, d.learnt_reason) <> (given.type, given.reason)
"""

_BOUNDS = """
SELECT min(local_date), max(local_date) FROM user_day
WHERE user_id = %s AND greatest(active_s, tracked_s) >= %s AND local_date <= %s
"""


class Stale(NamedTuple):
    """A day that is not derived as its tables stand now; gone, if neither has a row."""

    local_date: date
    has_activity: bool
    has_work: bool


class FocusRow(NamedTuple):
    """What of a day's row concerns its focus. Durations are seconds.

    `focus_sessions` are [start, end, category, own time], in microseconds.
    """

    date: date
    active_s: float
    focus_s: float
    deep_s: float
    meeting_s: float
    sessions: int
    session_median_s: float
    longest_session_s: float
    switches: int
    first_hour: float | None
    last_hour: float | None
    focus_sessions: list[tuple[int, int, str, int]]
    computed_at: datetime


_BETWEEN = f"""
SELECT local_date, {_COLUMNS} FROM user_day
WHERE user_id = %s AND local_date BETWEEN %s AND %s ORDER BY local_date
"""

_FOCUS = """
SELECT local_date, active_s, focus_s, deep_s, meeting_s, sessions, session_median_s,
       longest_session_s, switches, first_hour, last_hour, focus_sessions, computed_at
FROM user_day WHERE user_id = %s AND local_date BETWEEN %s AND %s AND of_activity
ORDER BY local_date
"""


def stale(user_id: UUID, feature_set: str) -> list[Stale]:
    """The days to derive anew, in order."""
    values = {"user_id": user_id, "feature_set": feature_set}
    return [Stale(*row) for row in execute(_STALE, values).fetchall()]


def write(
    user_id: UUID,
    rows: Iterable[dict[str, Any]],
    *,
    feature_set: str,
    rev: int,
    now: datetime,
) -> None:
    """Insert or update rows, each by the names of its columns, derived as of a revision."""
    values = {"user_id": user_id, "feature_set": feature_set, "rev": rev, "now": now}
    execute(_UPSERT, {**values, "rows": as_json(rows)})


def delete(user_id: UUID, days: Collection[date]) -> None:
    """Delete the rows of days of which nothing is known any more."""
    if days:
        execute(
            "DELETE FROM user_day WHERE user_id = %s AND local_date = ANY(%s)",
            (user_id, list(days)),
        )


def between(user_id: UUID, first: date, last: date) -> list[tuple[Any, ...]]:
    """The date and the features (the fields of `steps.user_day.UserDay`) of each day, in order."""
    return list(execute(_BETWEEN, (user_id, first, last)).fetchall())


def write_types(user_id: UUID, types: Sequence[tuple[date, str, str]]) -> None:
    """Keep each day's type, and in words why; what stands so is not written."""
    if types:
        execute(_TYPES, (*columns(types), user_id))


def write_learnt(user_id: UUID, types: Sequence[tuple[date, str, str]]) -> None:
    """Keep the learnt type of each day, and in words why; what stands so is not written."""
    if types:
        execute(_LEARNT, (*columns(types), user_id))


def types(user_id: UUID, first: date, last: date) -> list[tuple[date, str, str, str]]:
    """(day, type, in words why, learnt type or empty) of each day that has a type, in order."""
    rows = execute(
        "SELECT local_date, day_type, day_type_reason, learnt_type FROM user_day"
        " WHERE user_id = %s AND local_date BETWEEN %s AND %s AND day_type <> ''"
        " ORDER BY local_date",
        (user_id, first, last),
    )
    return list(rows.fetchall())


def bounds(user_id: UUID, least_s: float, until: date) -> tuple[date | None, date | None]:
    """The first and the last day, until that one, with so many seconds of use."""
    first, last = execute(_BOUNDS, (user_id, least_s, until)).fetchone()
    return first, last


def focus(user_id: UUID, first: date, last: date) -> list[FocusRow]:
    """What of the row of each day with activity concerns its focus, in order."""
    return [FocusRow(*row) for row in execute(_FOCUS, (user_id, first, last)).fetchall()]
