"""What days of all people add up to; groups of fewer than five people are left out."""

from datetime import date
from typing import Literal, NamedTuple, get_args

from models.database import execute
from models.segments import LEAST_GROUP

By = Literal["day", "weekday", "day_type", "segment"]

_KEYS: dict[By, str] = {
    "day": "d.local_date::text",
    "weekday": "extract(isodow FROM d.local_date)::text",
    "day_type": "d.day_type",
    "segment": "m.segment",
}
_JOINS: dict[By, str] = {
    "segment": "JOIN segment_membership m ON m.user_id = d.user_id AND d.local_date >= m.entered_on"
    " AND (m.left_on IS NULL OR d.local_date < m.left_on)"
}
_SUMS = """
SELECT {key} AS key, count(DISTINCT d.user_id), count(*), sum(active_s), sum(focus_s), sum(deep_s),
       sum(meeting_s), sum(tracked_s), sum(switches)::bigint, sum(tasks_done)::bigint
FROM user_day d {join}
WHERE d.local_date BETWEEN %s AND %s
GROUP BY 1 HAVING count(DISTINCT d.user_id) >= %s ORDER BY 1
"""

BYS: tuple[By, ...] = get_args(By)


class DaySums(NamedTuple):
    """Of the days of a group: how many people and days there are, and sums (seconds)."""

    key: str
    people: int
    days: int
    active_s: float
    focus_s: float
    deep_s: float
    meeting_s: float
    tracked_s: float
    switches: int
    tasks_done: int


def sums(by: By, first: date, last: date) -> list[DaySums]:
    """The groups of the days from `first` to `last`, both included."""
    query = _SUMS.format(key=_KEYS[by], join=_JOINS.get(by, ""))
    return [DaySums(*row) for row in execute(query, (first, last, LEAST_GROUP)).fetchall()]
