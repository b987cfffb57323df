"""Up to which revision of a user a following stage has come."""

from collections.abc import Collection, Mapping
from uuid import UUID

from models.database import execute
from models.user_state import NOT_ERASED


def lock(stage: str, users: Collection[UUID], *, skip_locked: bool = False) -> dict[UUID, int]:
    """Lock the stage's rows of `users` in sorted order and return their `done_rev`.

    With `skip_locked`, users somebody else is at are left out; so is who has no state at all.
    """
    execute(
        "INSERT INTO stage_progress (stage, user_id, done_rev) SELECT %s, user_id, 0"
        " FROM user_state WHERE user_id = ANY(%s::uuid[]) ORDER BY user_id ON CONFLICT DO NOTHING",
        (stage, list(users)),
    )
    return dict(
        execute(
            "SELECT user_id, done_rev FROM stage_progress"
            " WHERE stage = %s AND user_id = ANY(%s::uuid[]) ORDER BY user_id FOR UPDATE"
            + (" SKIP LOCKED" if skip_locked else ""),
            (stage, list(users)),
        ).fetchall()
    )


def write(stage: str, done: Mapping[UUID, int]) -> None:
    """Keep that the stage has come up to these revisions; its rows are locked."""
    execute(
        "UPDATE stage_progress p SET done_rev = d.rev, done_at = now()"
        " FROM unnest(%s::uuid[], %s::bigint[]) AS d (user_id, rev)"
        " WHERE p.stage = %s AND p.user_id = d.user_id",
        (list(done), list(done.values()), stage),
    )


def behind(stage: str, after: UUID | None, limit: int) -> list[UUID]:
    """The next users, by id after `after`, whom the stage has not come up to."""
    rows = execute(
        "SELECT s.user_id FROM user_state s"
        " LEFT JOIN stage_progress p ON p.stage = %s AND p.user_id = s.user_id"
        " WHERE s.rev > coalesce(p.done_rev, 0) AND (%s::uuid IS NULL OR s.user_id > %s::uuid)"
        f" AND {NOT_ERASED}"
        " ORDER BY s.user_id LIMIT %s",
        (stage, after, after, limit),
    )
    return [user_id for (user_id,) in rows.fetchall()]


def may_sweep(stage: str) -> bool:
    """Become the one who sweeps for the stage until the transaction ends, if nobody is."""
    row = execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('sweep ' || %s, 0))", (stage,)
    ).fetchone()
    return bool(row[0])
