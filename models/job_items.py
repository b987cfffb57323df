"""The things of a job and what came of each: `waiting`, `begun`, or a result."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Literal, NamedTuple, get_args
from uuid import UUID

from psycopg2.extras import Json

from models.database import execute

#: Of dead letters: applied to gone; of people: equal to failed; of a partition: read.
ItemState = Literal[
    "waiting", "begun",
    "applied", "already_applied", "failed_again", "discarded", "gone",
    "equal", "different", "failed", "read",
]  # fmt: skip
ITEM_STATES: tuple[ItemState, ...] = get_args(ItemState)

_SHOWN = "number, subject, partition, state, detail, finished_at"


class Item(NamedTuple):
    """A thing of a job."""

    number: int
    subject: UUID | None
    partition: int | None
    state: ItemState
    detail: dict[str, Any]
    finished_at: datetime | None


def page(job_id: UUID, state: ItemState | None, after: int, limit: int) -> list[Item]:
    """In the order of their numbers, which begin at 1."""
    rows = execute(
        f"SELECT {_SHOWN} FROM job_item WHERE job_id = %s AND number > %s"
        " AND (%s::text IS NULL OR state = %s) ORDER BY number LIMIT %s",
        (job_id, after, state, state, limit),
    )
    return [Item(*row) for row in rows.fetchall()]


def next_waiting(job_id: UUID, paused: Collection[int]) -> Item | None:
    """The next partition that waits and is not paused, as it is now."""
    row = execute(
        f"SELECT {_SHOWN} FROM job_item WHERE job_id = %s AND state = 'waiting'"
        " AND partition <> ALL(%s::int[]) ORDER BY number LIMIT 1",
        (job_id, list(paused)),
    ).fetchone()
    return Item(*row) if row else None


def lock_detail(job_id: UUID, number: int) -> dict[str, Any] | None:
    """How far one is that waits, locked until the transaction ends; None: it does not wait."""
    row = execute(
        "SELECT detail FROM job_item WHERE job_id = %s AND number = %s AND state = 'waiting'"
        " FOR UPDATE",
        (job_id, number),
    ).fetchone()
    detail: dict[str, Any] | None = row[0] if row else None
    return detail


def finish(job_id: UUID, number: int, state: ItemState, detail: dict[str, Any]) -> None:
    """What came of it."""
    execute(
        "UPDATE job_item SET state = %s, detail = %s, finished_at = now()"
        " WHERE job_id = %s AND number = %s",
        (state, Json(detail), job_id, number),
    )


def note(job_id: UUID, number: int, detail: dict[str, Any]) -> None:
    """How far one is that waits."""
    execute(
        "UPDATE job_item SET detail = %s WHERE job_id = %s AND number = %s",
        (Json(detail), job_id, number),
    )


def count(job_id: UUID, *states: ItemState) -> int:
    """How many are in one of these states."""
    found = execute(
        "SELECT count(*) FROM job_item WHERE job_id = %s AND state = ANY(%s)",
        (job_id, list(states)),
    )
    return int(found.fetchone()[0])


def forget_gone_letters(user_id: UUID) -> None:
    """Keep nothing of dead letters of the person that are gone: no edit, and not what failed."""
    execute(
        "UPDATE job_item i SET event = NULL, detail = detail - 'error_message'"
        " WHERE user_id = %s AND (event IS NOT NULL OR jsonb_exists(detail, 'error_message'))"
        " AND NOT EXISTS (SELECT FROM dead_letter WHERE id = i.subject)",
        (user_id,),
    )


def forget_quotes(user_id: UUID) -> None:
    """Of the person's things keep only what can quote nothing of their events."""
    execute(
        "UPDATE job_item SET detail = detail - %(quotes)s::text[]"
        " WHERE user_id = %(user_id)s AND jsonb_exists_any(detail, %(quotes)s::text[])",
        {"user_id": user_id, "quotes": ["error", "error_message", "differences"]},
    )
