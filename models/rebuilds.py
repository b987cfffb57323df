"""The queue of users whose derived rows shall be computed anew from the raw events."""

from uuid import UUID

from models import user_state
from models.database import execute
from models.held_partitions import NONE, Held, goes_on


def request(user_id: UUID, reason: str) -> None:
    """Queue the user, once; inside the caller's transaction, which then holds the user's lock.

    The lock comes before the queue's row, here as in the rebuild itself.
    """
    user_state.lock([user_id])
    execute(
        "INSERT INTO rebuild_request (user_id, reason) VALUES (%s, %s)"
        " ON CONFLICT (user_id) DO UPDATE SET requested_at = now(), next_at = now(),"
        " reason = excluded.reason, attempts = 0, error = ''",
        (user_id, reason),
    )


def claim(first_delay_s: float, longest_delay_s: float, held: Held = NONE) -> UUID | None:
    """Take the request that is due longest for a try, in a commit of its own.

    The try counts before it is made, and the request comes due again after twice the time of the
    last: a rebuild that fails, or ends the process, does not come back at once.
    """
    row = execute(
        "UPDATE rebuild_request SET attempts = attempts + 1,"
        " next_at = now() + make_interval("
        "secs => least(%(first)s * power(2, least(attempts, 30)), %(longest)s))"
        " WHERE user_id = (SELECT user_id FROM rebuild_request WHERE next_at <= now()"
        f" AND {goes_on('user_id')}"
        " ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING user_id",
        {"first": first_delay_s, "longest": longest_delay_s, **held.values()},
    ).fetchone()
    return None if row is None else UUID(str(row[0]))


def finish(user_id: UUID) -> bool:
    """Take the user off the queue, inside the rebuild's transaction; False when not queued."""
    done = execute("DELETE FROM rebuild_request WHERE user_id = %s", (user_id,))
    return bool(done.rowcount)


def note_error(user_id: UUID, error: str) -> None:
    """Keep why the last try failed."""
    execute("UPDATE rebuild_request SET error = %s WHERE user_id = %s", (error, user_id))


def waiting() -> int:
    """How many users wait in the queue."""
    return int(execute("SELECT count(*) FROM rebuild_request").fetchone()[0])
