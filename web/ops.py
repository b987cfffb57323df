"""For operators: how far the streams are read, and which events could not be applied."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import dead_letters
from models.dead_letters import DeadLetter, Filter, State
from web.context import Context
from web.problems import not_found
from web.routes import OPS, READS, route


class DeadLetters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which dead letters; nothing given: all."""

    stage: str | None = None
    topic: str | None = None
    partition: int | None = None
    state: State | None = None
    user_id: UUID | None = None
    error_class: str | None = None
    cursor: UUID | None = None
    limit: Annotated[int, Meta(ge=1, le=500)] = 50

    def filter(self) -> Filter:
        """Without the paging."""
        given = msgspec.structs.asdict(self)
        return Filter(**{name: given[name] for name in Filter.__dataclass_fields__})


class Letter(msgspec.Struct, frozen=True):
    """An event that could not be applied; `event` is text where it is not JSON."""

    id: UUID
    stage: str
    topic: str
    partition: int
    offset: int
    index: int
    user_id: UUID | None
    event: Any
    state: State
    error_class: str
    error_message: str
    attempts: int
    first_failed_at: datetime
    last_failed_at: datetime
    next_at: datetime | None
    code_version: str


class WholeLetter(Letter, frozen=True):
    """With the traceback of the last failure."""

    traceback: str


class DeadLetterPage(msgspec.Struct, frozen=True):
    """The newest first, and how many there are in each state."""

    items: list[Letter]
    next_cursor: UUID | None
    counts: dict[State, int]


@route(
    "GET",
    "/ops/dlq",
    summary="Events that could not be applied",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_dead_letters(context: Context, query: DeadLetters) -> DeadLetterPage:
    """One page of them."""
    return await context.database.run(_page, query)


@route(
    "GET",
    "/ops/dlq/{id}",
    summary="One event that could not be applied, with its traceback",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_dead_letter(id: UUID, context: Context) -> WholeLetter:
    """Find it."""
    found = await context.database.run(dead_letters.get, id)
    if found is None:
        raise not_found()
    return WholeLetter(**_shown(found), traceback=found.traceback)


def _page(query: DeadLetters) -> DeadLetterPage:
    wanted = query.filter()
    found = dead_letters.page(wanted, query.cursor, query.limit + 1)
    items = [Letter(**_shown(letter)) for letter in found[: query.limit]]
    is_more = len(found) > query.limit
    return DeadLetterPage(items, items[-1].id if is_more else None, dead_letters.counts(wanted))


def _shown(letter: DeadLetter) -> dict[str, Any]:
    shown = {name: getattr(letter, name) for name in Letter.__struct_fields__}
    return shown | {"event": _readable(letter.event)}


def _readable(event: bytes) -> Any:
    try:
        return msgspec.json.decode(event)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return event.decode("utf-8", "backslashreplace")
