"""People's redaction rules, in the order in which they apply."""

from collections import defaultdict
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models import user_state
from models.database import execute
from models.uuid7 import uuid7

_COLUMNS = "id, field, pattern, action, created_at"

# A row becomes visible after the instant it carries: within a minute, for nothing that changes
# rules takes longer. One row comes always, for the clock.
_CHANGED = """
SELECT now(), user_id FROM (SELECT) clock
LEFT JOIN redaction_change ON changed_at > %s::timestamptz - interval '1 minute'
"""

_OF_USERS = """
SELECT user_id, field, pattern, action FROM redaction_rule
WHERE user_id = ANY(%s::uuid[]) ORDER BY id
"""


class RedactionRule(NamedTuple):
    """A rule as its owner sees it."""

    id: UUID
    field: str
    pattern: str
    action: str
    created_at: datetime


#: Field, pattern and action of each rule.
Rules = list[tuple[str, str, str]]


def add(user_id: UUID, field: str, pattern: str, action: str, most: int) -> RedactionRule | None:
    """Add a rule behind the others; None: there are `most` already. Inside a transaction."""
    user_state.lock([user_id])
    if len(of_user(user_id)) >= most:
        return None
    row = execute(
        "INSERT INTO redaction_rule (id, user_id, field, pattern, action)"
        f" VALUES (%s, %s, %s, %s, %s) RETURNING {_COLUMNS}",
        (uuid7(), user_id, field, pattern, action),
    ).fetchone()
    _note_change(user_id)
    return RedactionRule(*row)


def of_user(user_id: UUID) -> list[RedactionRule]:
    """The rules of a person, in order."""
    rows = execute(
        f"SELECT {_COLUMNS} FROM redaction_rule WHERE user_id = %s ORDER BY id", (user_id,)
    )
    return [RedactionRule(*row) for row in rows.fetchall()]


def remove(user_id: UUID, rule_id: UUID) -> bool:
    """Remove a rule of this person; False: they have none of this id. Inside a transaction."""
    found = execute("DELETE FROM redaction_rule WHERE user_id = %s AND id = %s", (user_id, rule_id))
    if not found.rowcount:
        return False
    _note_change(user_id)
    return True


def changed_since(instant: datetime | None) -> tuple[datetime, dict[UUID, Rules]]:
    """The database's clock, and all rules of whoever changed theirs.

    From a minute before `instant` on; None: since ever.
    """
    rows = execute(_CHANGED, (instant or "-infinity",)).fetchall()
    users = [user_id for _, user_id in rows if user_id]
    return rows[0][0], rules_of(users) if users else {}


def rules_of(users: list[UUID]) -> dict[UUID, Rules]:
    """The rules of each of the users; empty for whoever has none."""
    found: dict[UUID, Rules] = defaultdict(list)
    for user_id, *rule in execute(_OF_USERS, (users,)).fetchall():
        found[user_id].append(tuple(rule))
    return {user_id: found[user_id] for user_id in users}


def _note_change(user_id: UUID) -> None:
    execute(
        "INSERT INTO redaction_change (user_id) VALUES (%s)"
        " ON CONFLICT (user_id) DO UPDATE SET changed_at = clock_timestamp()",
        (user_id,),
    )
