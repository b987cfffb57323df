"""The day's time that no entry claims, proposed as time entries."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta

from models import projects, time_entries, usage_intervals
from models.time_entries import EntryRow
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.days import SECOND_US, Piece, pieces
from pipeline.steps.drafts import Draft as Proposal
from pipeline.steps.drafts import Used, apart, drafts, free_time, mostly, within
from pipeline.steps.instants import as_datetime, as_us
from pipeline.work import Change
from web import entry_changes
from web.callers import Caller
from web.context import Context
from web.fields import Instant, check_day, check_instant, given
from web.problems import Problem, invalid
from web.ranges import Seconds
from web.routes import READ, READS, WRITE, WRITES, route
from web.time_entries import TimeEntry, What, shown
from web.write import Write

_LONGEST_DESCRIPTION = 200


class Day(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A local day."""

    date: date


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that could be made. `project` is what the devices call it, `project_id` the
    caller's project of this name.
    """

    start: datetime
    end: datetime
    active_s: Seconds
    project: str
    project_id: UUID | None
    category: str
    description: str


class Drafts(msgspec.Struct, frozen=True):
    """In time order; they overlap neither each other nor an entry."""

    date: date
    items: list[Draft]


class Accepted(What, kw_only=True):
    """A draft to accept, as it is or trimmed; split, each part is an entry of its own.

    What is not said is what the time of the part went to.
    """

    start: Instant
    end: Instant
    split_at: Annotated[list[Instant], Meta(max_length=100, examples=[[]])] = msgspec.field(
        default_factory=list
    )


class Accept(msgspec.Struct, forbid_unknown_fields=True):
    """Some of the day's drafts, or all."""

    date: date
    items: Annotated[list[Accepted], Meta(max_length=500)] = []
    all: bool = False


class Made(msgspec.Struct, frozen=True):
    """The entries that were made."""

    items: list[TimeEntry]


@route(
    "GET",
    "/drafts",
    summary="The day's unclaimed time as entries to accept",
    tags=("work",),
    access=READ,
    limit=READS,
)
async def get_drafts(context: Context, caller: Caller, query: Day) -> Drafts:
    """Propose them."""
    check_day("date", query.date)
    return await context.database.run(_drafts, caller.user_id, query.date, context.settings)


@route(
    "POST",
    "/drafts/accept",
    summary="Make entries of drafts: all that are named, or none",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
    status=201,
    errors=(409,),
)
async def accept_drafts(context: Context, caller: Caller, body: Accept, write: Write) -> Made:
    """Accept them; time that an entry claims meanwhile is a conflict."""
    check_day("date", body.date)
    if body.all == bool(body.items):
        raise invalid("items", "Some drafts, or all")
    return await write(_accept, caller.user_id, body, context.settings)


class _Seen:
    """What was seen of a person on a day, and which project its names mean."""

    def __init__(self, user_id: UUID, day: date) -> None:
        self._user_id = user_id
        self._pieces = pieces(periods_of([user_id])[user_id], day)
        rows = usage_intervals.timeline(user_id, day)
        self._used = [
            Used(as_us(start), as_us(end), project, category, entity)
            for start, end, _, entity, category, project, _ in rows
        ]
        self._projects = {name.lower(): id for name, id in projects.names(user_id).items()}

    def drafts(self, settings: Settings) -> list[Draft]:
        """The proposals."""
        found = drafts(
            self._used,
            self._free(),
            gap_us=round(settings.draft_gap_s * SECOND_US),
            least_us=round(settings.draft_least_s * SECOND_US),
        )
        return [self._shown(proposal) for proposal in found]

    def part(self, start: datetime, end: datetime) -> Draft:
        """Some time of the day, as a draft."""
        span = Piece(as_us(start), as_us(end))
        inside = within(self._slices, *span)
        return self._shown(Proposal(*span, mostly(inside)))

    @cached_property
    def _slices(self) -> list[Used]:
        return apart(self._used)

    def _free(self) -> list[Piece]:
        if not self._pieces:
            return []
        first, last = self._pieces[0].start, self._pieces[-1].end
        claimed = time_entries.spans(self._user_id, as_datetime(first), as_datetime(last))
        return free_time(self._pieces, ((as_us(start), as_us(end)) for _, start, end in claimed))

    def _shown(self, proposal: Proposal) -> Draft:
        start, end, (active_us, project, category, entities) = proposal
        return Draft(
            start=as_datetime(start),
            end=as_datetime(end),
            active_s=active_us / SECOND_US,
            project=project,
            project_id=self._projects.get(project.lower()),
            category=category,
            description=", ".join(entities)[:_LONGEST_DESCRIPTION],
        )


def _drafts(user_id: UUID, day: date, settings: Settings) -> Drafts:
    return Drafts(day, _Seen(user_id, day).drafts(settings))


def _accept(user_id: UUID, body: Accept, settings: Settings) -> Made:
    change = Change(user_id)
    seen = _Seen(user_id, body.date)
    items: Sequence[Accepted] = body.items
    if body.all:
        items = [Accepted(start=draft.start, end=draft.end) for draft in seen.drafts(settings)]
    made: list[EntryRow] = []
    for number, item in enumerate(items):
        path = f"items[{number}]"
        _require_free(user_id, item, path)
        for start, end in _parts(item, path):
            made.append(_claim(change, seen.part(start, end), item, f"{path}."))
    return Made([shown(row) for row in made])


def _claim(change: Change, part: Draft, item: Accepted, path: str) -> EntryRow:
    fields: dict[str, Any] = {"description": part.description, **given(item)}
    if item.task_id is UNSET:
        fields.setdefault("project_id", part.project_id)
    for name in ("start", "end", "split_at"):
        fields.pop(name, None)
    times = {"start_at": part.start, "end_at": part.end, "source": "claimed"}
    return entry_changes.make(change, {**fields, **times}, path)


def _require_free(user_id: UUID, item: Accepted, path: str) -> None:
    check_instant(f"{path}.start", item.start)
    check_instant(f"{path}.end", item.end)
    if time_entries.spans(user_id, item.start, item.end):
        raise Problem(409, "claimed", f"{path}: an entry claims some of this time already.")


def _parts(item: Accepted, path: str) -> Iterable[tuple[datetime, datetime]]:
    bounds = [item.start, *item.split_at, item.end]
    for number, (start, end) in enumerate(itertools.pairwise(bounds)):
        if start >= end:
            is_split = number < len(item.split_at)
            where = f"split_at[{number}]" if is_split else "end"
            raise invalid(f"{path}.{where}", "Not after what comes before it")
        yield start, end
