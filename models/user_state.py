"""The lock and the version of a user."""

from collections.abc import Collection
from uuid import UUID

from models.database import execute


def lock(users: Collection[UUID]) -> dict[UUID, int]:
    """Lock `users` until the transaction ends and raise their revision; return the new ones.

    Whoever writes derived rows does this before anything it reads or writes. Sorted, so that two
    transactions of several users cannot wait for each other.
    """
    return dict(
        execute(
            "INSERT INTO user_state AS s (user_id, rev)"
            " SELECT u, 1 FROM unnest(%s::uuid[]) AS u ORDER BY u"
            " ON CONFLICT (user_id) DO UPDATE SET rev = s.rev + 1"
            " RETURNING user_id, rev",
            (list(users),),
        ).fetchall()
    )


def revs(users: Collection[UUID]) -> dict[UUID, int]:
    """The revisions as they are; a user without any is left out."""
    return dict(
        execute(
            "SELECT user_id, rev FROM user_state WHERE user_id = ANY(%s::uuid[])", (list(users),)
        ).fetchall()
    )
