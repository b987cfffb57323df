"""For how many days people keep their raw events, and what is stored of these."""

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models import job_items, user_state
from models.database import database, execute
from models.instants import from_us

# The later of two always stands: what is gone does not come back, and a closed day stays closed.
# Who waits for a rebuild is swept later: the days that are closed must be the right ones.
_MOVE = f"""
UPDATE retention SET swept_at = now(),
    horizon = greatest(horizon, {from_us("%(at)s")}),
    first_open = greatest(first_open, %(first_open)s)
WHERE user_id = %(user_id)s
AND NOT EXISTS (SELECT FROM rebuild_request WHERE user_id = %(user_id)s)
"""

_DUE = """
SELECT r.user_id, r.days FROM retention r
WHERE r.days IS NOT NULL AND (swept_at IS NULL OR swept_at < now() - make_interval(secs => %s))
AND NOT EXISTS (SELECT FROM rebuild_request q WHERE q.user_id = r.user_id)
AND NOT EXISTS (SELECT FROM erasure e WHERE e.user_id = r.user_id)
ORDER BY swept_at NULLS FIRST LIMIT %s
"""

_DELETE = """
DELETE FROM usage_event WHERE user_id = %(user_id)s AND ctid = ANY(ARRAY(
    SELECT ctid FROM usage_event WHERE user_id = %(user_id)s
    AND time < (SELECT horizon FROM retention WHERE user_id = %(user_id)s) LIMIT %(limit)s
))
"""

_DELETE_DEAD_LETTERS = """
DELETE FROM dead_letter d USING retention r
WHERE d.user_id = %(user_id)s AND r.user_id = d.user_id AND first_failed_at < r.horizon
"""

# A row, its place in the page and its entries in the two or three indexes; measured on a sample,
# for to measure all would read all.
_STORED = """
WITH own AS MATERIALIZED (SELECT time FROM usage_event WHERE user_id = %(user_id)s)
SELECT count(*), min(time), count(*) FILTER (WHERE time >= now() - interval '28 days'), (
    SELECT coalesce(avg(pg_column_size(e) + 2 * pg_column_size(event_id) + 110), 0)::float8
    FROM (SELECT * FROM usage_event WHERE user_id = %(user_id)s ORDER BY time DESC LIMIT 1000) e
), ARRAY(
    SELECT (SELECT count(*) FROM own WHERE %(kept)s::int IS NULL
            OR time >= now() + make_interval(days => ahead - %(kept)s::int))
    FROM unnest(%(ahead)s::int[]) AS ahead
) FROM own
"""


class Retention(NamedTuple):
    """Days kept (None: for ever); before `horizon` no raw events are left."""

    days: int | None = None
    horizon: datetime | None = None
    first_open: date | None = None


class Stored(NamedTuple):
    """A person's raw events: how many, the first, those of 28 days, bytes of each.

    `left` are those that will be left after each of the asked numbers of days.
    """

    events: int
    first: datetime | None
    recent: int
    bytes_each: float
    left: list[int]


def get(user_id: UUID) -> Retention:
    """What the person chose, and how far it has been carried out."""
    row = execute(
        "SELECT days, horizon, first_open FROM retention WHERE user_id = %s", (user_id,)
    ).fetchone()
    return Retention(*row) if row else Retention()


def choose(user_id: UUID, days: int | None) -> None:
    """Keep raw events for so many days from the next sweep on, which comes soon."""
    execute(
        "INSERT INTO retention (user_id, days) VALUES (%s, %s)"
        " ON CONFLICT (user_id) DO UPDATE SET days = excluded.days, swept_at = NULL",
        (user_id, days),
    )


def due(every_s: float, limit: int) -> list[tuple[UUID, int]]:
    """(user, days) of those whose last sweep is so long ago and whose days stand as they should."""
    return list(execute(_DUE, (every_s, limit)).fetchall())


def move_horizon(user_id: UUID, at: int, first_open: date) -> None:
    """From now on nothing before is kept or derived. Inside a transaction."""
    user_state.restrict(user_id)
    execute(_MOVE, {"user_id": user_id, "at": at, "first_open": first_open})


def delete_page(user_id: UUID, limit: int) -> int:
    """Delete some of the raw events before the horizon; how many."""
    return int(execute(_DELETE, {"user_id": user_id, "limit": limit}).rowcount)


def delete_dead_letters(user_id: UUID) -> None:
    """Delete the dead letters from before the horizon: they hold raw events, too."""
    with database.atomic():
        execute(_DELETE_DEAD_LETTERS, {"user_id": user_id})
        job_items.forget_gone_letters(user_id)


def stored(user_id: UUID, kept_days: int | None, ahead: list[int]) -> Stored:
    """What is stored of the person's raw events, and what of it will be left."""
    values = {"user_id": user_id, "kept": kept_days, "ahead": ahead}
    return Stored(*execute(_STORED, values).fetchone())
