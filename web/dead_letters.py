"""For operators: the events that could not be applied, found and understood."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import dead_letter_pages
from models.dead_letter_pages import DeadLetter, Filter
from models.dead_letters import State
from pipeline import letter_limits
from pipeline.neighbours import Neighbour, neighbours
from web.context import Context
from web.fields import Instant, PartitionNumber, check_instant
from web.problems import not_found
from web.routes import OPS, READS, route

ErrorClass = Annotated[str, Meta(max_length=200, examples=["ValueError"])]
#: Written in the event as it stands there, or in the message in any case.
Words = Annotated[str, Meta(min_length=1, max_length=200)]


class Letters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which dead letters; nothing given: all. `since` and `until` are of when they failed first."""

    stage: str | None = None
    topic: str | None = None
    partition: PartitionNumber | None = None
    error: ErrorClass | None = None
    user: UUID | None = None
    since: Instant | None = None
    until: Instant | None = None
    q: Words | None = None
    state: State | None = None

    def filter(self) -> Filter:
        """As the table knows it; raises `Problem` for an instant that no clock shows."""
        for name in ("since", "until"):
            check_instant(name, getattr(self, name))
        return Filter(**{name: getattr(self, name) for name in Letters.__struct_fields__})


class LettersPage(Letters, frozen=True, forbid_unknown_fields=True):
    """With where the page begins."""

    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class Letter(msgspec.Struct, frozen=True):
    """An event that could not be applied; `event` is text where it is not JSON.

    `outcome` of one that is done: `applied`, or `already_applied`; `job_id`: it is replayed now.
    """

    id: UUID
    stage: str
    topic: str
    partition: int
    offset: int
    index: int
    user_id: UUID | None
    event: Any
    state: State
    outcome: str
    job_id: UUID | None
    error_class: str
    error_message: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    next_at: datetime | None
    code_version: str


class Origin(msgspec.Struct, frozen=True):
    """Where the event lies on the stream; null: not known, as when Redis is away.

    `is_there`: the entry is still the one it came with. `entries` are those around, with it.
    """

    is_there: bool
    entries: list[Neighbour]


class WholeLetter(Letter, frozen=True):
    """With the traceback of the last failure, the event before it was edited, and its entry."""

    traceback: str
    original: Any
    origin: Origin | None


class ErrorCount(msgspec.Struct, frozen=True):
    """How many letters of a stage have an error."""

    stage: str
    error_class: str
    letters: int


class Kept(msgspec.Struct, frozen=True):
    """How many letters there are of how many that are kept, and how long; an alarm in words."""

    letters: int
    most: int
    oldest_at: datetime | None
    age_s: float
    alarm: str


class LetterPage(msgspec.Struct, frozen=True):
    """The newest first. `counts`, `errors` and `total` are of all that the filter means.

    Who acts on what they see here sends `total` and `as_of` back.
    """

    items: list[Letter]
    next_cursor: UUID | None
    total: int
    as_of: datetime
    counts: dict[State, int]
    errors: list[ErrorCount]
    kept: Kept


@route(
    "GET",
    "/ops/dlq",
    summary="Events that could not be applied",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_dead_letters(context: Context, query: LettersPage) -> LetterPage:
    """One page of them."""
    return await context.database.run(_page, query, letter_limits.Limits.of(context.settings))


@route(
    "GET",
    "/ops/dlq/{id}",
    summary="One event that could not be applied, with its traceback and where it came from",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_dead_letter(id: UUID, context: Context) -> WholeLetter:
    """Find it."""
    found = await context.database.run(dead_letter_pages.get, id)
    if found is None:
        raise not_found()
    around = await neighbours(context.redis, context.settings, found)
    origin = None if around is None else Origin(*around)
    original = None if found.original is None else readable(found.original)
    shown = _shown(found)
    return WholeLetter(**shown, traceback=found.traceback, original=original, origin=origin)


def _page(query: LettersPage, limits: letter_limits.Limits) -> LetterPage:
    as_of = dead_letter_pages.now()
    wanted = query.filter()
    found = dead_letter_pages.page(wanted, query.cursor, query.limit + 1)
    items = [Letter(**_shown(letter)) for letter in found[: query.limit]]
    counts = dead_letter_pages.counts(wanted)
    return LetterPage(
        items=items,
        next_cursor=items[-1].id if len(found) > query.limit else None,
        total=sum(counts.values()),
        as_of=as_of,
        counts=counts,
        errors=[ErrorCount(*error) for error in dead_letter_pages.errors(wanted)],
        kept=Kept(*letter_limits.standing(limits)),
    )


def _shown(letter: DeadLetter) -> dict[str, Any]:
    shown = {name: getattr(letter, name) for name in Letter.__struct_fields__}
    return shown | {"event": readable(letter.event)}


def readable(event: bytes) -> Any:
    """An event as JSON shows it: text where it is none."""
    try:
        return msgspec.json.decode(event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return event.decode("utf-8", "backslashreplace")
