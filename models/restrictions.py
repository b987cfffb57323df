"""Of some users: who is erased, and what of their raw events is gone by age."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us


class Horizon(NamedTuple):
    """Raw events before `at` (microseconds) are gone; days before `first_open` stay as they are."""

    user_id: UUID
    at: int
    first_open: date


def erased(users: Collection[UUID]) -> set[UUID]:
    """Those of the users who are being erased."""
    rows = execute("SELECT user_id FROM erasure WHERE user_id = ANY(%s::uuid[])", (list(users),))
    return {user_id for (user_id,) in rows.fetchall()}


def horizons(users: Collection[UUID]) -> list[Horizon]:
    """The horizons of those of the users who have one."""
    rows = execute(
        f"SELECT user_id, {to_us('horizon')}, first_open FROM retention"
        " WHERE user_id = ANY(%s::uuid[]) AND horizon IS NOT NULL",
        (list(users),),
    )
    return [Horizon(*row) for row in rows.fetchall()]
