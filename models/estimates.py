"""Tasks that were done, with what was estimated and what they took."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us

_DONE = f"""
SELECT t.id, t.title, t.project_id, t.done_at, t.estimate_s * 1000000::bigint, took.us
FROM task t CROSS JOIN LATERAL (
    SELECT sum({to_us("end_at")} - {to_us("start_at")})::bigint AS us FROM time_entry e
    WHERE e.user_id = t.user_id AND e.task_id = t.id AND e.deleted_at IS NULL
      AND end_at IS NOT NULL
) AS took
WHERE t.user_id = %s AND t.deleted_at IS NULL AND t.done_at >= %s AND t.done_at < %s
  AND t.estimate_s IS NOT NULL AND took.us > 0
ORDER BY t.done_at DESC, t.id
"""


class Estimated(NamedTuple):
    """A task that was done; durations are microseconds, `actual_us` on all days."""

    id: UUID
    title: str
    project_id: UUID | None
    done_at: datetime
    estimate_us: int
    actual_us: int


def done(user_id: UUID, lower: datetime, upper: datetime) -> list[Estimated]:
    """Those that were done in this time and have both, the latest first."""
    return [Estimated(*row) for row in execute(_DONE, (user_id, lower, upper)).fetchall()]
