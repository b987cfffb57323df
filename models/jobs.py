"""Work in bulk that operators ask for; what is to be done stands in `models.job_items`."""

from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from psycopg2.extras import Json

from models.database import execute
from models.uuid7 import uuid7

Kind = Literal["replay", "discard", "rebuild", "reread"]
State = Literal["running", "cancelled", "done"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_COUNTS = """
coalesce((SELECT jsonb_object_agg(state, things) FROM (
    SELECT state, count(*) AS things FROM job_item WHERE job_id = job.id GROUP BY state
) AS counted), '{}')
"""

# Things of a job that is done are counted once, when it is.
_SHOWN = f"""
SELECT id, kind, state, created_by, request, rate, created_at, updated_at, finished_at,
       coalesce(counts, {_COUNTS}) FROM job
"""


class Job(NamedTuple):
    """A job, and how many of its things are in which state."""

    id: UUID
    kind: Kind
    state: State
    created_by: UUID | None
    request: dict[str, Any]
    rate: float | None
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]


class Turn(NamedTuple):
    """A job that is locked for a turn of work: seconds since it began things last."""

    id: UUID
    state: State
    rate: float | None
    paced_s: float


def create(
    kind: Kind, created_by: UUID | None, request: dict[str, Any], rate: float | None = None
) -> UUID:
    """A new job, which runs as soon as the transaction is committed."""
    id = uuid7()
    execute(
        "INSERT INTO job (id, kind, state, created_by, request, rate)"
        " VALUES (%s, %s, 'running', %s, %s, %s)",
        (id, kind, created_by, Json(request), rate),
    )
    return id


def get(id: UUID) -> Job | None:
    """One job."""
    row = execute(f"{_SHOWN} WHERE id = %s", (id,)).fetchone()
    return Job(*row) if row else None


def page(kind: Kind | None, state: State | None, before: UUID | None, limit: int) -> list[Job]:
    """The newest first."""
    values = {"kind": kind, "state": state, "before": before, "limit": limit}
    rows = execute(
        f"{_SHOWN} WHERE (%(kind)s::text IS NULL OR kind = %(kind)s)"
        " AND (%(state)s::text IS NULL OR state = %(state)s)"
        " AND (%(before)s::uuid IS NULL OR id < %(before)s::uuid) ORDER BY id DESC LIMIT %(limit)s",
        values,
    )
    return [Job(*row) for row in rows.fetchall()]


def unfinished() -> list[tuple[UUID, Kind]]:
    """Jobs that run, and cancelled ones that still have something in hand; the oldest first."""
    rows = execute(
        "SELECT id, kind FROM job WHERE state = 'running' UNION"
        " SELECT job_id, kind FROM job_item JOIN job ON job.id = job_id"
        " WHERE job_item.state = 'begun' ORDER BY 1"
    )
    return list(rows.fetchall())


def take_turn(id: UUID) -> Turn | None:
    """Lock a job until the transaction ends; None: another process is at it, or it is done."""
    row = execute(
        "SELECT id, state, rate, extract(epoch FROM now() - paced_at)::float8 FROM job"
        " WHERE id = %s AND state <> 'done' FOR UPDATE SKIP LOCKED",
        (id,),
    ).fetchone()
    return Turn(*row) if row else None


def pace(id: UUID) -> None:
    """Things are begun now."""
    execute("UPDATE job SET paced_at = now(), updated_at = now() WHERE id = %s", (id,))


def touch(id: UUID) -> None:
    """Something of the job has gone on."""
    execute("UPDATE job SET updated_at = now() WHERE id = %s", (id,))


def change_state(id: UUID, old: State, new: State) -> bool:
    """False: the job is in another state, or is none."""
    done = execute(
        "UPDATE job SET state = %s, updated_at = now(),"
        " finished_at = CASE WHEN %s = 'running' THEN NULL ELSE now() END"
        " WHERE id = %s AND state = %s",
        (new, new, id, old),
    )
    return bool(done.rowcount)


def finish_if_done(id: UUID) -> bool:
    """A job that runs is done when nothing of it waits or is begun."""
    done = execute(
        "UPDATE job SET state = 'done', finished_at = now(), updated_at = now(),"
        f" counts = {_COUNTS}"
        " WHERE id = %s AND state = 'running' AND NOT EXISTS (SELECT FROM job_item"
        " WHERE job_id = job.id AND state IN ('waiting', 'begun'))",
        (id,),
    )
    return bool(done.rowcount)


def delete_old(age_s: float) -> int:
    """Forget jobs that ended so long ago; how many."""
    done = execute(
        "DELETE FROM job WHERE state <> 'running'"
        " AND finished_at < now() - make_interval(secs => %s)",
        (age_s,),
    )
    return int(done.rowcount)
