"""How many dead letters there are, and letting the oldest go."""

from datetime import datetime
from typing import NamedTuple

from models.database import execute

_COUNTED = """
SELECT count(*), min(first_failed_at),
       min(first_failed_at) FILTER (WHERE state IN ('open', 'retrying'))
FROM dead_letter
"""

# Those that are done with go first. What a job has in hand stays.
_PRUNE = """
WITH beyond AS (
    SELECT id FROM dead_letter
    WHERE job_id IS NULL AND first_failed_at < now() - make_interval(secs => %(age_s)s)
    UNION ALL
    SELECT id FROM (
        SELECT id FROM dead_letter WHERE job_id IS NULL
        ORDER BY state IN ('open', 'retrying'), first_failed_at
        LIMIT greatest(0, (SELECT count(*) FROM dead_letter) - %(most)s)
    ) AS most
)
DELETE FROM dead_letter WHERE id IN (SELECT id FROM beyond LIMIT %(limit)s)
"""


class Counted(NamedTuple):
    """How many there are, since when, and since when one waits to be applied."""

    letters: int
    oldest_at: datetime | None
    waiting_since: datetime | None


def counted() -> Counted:
    """Of all letters."""
    return Counted(*execute(_COUNTED).fetchone())


def prune(most: int, age_s: float, limit: int) -> int:
    """Delete some of those that are too many or too old; how many."""
    values = {"most": most, "age_s": age_s, "limit": limit}
    return int(execute(_PRUNE, values).rowcount)
