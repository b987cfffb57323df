"""Up to which revision of a user a following stage has come, and when it looks again by itself.

What it follows is the users' tables, whose revision is `user_state.rev`; or another following
stage, whose revision of a user is how often that stage ran for them.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute
from models.user_state import NOT_ERASED

# How far what a stage follows has come: the tables themselves, or the runs of another stage.
_REV = "CASE WHEN %(after)s = '' THEN s.rev ELSE coalesce(a.runs, 0) END"
_FOLLOWED = """
LEFT JOIN stage_progress a ON a.stage = %(after)s AND a.user_id = s.user_id"""
_STANDING = f"""
user_state s
LEFT JOIN stage_progress p ON p.stage = %(stage)s AND p.user_id = s.user_id{_FOLLOWED}"""

_REVS = f"""
SELECT s.user_id, {_REV}
FROM user_state s{_FOLLOWED}
WHERE s.user_id = ANY(%(users)s::uuid[]) AND {NOT_ERASED}
"""

_BEHIND = f"""
SELECT s.user_id FROM {_STANDING}
WHERE ({_REV} > coalesce(p.done_rev, 0)
       OR p.due_at <= now())
  AND (%(beyond)s::uuid IS NULL OR s.user_id > %(beyond)s::uuid) AND {NOT_ERASED}
ORDER BY s.user_id LIMIT %(limit)s
"""

_IS_BEHIND = f"""
SELECT EXISTS (
    SELECT FROM {_STANDING} WHERE s.user_id = %(user_id)s AND {_REV} > coalesce(p.done_rev, 0)
)
"""

_LOCK = """
SELECT user_id, done_rev, coalesce(due_at <= now(), false) FROM stage_progress
WHERE stage = %s AND user_id = ANY(%s::uuid[]) ORDER BY user_id FOR UPDATE
"""

_WRITE = """
UPDATE stage_progress p
SET done_rev = d.rev, done_at = now(), due_at = d.due_at, runs = p.runs + 1
FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[]) AS d (user_id, rev, due_at)
WHERE p.stage = %s AND p.user_id = d.user_id
"""

# In the order in which the stage locks them.
_MAKE_ALL_DUE = """
WITH rows AS MATERIALIZED (
    SELECT stage, user_id FROM stage_progress WHERE stage = %s ORDER BY user_id FOR UPDATE
)
UPDATE stage_progress p SET due_at = now() FROM rows
WHERE p.stage = rows.stage AND p.user_id = rows.user_id
"""


class Done(NamedTuple):
    """Up to which revision of a user a stage has come; `is_due`: by now it looks again anyway."""

    rev: int
    is_due: bool


def lock(stage: str, users: Collection[UUID], *, skip_locked: bool = False) -> dict[UUID, Done]:
    """Lock the stage's rows of `users` in sorted order and return how far it has come.

    With `skip_locked`, users somebody else is at are left out; so is who has no state at all.
    """
    execute(
        "INSERT INTO stage_progress (stage, user_id, done_rev) SELECT %s, user_id, 0"
        " FROM user_state WHERE user_id = ANY(%s::uuid[]) ORDER BY user_id ON CONFLICT DO NOTHING",
        (stage, list(users)),
    )
    rows = execute(_LOCK + (" SKIP LOCKED" if skip_locked else ""), (stage, list(users)))
    return {user_id: Done(rev, is_due) for user_id, rev, is_due in rows.fetchall()}


def revs(after: str, users: Collection[UUID]) -> dict[UUID, int]:
    """The revisions of what is followed as they are; who has none or is erased is left out."""
    rows = execute(_REVS, {"after": after, "users": list(users)})
    return dict(rows.fetchall())


def write(stage: str, done: Iterable[tuple[UUID, int, datetime | None]]) -> None:
    """Keep that the stage ran for these users up to a revision, and when it looks again.

    Its rows are locked; there is at least one.
    """
    execute(_WRITE, (*columns(done), stage))


def runs(stage: str, users: Collection[UUID]) -> Mapping[UUID, int]:
    """How often the stage ran for these users."""
    rows = execute(
        "SELECT user_id, runs FROM stage_progress WHERE stage = %s AND user_id = ANY(%s::uuid[])",
        (stage, list(users)),
    )
    return dict(rows.fetchall())


def behind(stage: str, after: str, beyond: UUID | None, limit: int) -> list[UUID]:
    """The next users, by id beyond one, whom the stage has not come up to or is to look at again.

    `after` is the stage that it follows; empty: the users' tables.
    """
    values = {"stage": stage, "after": after, "beyond": beyond, "limit": limit}
    return [user_id for (user_id,) in execute(_BEHIND, values).fetchall()]


def make_due(stage: str, user_id: UUID) -> None:
    """Let the stage look at the user again as soon as it sweeps."""
    execute(
        "UPDATE stage_progress SET due_at = now() WHERE stage = %s AND user_id = %s",
        (stage, user_id),
    )


def make_all_due(stage: str) -> None:
    """Let the stage look at everybody again as soon as it sweeps."""
    execute(_MAKE_ALL_DUE, (stage,))


def all_runs(stage: str) -> int:
    """How often the stage ran for anybody."""
    row = execute(
        "SELECT coalesce(sum(runs), 0)::bigint FROM stage_progress WHERE stage = %s", (stage,)
    ).fetchone()
    return int(row[0])


def is_behind(stage: str, user_id: UUID, after: str = "") -> bool:
    """Whether the stage has not come up yet to the stage that it follows; empty: to the tables."""
    values = {"stage": stage, "after": after, "user_id": user_id}
    return bool(execute(_IS_BEHIND, values).fetchone()[0])


def may_sweep(stage: str) -> bool:
    """Become the one who sweeps for the stage until the transaction ends, if nobody is."""
    row = execute(
        "SELECT pg_try_advisory_xact_lock(hashtextextended('sweep ' || %s, 0))", (stage,)
    ).fetchone()
    return bool(row[0])
