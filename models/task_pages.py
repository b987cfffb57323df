"""Lists of tasks: what may be asked of them, and in which order."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from models.database import execute
from models.instants import to_us
from models.tasks import COLUMNS, TaskRow, rows

Order = Literal["position", "due", "priority", "created", "updated"]


class Wanted(NamedTuple):
    """Conditions that all hold; None, or empty, is none.

    `due_before`: an instant, and the day before which a task that is due in the course of a day is.
    `top_level`, `no_project`: those that have no parent, no project.
    """

    statuses: Sequence[str] = ()
    project: UUID | None = None
    no_project: bool = False
    tag: str | None = None
    due_before: tuple[datetime, date] | None = None
    words: str | None = None
    parent: UUID | None = None
    top_level: bool = False
    planned_on: date | None = None


class Sort(NamedTuple):
    """What to sort by; tasks without it come last in either direction."""

    order: Order
    descending: bool


class Place(NamedTuple):
    """Where a page ended: the value sorted by, and the id."""

    key: float
    id: UUID


# Numbers all, so that a place is one: instants as microseconds, of a day its end in the zone.
_KEYS: dict[Order, str] = {
    "position": "position",
    "due": to_us("coalesce(due_at, (due_on + 1)::timestamp AT TIME ZONE %(zone)s)"),
    "priority": "priority",
    "created": to_us("created_at"),
    "updated": to_us("updated_at"),
}
_LAST = "'infinity'::float8"

# Every word may be the beginning of one; text without any, as an emoji, is looked for as it is.
_WORDS = """
(CASE WHEN numnode(plainto_tsquery('simple', %(words)s)) > 0
 THEN words @@ regexp_replace(
    plainto_tsquery('simple', %(words)s)::text, '''(?= |$)', ''':*', 'g')::tsquery
 ELSE position(lower(%(words)s) IN lower(title || ' ' || notes)) > 0 END)
"""


def page(
    user_id: UUID, wanted: Wanted, sort: Sort, after: Place | None, limit: int, zone: str
) -> list[tuple[float, TaskRow]]:
    """The next tasks with the keys they are sorted by."""
    sign = "-" if sort.descending else ""
    key = f"coalesce({sign}({_KEYS[sort.order]})::float8, {_LAST})"
    conditions, values = _conditions(wanted)
    if after is not None:
        conditions.append(f"({key}, id) > (%(key)s, %(after)s)")
        values |= {"key": after.key, "after": after.id}
    statement = (
        f"SELECT {key}, {COLUMNS} FROM task WHERE user_id = %(user_id)s AND deleted_at IS NULL"
        f"{''.join(f' AND {condition}' for condition in conditions)}"
        " ORDER BY 1, id LIMIT %(limit)s"
    )
    values |= {"user_id": user_id, "zone": zone, "limit": limit}
    found = execute(statement, values).fetchall()
    return list(zip((row[0] for row in found), rows([row[1:] for row in found]), strict=True))


def _conditions(wanted: Wanted) -> tuple[list[str], dict[str, Any]]:
    conditions: list[str] = []
    values: dict[str, Any] = {}
    for name, condition in _EQUAL.items():
        if value := getattr(wanted, name):
            conditions.append(condition)
            values[name] = list(value) if name == "statuses" else value
    if wanted.due_before:
        conditions.append("(due_at < %(due_instant)s OR due_on < %(due_day)s)")
        values["due_instant"], values["due_day"] = wanted.due_before
    return conditions, values


_EQUAL = {
    "statuses": "status = ANY(%(statuses)s)",
    "project": "project_id = %(project)s",
    "no_project": "project_id IS NULL",
    "tag": "lower(%(tag)s) IN (SELECT lower(name) FROM unnest(tags) AS name)",
    "words": _WORDS,
    "parent": "parent_id = %(parent)s",
    "top_level": "parent_id IS NULL",
    "planned_on": "planned_on = %(planned_on)s",
}
