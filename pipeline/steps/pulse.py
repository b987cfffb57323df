"""What a watcher goes on seeing: heartbeats of one thing, joined where they lie close together.

A heartbeat that carries a pulse says: "if I see the same again within so long after my end, it
went on in between". This is ActivityWatch's merge of heartbeats, told of the set of them instead of
the order they came in: whatever comes late or shuffled gives the same.
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Beat(NamedTuple):
    """One sight of a thing in a lane (a watcher's own); `pulse` 0: joins nothing."""

    lane: Hashable
    thing: Hashable
    start: int
    end: int
    pulse: int


def joined(beats: Iterable[Beat]) -> dict[int, int]:
    """For each beat that goes on an earlier one, by their places in the order: that one.

    The beats come in the one order of their events (time first). A beat goes on the latest ending
    one of its thing if it begins within that one's pulse, and its lane saw nothing else from that
    end on. So it depends only on what lies between the two.
    """
    found: dict[int, int] = {}
    reach: dict[tuple[Hashable, Hashable], tuple[int, Beat]] = {}
    latest: dict[Hashable, Beat] = {}
    for place, beat in enumerate(beats):
        key = beat.lane, beat.thing
        if known := reach.get(key):
            before, farthest = known
            other = latest[beat.lane]
            is_cut = other.thing != beat.thing and other.start >= farthest.end
            is_near = beat.start <= farthest.end + farthest.pulse
            if farthest.pulse and beat.pulse and is_near and not is_cut:
                found[place] = before
        if not known or beat.end >= known[1].end:
            reach[key] = place, beat
        latest[beat.lane] = beat
    return found
