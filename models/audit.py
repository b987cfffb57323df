"""The audit log: entries that are only ever added, each sealed with the one before."""

from collections.abc import Mapping
from typing import Any, NamedTuple
from uuid import UUID

from models.database import execute

_ENTRY = "number, at_us, who, by, action, about, subject, request_id, detail"

_PAGE = f"""
SELECT {_ENTRY}, did.user_id, did_to.user_id FROM audit_entry
LEFT JOIN audit_person did ON did.person = who
LEFT JOIN audit_person did_to ON did_to.person = about
WHERE {{0}} AND (%(before)s::bigint IS NULL OR number < %(before)s)
ORDER BY number DESC LIMIT %(limit)s
"""

#: What may be asked for, and how the entry must then be.
_TERMS: Mapping[str, str] = {
    "action": "starts_with(action, %(action)s)",
    "person": "(who = %(person)s OR about = %(person)s)",
    "since": "at_us >= %(since)s",
    "until": "at_us < %(until)s",
}


class Head(NamedTuple):
    """The last entry's number and hash; 0 and nothing where there is none."""

    number: int
    hash: bytes


class AuditRow(NamedTuple):
    """An entry, and the ids of whoever did it and whom it was done to, where they are known."""

    number: int
    at_us: int
    who: str
    by: str
    action: str
    about: str
    subject: str
    request_id: str
    detail: str
    user_id: UUID | None
    about_id: UUID | None


def lock_head() -> Head:
    """The head, until the transaction ends: entries are added one after the other."""
    number, hash = execute("SELECT number, hash FROM audit_head FOR UPDATE").fetchone()
    return Head(number, bytes(hash))


def head() -> Head:
    """The head as it stands."""
    number, hash = execute("SELECT number, hash FROM audit_head").fetchone()
    return Head(number, bytes(hash))


def add(entry: tuple[Any, ...], hash: bytes) -> None:
    """Add the entry after the head, which the transaction holds."""
    marks = ", ".join(["%s"] * len(entry))
    execute(f"INSERT INTO audit_entry ({_ENTRY}, hash) VALUES ({marks}, %s)", (*entry, hash))
    execute("UPDATE audit_head SET number = %s, hash = %s", (entry[0], hash))


def remember(person: str, user_id: UUID) -> None:
    """Keep whose keyed hash this is, for as long as the person is here."""
    execute(
        "INSERT INTO audit_person (person, user_id) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        (person, user_id),
    )


def page(wanted: Mapping[str, object], before: int | None, limit: int) -> list[AuditRow]:
    """The newest entries first; `wanted` may have `action` (its beginning), `person`, `since`
    and `until` (microseconds)."""
    condition = " AND ".join(_TERMS[name] for name in wanted) or "true"
    values = {**wanted, "before": before, "limit": limit}
    return [AuditRow(*row) for row in execute(_PAGE.format(condition), values).fetchall()]


def chain(after: int, limit: int) -> list[tuple[tuple[Any, ...], bytes]]:
    """(entry, hash) in the order of their numbers."""
    rows = execute(
        f"SELECT {_ENTRY}, hash FROM audit_entry WHERE number > %s ORDER BY number LIMIT %s",
        (after, limit),
    )
    return [(row, bytes(hash)) for *row, hash in rows.fetchall()]
