"""Hours from events, and the open end of a day: what events that come in order can still change.

Most events are later than all others of their person. Such an event ends the time of its device's
event before it, and changes nothing earlier. So a day is *sealed* up to the last event of every
device that was in use within the timeout before the newest one; only what comes after is derived
again, from the few events that reach beyond the seal.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipeline.steps.days import BEGINNING, Period, Piece
from pipeline.steps.hours import Hour, join, roll_up_hours
from pipeline.steps.overlap import EQUAL
from pipeline.steps.sessionize import Segment, Usage, segments


class Tail(NamedTuple):
    """What remains of a day's events when the time before `seal` is done with.

    `sealed` is the part of the seal's hour before it, if any; `events` are those that count, or may
    yet count, from the seal on; `newest` is the time of the latest.
    """

    seal: int
    sealed: Hour | None
    events: list[Usage]
    newest: int

    def rest(self, hours: Iterable[Piece], new: Iterable[Usage]) -> list[Piece]:
        """What of a day's hours is to be derived once `new` have followed in order."""
        until = max(event.time + (event.duration or 0) for event in (*self.events, *new))
        return [
            Piece(max(hour.start, self.seal), hour.end)
            for hour in hours
            if hour.end > self.seal and hour.start <= until
        ]

    def is_followed_by(self, events: Sequence[Usage]) -> bool:
        """Whether `events`, of which there are some, come after all that were known."""
        return bool(events) and min(event.time for event in events) >= self.newest

    def ends(self, hours: Iterable[Hour]) -> bool:
        """Whether nothing of the day's hours comes after the tail."""
        return not any(hour.start > self.newest and hour.intervals for hour in hours)


def derive(
    events: Iterable[Usage],
    periods: Sequence[Period],
    pieces: Sequence[Piece],
    sealed: Hour | None = None,
    priorities: Mapping[str, int] = EQUAL,
) -> tuple[dict[int, Hour], Tail | None]:
    """Each hour of `pieces` by its start, from the events that touch them, and their tail.

    The pieces are hours in time order; the first is just the rest of one that `sealed` begins.
    No tail: the newest of the events, or the seal, lies in none of the pieces.
    """
    found = segments(events, periods)
    seal, newest = _seal(found, max(period.timeout_us for period in periods))
    cut = next((piece for piece in pieces if piece.start < seal < piece.end), None)
    before, done = sealed, sealed if sealed and sealed.end == seal else None
    hours: dict[int, Hour] = {}
    parts = [part for piece in pieces for part in _split(piece, seal)]
    for part in roll_up_hours(parts, found, priorities):
        whole = join(before, part) if before else part
        before = None
        if cut and whole.end == seal:
            before = done = whole
        else:
            hours[whole.start] = whole
    if not (_inside(seal, pieces) and _inside(newest, pieces)):
        return hours, None
    events = [
        event
        for event, end in found
        if end > seal or event.time >= seal or (event.pulse and event.end >= seal)
    ]
    return hours, Tail(seal, done, events, newest)


def _seal(found: Sequence[Segment], timeout_us: int) -> tuple[int, int]:
    """The seal and the time of the newest event; both before all time when there is no event.

    What its pulse may yet carry to a later event is open from its end on.
    """
    newest = found[-1].event.time if found else BEGINNING
    last: dict[str, int] = {}
    for event, _ in reversed(found):
        if event.time < newest - timeout_us:
            break
        last.setdefault(event.device, event.time)
    open_ends = [e.end for e, _ in found if e.pulse and e.end + e.pulse >= newest]
    return min((*last.values(), *open_ends), default=BEGINNING), newest


def _split(piece: Piece, at: int) -> list[Piece]:
    if piece.start < at < piece.end:
        return [Piece(piece.start, at), Piece(at, piece.end)]
    return [piece]


def _inside(instant: int, pieces: Iterable[Piece]) -> bool:
    return any(start <= instant < end for start, end in pieces)
