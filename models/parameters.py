"""A person's time zone, day start and timeout, each with the instant from which it holds."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us

_HISTORY = """
SELECT nullif(valid_from, '-infinity'), time_zone, day_start_min, timeout_s
FROM user_parameters p WHERE user_id = %s ORDER BY p.valid_from
"""

_OF_USERS = f"""
SELECT user_id, {to_us("nullif(valid_from, '-infinity')")}, time_zone, day_start_min, timeout_s
FROM user_parameters p WHERE user_id = ANY(%s::uuid[]) ORDER BY user_id, p.valid_from
"""

# From its instant on only the new zone holds, so changes known for later go.
_FORGET_LATER_ZONES = "DELETE FROM user_parameters WHERE user_id = %s AND valid_from >= %s"

_ADD_ZONE = """
INSERT INTO user_parameters (user_id, valid_from, time_zone, day_start_min, timeout_s)
SELECT user_id, %s, %s, day_start_min, timeout_s
FROM user_parameters WHERE user_id = %s AND valid_from = '-infinity'
"""

_CHANGE_ALL = """
UPDATE user_parameters
SET day_start_min = coalesce(%s, day_start_min), timeout_s = coalesce(%s, timeout_s)
WHERE user_id = %s
"""


class Parameters(NamedTuple):
    """What holds from an instant on; None: from the beginning."""

    valid_from: datetime | None
    time_zone: str
    day_start_min: int
    timeout_s: int


def history(user_id: UUID) -> list[Parameters]:
    """All that ever held, oldest first."""
    return [Parameters(*row) for row in execute(_HISTORY, (user_id,)).fetchall()]


def of_users(users: Collection[UUID]) -> list[tuple[Any, ...]]:
    """(user, microseconds or None, zone, day start, timeout) of all that ever held, oldest first.

    A user without parameters is left out.
    """
    return list(execute(_OF_USERS, (list(users),)).fetchall())


def set_zone(user_id: UUID, time_zone: str, valid_from: datetime) -> None:
    """Let a zone hold from an instant on. Call it under the user's lock."""
    execute(_FORGET_LATER_ZONES, (user_id, valid_from))
    execute(_ADD_ZONE, (valid_from, time_zone, user_id))


def set_everywhere(user_id: UUID, day_start_min: int | None, timeout_s: int | None) -> None:
    """Change what applies to the whole history. Call it under the user's lock."""
    execute(_CHANGE_ALL, (day_start_min, timeout_s, user_id))
