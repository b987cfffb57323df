"""The audit log: who did what, when, before and after; and whether it is as it was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec

from models import audit
from models.audit import Head
from models.database import database
from pipeline.steps.audit_chain import Entry, person, seal
from pipeline.steps.instants import as_us

#: Entries read at a time.
_PAGE = 5000

By = Literal["login", "key", "command line", "nobody"]


class Actor(NamedTuple):
    """Who acts, by what, and the request in whose log line one finds from where."""

    user_id: UUID | None = None
    by: By = "nobody"
    request_id: str = ""


@dataclass(frozen=True)
class Verdict:
    """How far the chain is intact: `broken_at` is the number of the first entry that does not fit.

    `number` and `hash` are those of the last entry that does: kept elsewhere, they show later that
    nothing before was made anew by somebody who has the key.
    """

    intact: bool
    number: int
    hash: str
    broken_at: int | None = None
    reason: str = ""


def record(
    pepper: str,
    actor: Actor,
    action: str,
    subject: str = "",
    about: UUID | None = None,
    facts: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Add an entry, in the caller's transaction if there is one, as the last thing that it does.

    Nothing personal may be in `subject` and `facts`: entries are never deleted.
    """
    detail = msgspec.json.encode(dict(facts)).decode()
    with database.atomic():
        for user_id in {actor.user_id, about} - {None}:
            audit.remember(person(pepper, user_id), user_id)  # type: ignore[arg-type]
        head = audit.lock_head()
        entry = Entry(
            head.number + 1,
            as_us(datetime.now(UTC)),
            person(pepper, actor.user_id),
            actor.by,
            action,
            person(pepper, about),
            subject,
            actor.request_id,
            detail,
        )
        audit.add(entry, seal(pepper, head.hash, entry))


def verify_some(pepper: str, last: Head, after: Head, anchor: Mapping[int, str]) -> Head | Verdict:
    """Seal the next entries after `after` anew and compare; what is then the last, or the verdict.

    `last` is the head as it was when the first were looked at; what is added since only makes the
    chain longer. `anchor`: hashes by number that were noted elsewhere.
    """
    rows = audit.chain(after.number, _PAGE)
    for row, hash in rows:
        entry = Entry(*row)
        reason = ""
        if entry.number != after.number + 1:
            reason = f"entries {after.number + 1} to {entry.number - 1} are missing"
        elif hash != seal(pepper, after.hash, entry):
            reason = f"entry {entry.number} is not as it was written"
        elif anchor.get(entry.number, hash.hex()) != hash.hex():
            reason = f"entry {entry.number} has another hash than the one that was noted"
        if reason:
            return _broken(after, reason)
        after = Head(entry.number, hash)
    if rows:
        return after
    missing = max([last.number, *anchor])
    if after.number < missing:
        return _broken(after, f"entries {after.number + 1} to {missing} are missing")
    return Verdict(True, after.number, after.hash.hex())


def _broken(after: Head, reason: str) -> Verdict:
    return Verdict(False, after.number, after.hash.hex(), after.number + 1, reason)
