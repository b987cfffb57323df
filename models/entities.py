"""How much went into each entity: from whole months, from days, and from intervals of the rest.

Months and days are derived behind the tables; a day that is not as its tables stand now is read
from its intervals. All in one statement, so that all of it is of one instant.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from models.database import execute

_SUMS = """
WITH stale AS MATERIALIZED (
    SELECT local_date
    FROM (SELECT local_date, rev, feature_set, of_activity FROM user_day
          WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s) AS d
    FULL JOIN (SELECT local_date, rev FROM daily_activity
          WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s) AS a
    USING (local_date)
    WHERE d.rev IS NULL OR d.feature_set <> %(feature_set)s
       OR (a.rev IS NOT NULL) <> d.of_activity OR a.rev > d.rev
), whole AS MATERIALIZED (
    SELECT month, by_entity FROM entity_month
    WHERE user_id = %(user_id)s AND month >= %(first)s
      AND month + interval '1 month' - interval '1 day' <= %(last)s
      AND month NOT IN (SELECT date_trunc('month', local_date)::date FROM stale)
), each AS (
    SELECT key AS entity, (value ->> 0)::bigint AS us, (value ->> 1)::bigint AS events
    FROM whole CROSS JOIN jsonb_each(by_entity)
    UNION ALL
    SELECT key, (value ->> 0)::bigint, (value ->> 1)::bigint
    FROM user_day CROSS JOIN jsonb_each(by_entity)
    WHERE user_id = %(user_id)s AND local_date BETWEEN %(first)s AND %(last)s
      AND local_date NOT IN (SELECT local_date FROM stale)
      AND date_trunc('month', local_date)::date NOT IN (SELECT month FROM whole)
    UNION ALL
    SELECT entity, active_us, events FROM usage_interval
    WHERE user_id = %(user_id)s AND local_date IN (SELECT local_date FROM stale)
)
SELECT entity, sum(us)::bigint, sum(events)::bigint FROM each
GROUP BY entity ORDER BY 2 DESC, 1
"""

_FORGET = "DELETE FROM entity_month WHERE user_id = %(user_id)s AND month = ANY(%(months)s)"

_DERIVE = """
INSERT INTO entity_month (user_id, month, by_entity)
SELECT %(user_id)s, month, jsonb_object_agg(entity, jsonb_build_array(us, events))
FROM (
    SELECT date_trunc('month', local_date)::date AS month, key AS entity,
           sum((value ->> 0)::bigint) AS us, sum((value ->> 1)::bigint) AS events
    FROM user_day CROSS JOIN jsonb_each(by_entity)
    WHERE user_id = %(user_id)s AND local_date >= %(first)s
      AND local_date < %(last)s::date + interval '1 month'
      AND date_trunc('month', local_date)::date = ANY(%(months)s)
    GROUP BY 1, 2
) AS summed
GROUP BY month
"""


def sums(user_id: UUID, feature_set: str, first: date, last: date) -> list[tuple[str, int, int]]:
    """(entity, microseconds, events) of each from `first` to `last`, the longest first.

    They add up to the active time. Days of another feature set are read from their intervals.
    """
    values = {"user_id": user_id, "feature_set": feature_set, "first": first, "last": last}
    return list(execute(_SUMS, values).fetchall())


def derive_months(user_id: UUID, days: Collection[date]) -> None:
    """Add the months of these days up anew, from the days as they stand."""
    if not days:
        return
    months = sorted({day.replace(day=1) for day in days})
    values = {"user_id": user_id, "months": months, "first": months[0], "last": months[-1]}
    execute(
        "DELETE FROM entity_month WHERE user_id = %(user_id)s AND month = ANY(%(months)s)", values
    )
    execute(_DERIVE, values)
