"""The segments of people and of days; who is in them, for analysts."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import memberships, segments
from models.segments import LEAST_GROUP, SegmentRow
from web.callers import Caller
from web.context import Context
from web.problems import invalid, not_found
from web.routes import ANALYST, READ, READS, route


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A segment; `subject` is what it holds: people (`user`) or their days (`user_day`).

    A person is in one segment of a family at most. `kind` says whether a rule or a learnt model
    puts them there, and `version` which. `members` is null for whoever is no analyst, for segments
    of days, and where it is under five.
    """

    slug: str
    subject: str
    family: str
    kind: str
    name: str
    definition: str
    version: str
    supersedes: str | None
    retired_at: datetime | None
    members: int | None


class Segments(msgspec.Struct, frozen=True, kw_only=True):
    """All of them, also those that no rule or model names any more."""

    items: list[Segment]


class Members(msgspec.Struct, frozen=True):
    """Which page of members."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100


class SegmentMember(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody by their pseudonym; `computed_at` is when it was last found to hold."""

    member: UUID
    score: float
    reason: str
    model_version: str
    entered_on: date
    computed_at: datetime


class MemberPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of them; of fewer than five nobody is shown, and `suppressed` says so."""

    items: list[SegmentMember]
    next_cursor: UUID | None
    suppressed: bool


@route(
    "GET",
    "/segments",
    summary="The segments of people and of days",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_segments(context: Context, caller: Caller) -> Segments:
    """List them, with their sizes for analysts."""
    return await context.database.run(_all, "analyst" in caller.roles)


@route(
    "GET",
    "/segments/{slug}",
    summary="A segment",
    tags=("intelligence",),
    access=READ,
    limit=READS,
)
async def get_segment(slug: str, context: Context, caller: Caller) -> Segment:
    """Find it."""
    return await context.database.run(_one, slug, "analyst" in caller.roles)


@route(
    "GET",
    "/segments/{slug}/members",
    summary="Who is in a segment now, by pseudonyms",
    tags=("intelligence",),
    access=ANALYST,
    limit=READS,
    errors=(422,),
)
async def get_members(slug: str, context: Context, query: Members) -> MemberPage:
    """One page of them."""
    return await context.database.run(_members, slug, query)


def _all(is_analyst: bool) -> Segments:
    sizes = memberships.sizes() if is_analyst else {}
    return Segments(items=[_shown(row, sizes) for row in segments.all_segments()])


def _one(slug: str, is_analyst: bool) -> Segment:
    sizes = memberships.sizes() if is_analyst else {}
    return _shown(_found(slug), sizes)


def _found(slug: str) -> SegmentRow:
    row = segments.find(slug)
    if row is None:
        raise not_found()
    return row


def _shown(row: SegmentRow, sizes: dict[str, int]) -> Segment:
    size = sizes.get(row.slug, 0)
    return Segment(**row._asdict(), members=size if size >= LEAST_GROUP else None)


def _members(slug: str, asked: Members) -> MemberPage:
    if _found(slug).subject != "user":
        raise invalid("slug", "A segment of days has no members")
    if memberships.sizes().get(slug, 0) < LEAST_GROUP:
        return MemberPage(items=[], next_cursor=None, suppressed=True)
    rows = memberships.members(slug, asked.cursor, asked.limit + 1)
    items = [SegmentMember(**row._asdict()) for row in rows[: asked.limit]]
    more = items[-1].member if len(rows) > asked.limit else None
    return MemberPage(items=items, next_cursor=more, suppressed=False)
