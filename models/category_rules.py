"""A person's rules of what things are, in the order in which they are tried."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute

_OF_USERS = """
SELECT user_id, field, pattern, category FROM category_rule
WHERE user_id = ANY(%s::uuid[]) ORDER BY user_id, position
"""

_INSERT = """
INSERT INTO category_rule (user_id, position, id, field, pattern, category, productivity)
SELECT %s, position, id, field, pattern, category, productivity
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::smallint[])
     WITH ORDINALITY AS rules (id, field, pattern, category, productivity, position)
"""

_UNCATEGORISED = """
SELECT entity, sum(active_us)::bigint FROM usage_interval
WHERE user_id = %s AND local_date BETWEEN %s AND %s AND category = ''
GROUP BY entity HAVING sum(active_us) > 0 ORDER BY 2 DESC, 1 LIMIT %s
"""


class RuleRow(NamedTuple):
    """A rule; its place is that in its list."""

    id: UUID
    field: Literal["entity", "project", "device", "category"]
    pattern: str
    category: str
    productivity: int


def of_users(users: Collection[UUID]) -> list[tuple[Any, ...]]:
    """(user, field, pattern, category) of all rules, each user's in order."""
    return list(execute(_OF_USERS, (list(users),)).fetchall())


def of_user(user_id: UUID) -> list[RuleRow]:
    """The rules of a person in order."""
    rows = execute(
        "SELECT id, field, pattern, category, productivity FROM category_rule"
        " WHERE user_id = %s ORDER BY position",
        (user_id,),
    )
    return [RuleRow(*row) for row in rows.fetchall()]


def productivity(user_id: UUID) -> dict[str, int]:
    """The productivity of each category that a rule gives."""
    return {rule.category: rule.productivity for rule in of_user(user_id)}


def replace(user_id: UUID, rules: Sequence[RuleRow]) -> None:
    """Let these be all rules of a person, in this order. Call it under the user's lock."""
    execute("DELETE FROM category_rule WHERE user_id = %s", (user_id,))
    if rules:
        execute(_INSERT, (user_id, *columns(rules)))


def uncategorised(user_id: UUID, first: date, last: date, most: int) -> list[tuple[str, int]]:
    """(entity, active microseconds) of what has no category, the longest first."""
    return list(execute(_UNCATEGORISED, (user_id, first, last, most)).fetchall())
