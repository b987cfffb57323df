"""The lock and the version of a user."""

from collections.abc import Collection
from uuid import UUID

from models.database import execute

#: Of a row of `user_state s`; who is not restricted costs no look.
NOT_ERASED = "NOT (s.restricted AND EXISTS (SELECT FROM erasure e WHERE e.user_id = s.user_id))"


def lock(users: Collection[UUID]) -> dict[UUID, int]:
    """Lock `users` until the transaction ends and raise their revision; return the new ones.

    Whoever writes derived rows does this before anything it reads or writes. Sorted, so that two
    transactions of several users cannot wait for each other.
    """
    return lock_restricted(users)[0]


def lock_restricted(users: Collection[UUID]) -> tuple[dict[UUID, int], set[UUID]]:
    """As `lock`; and which of the users deleted something, keep not everything or are erased."""
    rows = execute(
        "INSERT INTO user_state AS s (user_id, rev)"
        " SELECT u, 1 FROM unnest(%s::uuid[]) AS u ORDER BY u"
        " ON CONFLICT (user_id) DO UPDATE SET rev = s.rev + 1"
        " RETURNING user_id, rev, restricted",
        (list(users),),
    ).fetchall()
    revs = {user_id: rev for user_id, rev, _ in rows}
    return revs, {user_id for user_id, _, restricted in rows if restricted}


def restrict(user_id: UUID) -> None:
    """Lock a user; from now on whoever locks them is told to look for restrictions."""
    lock([user_id])
    execute("UPDATE user_state SET restricted = true WHERE user_id = %s", (user_id,))


def revs(users: Collection[UUID]) -> dict[UUID, int]:
    """The revisions as they are; a user without any, or who is erased, is left out."""
    return dict(
        execute(
            "SELECT user_id, rev FROM user_state s"
            f" WHERE user_id = ANY(%s::uuid[]) AND {NOT_ERASED}",
            (list(users),),
        ).fetchall()
    )
