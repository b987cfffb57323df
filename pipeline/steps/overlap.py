"""Who wins where stretches of time overlap, so that no instant counts twice.

At each instant the device of the highest priority wins. Of equal ones, as all are unless the person
chose otherwise, the stretch begun latest: what a person turned to last is what they do. Of several
begun at the same instant the last in their order (device, source, id) wins.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import msgspec

from pipeline.steps.days import END


class Thing(msgspec.Struct, frozen=True, gc=False):
    """What a device was used for."""

    device: str
    entity: str
    category: str
    project: str


class Stretch(msgspec.Struct, gc=False):
    """Time a device spent on one thing; `active` is what of it won."""

    thing: Thing
    start: int
    end: int
    events: int
    active: int = 0


#: Priorities of devices where none has any.
EQUAL: Mapping[str, int] = MappingProxyType({})


class Share(NamedTuple):
    """Time, `end` excluded, that `winner` won."""

    start: int
    end: int
    winner: Stretch


def share_out(stretches: Sequence[Stretch], priorities: Mapping[str, int] = EQUAL) -> list[Share]:
    """Give each instant to one of the stretches, which come in the order they began.

    `priorities` are by device, 0 where it has none. The shares come in time order, do not overlap
    and cover what the stretches cover.
    """

    def priority(stretch: Stretch) -> int:
        return priorities.get(stretch.thing.device, 0)

    shares: list[Share] = []
    begun: list[Stretch] = []
    for stretch in stretches:
        _settle(begun, stretch.start, shares)
        if priorities:
            begun.insert(bisect_right(begun, priority(stretch), key=priority), stretch)
        else:
            begun.append(stretch)
    _settle(begun, END, shares)
    return shares


def _settle(begun: list[Stretch], until: int, shares: list[Share]) -> None:
    """Share out the time before `until`, at which the next stretch begins; drop what has ended."""
    while begun:
        winner = begun[-1]
        settled = shares[-1].end if shares else winner.start
        start, end = max(settled, winner.start), min(winner.end, until)
        if start < end:
            shares.append(Share(start, end, winner))
            winner.active += end - start
        if winner.end > until:
            return
        begun.pop()
