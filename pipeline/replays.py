"""Dead letters replayed or discarded in bulk: asked for against what the operator saw, as a job.

How a replay goes:

1. The request names letters, or a filter with the instant it was looked at and how many there were;
   another count, and nothing happens. What failed later is not meant.
2. Edits are made at once, so that one that does not fit refuses the request; the letters change
   only when it is their turn.
3. Turn by turn letters are handed out, at the rate that was asked for and not too many at a time:
   set to `retrying`. Only the owner of their partition applies them, so they race nothing.
4. What came of each is read off the letter. A cancelled job takes back what nobody has tried.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from models import dead_letter_pages, jobs, replays
from models.database import database
from models.dead_letter_pages import ErrorCount, Filter
from models.jobs import Kind, Turn
from pipeline.edits import BadEdit, Edited, Patch, Place, edit
from pipeline.settings import Settings

#: Letters handed out in one statement.
PAGE = 500

#: Letters edited between two statements: an edit of a large event may take long.
EDIT_PAGE = 50

#: Edits that a dry run shows.
SHOWN_EDITS = 10

#: Seconds of its rate that a job which was kept waiting makes up for.
_MADE_UP_S = 5.0


class CountChanged(Exception):
    """There are other letters than the operator saw."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected {expected} dead letters, found {found}")
        self.found = found


class UnknownLetters(Exception):
    """Some ids are no letter's."""

    def __init__(self, ids: list[UUID]) -> None:
        super().__init__(str(ids))
        self.ids = ids


class NoLetters(Exception):
    """Nothing is meant."""


class TooMuch(Exception):
    """So many bytes times so many operations are no edit of one request."""


class Unfit(Exception):
    """The edit does not fit one of the letters."""

    def __init__(self, id: UUID, reason: str) -> None:
        super().__init__(reason)
        self.id = id


@dataclass(frozen=True)
class Request:
    """Which letters, what is expected of them, and what shall be done."""

    kind: Kind
    wanted: Filter
    as_of: datetime | None = None
    expected_count: int | None = None
    rate: float | None = None
    patch: Patch = ()
    asked: dict[str, Any] = field(default_factory=dict)


@dataclass
class Planned:
    """What a request means; `digest` is over all events before and after their edits."""

    job_id: UUID
    letters: int
    errors: list[ErrorCount]
    edits: list[tuple[UUID, bytes, bytes]] = field(default_factory=list)
    digest: dict[str, str] | None = None


def plan(request: Request, created_by: UUID, settings: Settings) -> Planned:
    """Make the job of a request, in the caller's transaction; rolled back, it was a dry run.

    Raises `UnknownLetters`, `NoLetters`, `CountChanged`, `TooMuch` and `Unfit`; then nothing was
    done.
    """
    wanted = replace(request.wanted, as_of=request.as_of)
    if wanted.ids and (unknown := dead_letter_pages.unknown(wanted.ids)):
        raise UnknownLetters(unknown)
    job_id = jobs.create(request.kind, created_by, request.asked, request.rate)
    found = replays.add_letters(job_id, wanted)
    if request.expected_count not in (None, found):
        raise CountChanged(request.expected_count or 0, found)
    if not found:
        raise NoLetters
    planned = Planned(job_id, found, dead_letter_pages.errors(wanted))
    if request.patch:
        if replays.event_bytes(job_id) * len(request.patch) > settings.edit_bytes:
            raise TooMuch
        _edit_all(planned, request.patch, settings)
    return planned


def replay(job_id: UUID, settings: Settings) -> bool:
    """One turn of a replay; whether anything went on."""
    with database.atomic():
        if not (turn := jobs.take_turn(job_id)):
            return False
        settled = replays.settle(job_id)
        begun = _begin(turn, settings) if turn.state == "running" else 0
        if begun:
            jobs.pace(job_id)
    return bool(settled or begun)


def discard(job_id: UUID) -> bool:
    """One turn of a discard; whether anything went on."""
    with database.atomic():
        turn = jobs.take_turn(job_id)
        if not turn or turn.state != "running":
            return False
        allowed = _allowed(turn, PAGE)
        begun = replays.discard(job_id, allowed) if allowed else 0
        if begun:
            jobs.pace(job_id)
        return bool(begun)


def cancel(job_id: UUID) -> bool:
    """Begin nothing more, take back what nobody has tried; False: the job does not run."""
    if not jobs.change_state(job_id, "running", "cancelled"):
        return False
    replays.take_back(job_id)
    return True


def _begin(turn: Turn, settings: Settings) -> int:
    room = settings.replay_in_flight - replays.in_flight(turn.id)
    allowed = _allowed(turn, min(room, PAGE))
    return replays.hand_out(turn.id, allowed) if allowed > 0 else 0


def _allowed(turn: Turn, most: int) -> int:
    """How many things the job may begin now."""
    if turn.rate is None:
        return most
    return min(most, int(turn.rate * min(turn.paced_s, max(_MADE_UP_S, 1 / turn.rate))))


def _edit_all(planned: Planned, patch: Patch, settings: Settings) -> None:
    before, after, last = hashlib.sha256(), hashlib.sha256(), 0
    while rows := replays.editable(planned.job_id, last, EDIT_PAGE):
        edited: list[tuple[int, UUID | None, bytes]] = []
        for row in rows:
            new = _edited(row, patch, settings)
            edited.append((row.number, *new))
            before.update(row.event)
            after.update(new.event)
            if len(planned.edits) < SHOWN_EDITS:
                planned.edits.append((row.id, row.event, new.event))
        replays.set_events(planned.job_id, edited)
        last = rows[-1].number
    planned.digest = {"before": before.hexdigest(), "after": after.hexdigest()}


def _edited(row: replays.Editable, patch: Patch, settings: Settings) -> Edited:
    place = Place(row.partition, settings.partitions, settings.entry_max_bytes)
    try:
        return edit(row.stage, row.event, row.user_id, patch, place)
    except BadEdit as error:
        raise Unfit(row.id, str(error)) from None
