"""Jobs over dead letters: which they are, handing them to their stages, what came of it.

A letter handed out is `retrying` under its job; the owner of its partition applies it and knows
nothing of jobs. `settle` then reads off the letter what came of it.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from psycopg2.extras import execute_values

from models.database import execute, own_session
from models.dead_letter_pages import Filter

_SETTLE = """
WITH settled AS (
    SELECT i.number, d.id, CASE
        WHEN d.id IS NULL THEN 'gone'
        WHEN d.state = 'done' AND d.outcome = 'already_applied' THEN 'already_applied'
        WHEN d.state = 'done' THEN 'applied'
        WHEN d.state = 'discarded' THEN 'discarded'
        ELSE 'failed_again'
    END AS state, CASE WHEN d.state = 'open' THEN jsonb_build_object(
        'error_class', d.error_class, 'error_message', d.error_message
    ) END AS error
    FROM job_item i LEFT JOIN dead_letter d ON d.id = i.subject
    WHERE i.job_id = %(job_id)s AND i.state = 'begun'
      AND (d.id IS NULL OR d.state <> 'retrying')
),
freed AS (
    UPDATE dead_letter SET job_id = NULL FROM settled WHERE dead_letter.id = settled.id
)
UPDATE job_item i SET state = settled.state, detail = i.detail || coalesce(error, '{}'),
    event = NULL, finished_at = now()
FROM settled WHERE i.job_id = %(job_id)s AND i.number = settled.number
"""

_NEXT = """
WITH next AS (
    SELECT i.number, i.user_id, d.id, d.state, d.event, d.original, i.event AS edited
    FROM job_item i LEFT JOIN dead_letter d ON d.id = i.subject
    WHERE i.job_id = %(job_id)s AND i.state = 'waiting' AND d.job_id IS NULL
    ORDER BY i.number LIMIT %(limit)s
),
"""

_HAND_OUT = f"""
{_NEXT}
handed AS (
    UPDATE dead_letter d SET
        state = 'retrying', attempts = 0, next_at = now(), job_id = %(job_id)s,
        user_id = coalesce(d.user_id, next.user_id),
        original = CASE WHEN edited IS NULL THEN d.original ELSE coalesce(d.original, d.event) END,
        event = coalesce(edited, d.event)
    FROM next WHERE d.id = next.id AND d.state <> 'done' AND d.job_id IS NULL
    RETURNING d.id
)
UPDATE job_item i SET
    state = CASE WHEN next.id IS NULL THEN 'gone' WHEN next.state = 'done' THEN 'already_applied'
                 ELSE 'begun' END,
    detail = CASE WHEN next.id IS NULL THEN i.detail ELSE i.detail || jsonb_build_object(
        'was', next.state, 'had_original', next.original IS NOT NULL) END,
    event = CASE WHEN next.state <> 'done' AND edited IS NOT NULL THEN next.event END,
    finished_at = CASE WHEN next.id IS NULL OR next.state = 'done' THEN now() END
FROM next LEFT JOIN handed ON handed.id = next.id
WHERE i.job_id = %(job_id)s AND i.number = next.number
  AND (next.id IS NULL OR next.state = 'done' OR handed.id IS NOT NULL)
"""

_DISCARD = f"""
{_NEXT}
discarded AS (
    UPDATE dead_letter d SET state = 'discarded', next_at = NULL
    FROM next WHERE d.id = next.id AND d.state <> 'done' AND d.job_id IS NULL
    RETURNING d.id
)
UPDATE job_item i SET
    state = CASE WHEN next.id IS NULL THEN 'gone' WHEN next.state = 'done' THEN 'already_applied'
                 ELSE 'discarded' END,
    detail = CASE WHEN next.id IS NULL THEN i.detail
                  ELSE i.detail || jsonb_build_object('was', next.state) END,
    event = NULL, finished_at = now()
FROM next LEFT JOIN discarded ON discarded.id = next.id
WHERE i.job_id = %(job_id)s AND i.number = next.number
  AND (next.id IS NULL OR next.state = 'done' OR discarded.id IS NOT NULL)
"""

# A letter of which no try has ended yet is as it was before.
_TAKE_BACK = """
WITH mine AS (
    SELECT i.number, i.detail, i.event AS before, d.id, d.event AS edited
    FROM job_item i JOIN dead_letter d ON d.id = i.subject
    WHERE i.job_id = %(job_id)s AND i.state = 'begun' AND d.job_id = %(job_id)s
    FOR UPDATE OF d
),
back AS (
    UPDATE dead_letter d SET state = detail ->> 'was', job_id = NULL,
        next_at = CASE WHEN detail ->> 'was' = 'retrying' THEN now() END,
        event = coalesce(before, d.event),
        original = CASE WHEN before IS NULL OR (detail ->> 'had_original')::boolean
                        THEN d.original END
    FROM mine WHERE d.id = mine.id AND d.state = 'retrying' AND d.attempts = 0
    RETURNING number, CASE WHEN before IS NOT NULL THEN edited END AS edit
)
UPDATE job_item i SET state = 'waiting', event = edit FROM back
WHERE i.job_id = %(job_id)s AND i.number = back.number
"""


class Editable(NamedTuple):
    """A letter of a job as it is to be edited."""

    number: int
    id: UUID
    stage: str
    topic: str
    partition: int
    user_id: UUID | None
    event: bytes


def add_letters(job_id: UUID, wanted: Filter) -> int:
    """Make these letters the job's things, the oldest first; how many they are."""
    condition, values = wanted.sql()
    done = execute(
        "INSERT INTO job_item (job_id, number, subject, user_id)"
        " SELECT %(job_id)s, row_number() OVER (ORDER BY id), id, user_id FROM dead_letter"
        f" WHERE {condition}",
        {**values, "job_id": job_id},
    )
    return int(done.rowcount)


def event_bytes(job_id: UUID) -> int:
    """How large the events of the job's letters are together."""
    found = execute(
        "SELECT coalesce(sum(octet_length(d.event)), 0)::bigint FROM job_item i"
        " JOIN dead_letter d ON d.id = i.subject WHERE i.job_id = %s",
        (job_id,),
    )
    return int(found.fetchone()[0])


def editable(job_id: UUID, after: int, limit: int) -> list[Editable]:
    """The job's next letters after a number."""
    rows = execute(
        "SELECT i.number, d.id, d.stage, d.topic, d.partition, d.user_id, d.event"
        " FROM job_item i JOIN dead_letter d ON d.id = i.subject"
        " WHERE i.job_id = %s AND i.number > %s ORDER BY i.number LIMIT %s",
        (job_id, after, limit),
    )
    return [Editable._make((*row[:-1], bytes(row[-1]))) for row in rows.fetchall()]


def set_events(job_id: UUID, edited: Sequence[tuple[int, UUID | None, bytes]]) -> None:
    """What letters will hold, by number: whose event it is then, and the event."""
    with own_session().cursor() as cursor:
        execute_values(
            cursor,
            "UPDATE job_item i SET user_id = new.user_id::uuid, event = new.event"
            " FROM (VALUES %s) AS new (number, user_id, event)"
            f" WHERE i.job_id = '{job_id}' AND i.number = new.number",
            edited,
        )


def settle(job_id: UUID) -> int:
    """Read off the letters what came of those begun; how many have come to an end."""
    return int(execute(_SETTLE, {"job_id": job_id}).rowcount)


def hand_out(job_id: UUID, limit: int) -> int:
    """Have the next letters retried; those that are another job's wait. How many went on."""
    return int(execute(_HAND_OUT, {"job_id": job_id, "limit": limit}).rowcount)


def discard(job_id: UUID, limit: int) -> int:
    """Discard the next letters; how many went on."""
    return int(execute(_DISCARD, {"job_id": job_id, "limit": limit}).rowcount)


def take_back(job_id: UUID) -> int:
    """Have letters wait again that were handed out and not tried; how many."""
    return int(execute(_TAKE_BACK, {"job_id": job_id}).rowcount)


def in_flight(job_id: UUID) -> int:
    """How many letters are handed out and have not come to an end."""
    found = execute(
        "SELECT count(*) FROM job_item WHERE job_id = %s AND state = 'begun'", (job_id,)
    )
    return int(found.fetchone()[0])
