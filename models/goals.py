"""People's goals, and what they asked for from when on."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute


class GoalRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    version: int
    name: str
    metric: str
    category: str | None
    project: str | None
    project_id: UUID | None
    period: str
    week_starts_on: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None


class TargetRow(NamedTuple):
    """What a goal asks for from a day on."""

    valid_from: date
    op: str
    target: float
    weekdays: list[int]


_COLUMNS = ", ".join(GoalRow._fields)

_PUT = f"""
INSERT INTO goal (user_id, {_COLUMNS})
VALUES (%s, {", ".join(["%s"] * len(GoalRow._fields))})
ON CONFLICT (id) DO UPDATE
SET ({_COLUMNS}) = ROW ({", ".join(f"excluded.{name}" for name in GoalRow._fields)})
"""

_PUT_TARGET = """
INSERT INTO goal_target (user_id, goal_id, valid_from, op, target, weekdays)
VALUES (%s, %s, %s, %s, %s, %s::smallint[])
ON CONFLICT (goal_id, valid_from) DO UPDATE
SET (op, target, weekdays) = ROW (excluded.op, excluded.target, excluded.weekdays)
"""


def put(user_id: UUID, row: GoalRow) -> None:
    """Make the row, or make it what is given."""
    execute(_PUT, (user_id, *row))


def put_target(user_id: UUID, goal_id: UUID, row: TargetRow) -> None:
    """From that day on the goal asks for this."""
    execute(_PUT_TARGET, (user_id, goal_id, *row))


def find(user_id: UUID, id: UUID) -> GoalRow | None:
    """The person's goal of this id, also a deleted one."""
    return next(iter(of_ids(user_id, [id])), None)


def of_ids(user_id: UUID, ids: Collection[UUID]) -> list[GoalRow]:
    """The person's goals of these ids, also deleted ones."""
    statement = f"SELECT {_COLUMNS} FROM goal WHERE user_id = %s AND id = ANY(%s)"
    return [GoalRow(*row) for row in execute(statement, (user_id, list(ids))).fetchall()]


def page(user_id: UUID, after: UUID, limit: int) -> list[GoalRow]:
    """The next goals in the order in which they were made."""
    rows = execute(
        f"SELECT {_COLUMNS} FROM goal WHERE user_id = %s AND deleted_at IS NULL AND id > %s"
        " ORDER BY id LIMIT %s",
        (user_id, after, limit),
    )
    return [GoalRow(*row) for row in rows.fetchall()]


def targets(user_id: UUID, ids: Collection[UUID]) -> dict[UUID, list[TargetRow]]:
    """What each goal asked for, in order of the days."""
    rows = execute(
        "SELECT goal_id, valid_from, op, target, weekdays FROM goal_target"
        " WHERE user_id = %s AND goal_id = ANY(%s) ORDER BY valid_from",
        (user_id, list(ids)),
    )
    found: dict[UUID, list[TargetRow]] = defaultdict(list)
    for goal_id, *row in rows.fetchall():
        found[goal_id].append(TargetRow(*row))
    return found


def count(user_id: UUID) -> int:
    """How many goals the person has."""
    found = execute(
        "SELECT count(*) FROM goal WHERE user_id = %s AND deleted_at IS NULL", (user_id,)
    )
    return int(found.fetchone()[0])
