"""For operators: who did what, and whether the log of it is as it was written."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import audit as entries
from models.audit import AuditRow, Head
from pipeline.audit import By, Verdict, verify_some
from pipeline.steps.audit_chain import person
from pipeline.steps.instants import as_datetime, as_us
from web.context import Context
from web.fields import Instant, Number, check_instant
from web.problems import invalid
from web.routes import OPS, READS, route


class Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which entries: of actions that begin so, of a person (by or about them), of a time."""

    action: Annotated[str, Meta(max_length=100)] | None = None
    user: UUID | None = None
    since: Instant | None = None
    until: Instant | None = None
    cursor: Number | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class AuditEntry(msgspec.Struct, frozen=True):
    """A deed. `user_id` is who did it, `about_id` whom it was done to; null where nobody is known.

    `person` and `about` stand for them also when they are erased: keyed hashes of their ids.
    `request_id` finds the log line that says from where.
    """

    number: int
    at: datetime
    by: By
    person: str
    user_id: UUID | None
    action: Annotated[str, Meta(examples=["dlq.replay"])]
    about: str
    about_id: UUID | None
    subject: str
    request_id: str
    detail: dict[str, Any]


class AuditPage(msgspec.Struct, frozen=True):
    """The newest first."""

    items: list[AuditEntry]
    next_cursor: int | None


class Anchor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An entry's number and its hash as they were noted elsewhere: both, or neither."""

    number: Number | None = None
    hash: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", examples=["0f" * 32])] | None = None


class Verification(msgspec.Struct, frozen=True):
    """Whether every entry is as it was written; `number` and `hash` of the last that is.

    `broken_at` is the number of the first that is not.
    """

    intact: bool
    number: int
    hash: Annotated[str, Meta(examples=["0f" * 32])]
    broken_at: int | None
    reason: str


@route(
    "GET",
    "/ops/audit",
    summary="What operators did, and how people proved who they are",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_audit(context: Context, query: Entries) -> AuditPage:
    """One page of entries."""
    for name in ("since", "until"):
        check_instant(name, getattr(query, name))
    asked = {
        "action": query.action,
        "person": person(context.settings.pepper, query.user) or None,
        "since": None if query.since is None else as_us(query.since),
        "until": None if query.until is None else as_us(query.until),
    }
    wanted = {name: value for name, value in asked.items() if value is not None}
    found = await context.database.run(entries.page, wanted, query.cursor, query.limit + 1)
    items = [_shown(row) for row in found[: query.limit]]
    return AuditPage(items, items[-1].number if len(found) > query.limit else None)


@route(
    "GET",
    "/ops/audit/verification",
    summary="Whether the audit log is as it was written",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_verification(context: Context, query: Anchor) -> Verification:
    """Seal every entry anew and compare."""
    if (query.number is None) != (query.hash is None):
        raise invalid("hash", "A number and its hash go together")
    anchor = {query.number: query.hash} if query.number and query.hash else {}
    last = await context.database.run(entries.head)
    found: Head | Verdict = Head(0, b"")
    while isinstance(found, Head):  # Page by page: others need the threads, too.
        found = await context.database.run(
            verify_some, context.settings.pepper, last, found, anchor
        )
    return Verification(found.intact, found.number, found.hash, found.broken_at, found.reason)


def _shown(row: AuditRow) -> AuditEntry:
    return AuditEntry(
        number=row.number,
        at=as_datetime(row.at_us),
        by=row.by,  # type: ignore[arg-type]
        person=row.who,
        user_id=row.user_id,
        action=row.action,
        about=row.about,
        about_id=row.about_id,
        subject=row.subject,
        request_id=row.request_id,
        detail=msgspec.json.decode(row.detail),
    )
