"""Dead letters of a person, and what jobs keep of them."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from psycopg2.extras import Json

from models import jobs
from models.database import execute
from models.jobs import Kind

#: What a job keeps of a letter that it edits, as long as it may.
EDIT = b"an edit"
FAILED = {"error_class": "E", "error_message": "a secret"}


def bury(user: UUID, failed_on: date, event: bytes = b"") -> UUID:
    """A dead letter of the person."""
    id = uuid4()
    execute(
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, state, error_class, error_message, traceback, attempts, code_version,"
        " first_failed_at) VALUES (%s, 'usage', 'usage', 0, 1, %s, '', %s, %s, 'open', 'E', '', '',"
        " 1, '1', %s)",
        (id, id.int % 10**9, user, event, failed_on),
    )
    return id


def edited_by_a_job(letter: UUID, user: UUID) -> None:
    """A job that failed to replay the letter and was to edit it."""
    _add("replay", letter, user, EDIT, FAILED)


def compared_by_a_job(user: UUID) -> None:
    """A job that found a day of the person to be another."""
    stood = {"by_project": {"stood": {"a secret": 1}, "derived": {}}}
    _add("rebuild", user, user, None, {"days": 1, "differences": {"2026-03-02": stood}})


def kept_by_jobs() -> dict[UUID, tuple[bytes | None, Any]]:
    """Event and detail of the things of all jobs, by what they are of."""
    rows = execute("SELECT subject, event, detail FROM job_item").fetchall()
    return {subject: (event and bytes(event), detail) for subject, event, detail in rows}


def _add(kind: Kind, subject: UUID, user: UUID, event: bytes | None, detail: Any) -> None:
    job = jobs.create(kind, None, {})
    execute(
        "INSERT INTO job_item (job_id, number, subject, user_id, event, detail)"
        " VALUES (%s, 1, %s, %s, %s, %s)",
        (job, subject, user, event, Json(detail)),
    )
