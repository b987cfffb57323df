"""Jobs that rebuild people: whom they are of, and which of them are at it."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from models.database import execute
from models.held_partitions import Held, goes_on
from models.user_state import NOT_ERASED

_PEOPLE = f"""
SELECT s.user_id FROM user_state s WHERE {NOT_ERASED}
  AND (%(user)s::uuid IS NULL OR s.user_id = %(user)s)
  AND (%(first)s::date IS NULL OR EXISTS (
    SELECT FROM daily_activity d WHERE d.user_id = s.user_id
    AND local_date BETWEEN %(first)s AND %(last)s))
  AND (%(tzdata)s::text IS NULL OR EXISTS (
    SELECT FROM daily_activity d WHERE d.user_id = s.user_id AND d.tzdata <> %(tzdata)s))
"""

_OVERLAP = """
SELECT other.job_id FROM job_item own JOIN job_item other
  ON other.subject = own.subject AND other.job_id <> own.job_id AND other.state = 'waiting'
JOIN job ON job.id = other.job_id AND job.state = 'running' AND job.kind = 'rebuild'
WHERE own.job_id = %s AND own.state = 'waiting' LIMIT 1
"""


@dataclass(frozen=True)
class People:
    """Who is rebuilt; None: any. Days are those with activity, `tzdata` the version not wanted."""

    user: UUID | None = None
    first: date | None = None
    last: date | None = None
    tzdata: str | None = None


def add_people(job_id: UUID, wanted: People) -> int:
    """Make these people the job's things; how many they are."""
    values: dict[str, Any] = {**vars(wanted), "job_id": job_id}
    done = execute(
        "INSERT INTO job_item (job_id, number, subject, user_id)"
        " SELECT %(job_id)s, row_number() OVER (ORDER BY user_id), user_id, user_id"
        f" FROM ({_PEOPLE}) AS people",
        values,
    )
    return int(done.rowcount)


def add_partitions(job_id: UUID, details: dict[int, str]) -> None:
    """Make partitions the job's things, each with how far it is, as JSON."""
    execute(
        "INSERT INTO job_item (job_id, number, partition, detail)"
        " SELECT %s, partition + 1, partition, detail::jsonb"
        " FROM unnest(%s::int[], %s::text[]) AS given (partition, detail)",
        (job_id, list(details), list(details.values())),
    )


def overlapping(job_id: UUID) -> UUID | None:
    """Another job that is about to rebuild one of the same people."""
    row = execute(_OVERLAP, (job_id,)).fetchone()
    return None if row is None else UUID(str(row[0]))


def lock() -> None:
    """One request at a time, until the transaction ends: two must see each other."""
    execute("SELECT pg_advisory_xact_lock(hashtext('rebuild jobs'))")


def take(job_id: UUID, held: Held) -> tuple[int, UUID, dict[str, Any], bool] | None:
    """(number, user, detail, whether to write) of the next person of a job that runs, locked."""
    row = execute(
        "SELECT number, subject, detail, coalesce((request ->> 'write')::boolean, false)"
        " FROM job_item JOIN job ON job.id = job_id"
        " WHERE job_id = %(job_id)s AND job_item.state = 'waiting' AND job.state = 'running'"
        f" AND {goes_on('subject')} ORDER BY number LIMIT 1 FOR UPDATE OF job_item SKIP LOCKED",
        {"job_id": job_id, **held.values()},
    ).fetchone()
    return None if row is None else tuple(row)
