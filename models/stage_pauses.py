"""What operators have paused: a stage as a whole, or a partition of it."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute

#: In the place of a partition: the stage as a whole.
WHOLE = -1


class Pause(NamedTuple):
    """A pause; `partition` may be `WHOLE`."""

    stage: str
    partition: int
    paused_at: datetime
    paused_by: UUID | None
    reason: str


def put(stage: str, partition: int, by: UUID, reason: str) -> bool:
    """Pause; False: it is paused already, and that stands."""
    done = execute(
        "INSERT INTO stage_pause (stage, partition, paused_by, reason) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (stage, partition, by, reason),
    )
    return bool(done.rowcount)


def end(stage: str, partition: int) -> int:
    """End a pause; with `WHOLE` also those of partitions. How many ended."""
    done = execute(
        "DELETE FROM stage_pause WHERE stage = %s AND (partition = %s OR %s = -1)",
        (stage, partition, partition),
    )
    return int(done.rowcount)


def of(stage: str) -> list[int]:
    """The partitions of the stage that are paused, with `WHOLE` if it is as a whole."""
    rows = execute("SELECT partition FROM stage_pause WHERE stage = %s", (stage,))
    return [partition for (partition,) in rows.fetchall()]


def every() -> list[Pause]:
    """All pauses."""
    rows = execute(
        "SELECT stage, partition, paused_at, paused_by, reason FROM stage_pause"
        " ORDER BY stage, partition"
    )
    return [Pause(*row) for row in rows.fetchall()]
