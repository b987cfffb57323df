"""The latest features of each person."""

import json
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute

_PUT = """
INSERT INTO feature_value AS f
    (user_id, feature_set, as_of, rev, watermark, values, computed_at)
VALUES (%(user_id)s, %(feature_set)s, %(as_of)s, %(rev)s, (
    SELECT max(last_at) FROM daily_activity WHERE user_id = %(user_id)s
), %(values)s, %(computed_at)s)
ON CONFLICT (user_id, feature_set) DO UPDATE
SET (as_of, rev, watermark, values, computed_at)
    = ROW (excluded.as_of, excluded.rev, excluded.watermark, excluded.values, excluded.computed_at)
"""

_FIND = """
SELECT as_of, rev, watermark, values, computed_at FROM feature_value
WHERE user_id = %s AND feature_set = %s
"""


class FeatureValues(NamedTuple):
    """A person's features as of a day of theirs, of the tables of a revision.

    `watermark` is when their activity ended that is known.
    """

    as_of: date
    rev: int
    watermark: datetime | None
    values: dict[str, float | None]
    computed_at: datetime


def find(user_id: UUID, feature_set: str) -> FeatureValues | None:
    """The person's features of the set, if they were ever computed."""
    row = execute(_FIND, (user_id, feature_set)).fetchone()
    return FeatureValues(*row) if row else None


def put(
    user_id: UUID,
    feature_set: str,
    as_of: date,
    rev: int,
    values: dict[str, float | None],
    computed_at: datetime,
) -> None:
    """Keep the person's features instead of those before."""
    given = {
        "user_id": user_id,
        "feature_set": feature_set,
        "as_of": as_of,
        "rev": rev,
        "values": json.dumps(values, allow_nan=False),
        "computed_at": computed_at,
    }
    execute(_PUT, given)
