"""Time entries to propose: what a person's devices saw and no entry claims yet.

A draft is time in one go that went mostly to one project: gaps up to `gap_us` belong to it, and a
change of project that lasts no longer than `least_us` does not end it.
"""

import heapq
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from pipeline.steps.days import Piece

#: So many things are named of those that a draft was spent on.
_MOST_ENTITIES = 3


class Used(NamedTuple):
    """Time that a device was used for something; microseconds since 1970."""

    start: int
    end: int
    project: str
    category: str
    entity: str


class Mostly(NamedTuple):
    """What a stretch of time went to, each by the most time; entities by less and less."""

    active_us: int
    project: str
    category: str
    entities: tuple[str, ...]


class Draft(NamedTuple):
    """A proposal."""

    start: int
    end: int
    mostly: Mostly


def drafts(
    used: Iterable[Used], free: Iterable[Piece], *, gap_us: int, least_us: int
) -> list[Draft]:
    """The proposals in the free time, in order; none has less than `least_us` of activity."""
    found = []
    slices = apart(used)
    for window in free:
        inside = within(slices, *window)
        for block in _blocks(inside, gap_us):
            found += [
                Draft(run[0].start, run[-1].end, mostly(run))
                for run in _runs(block, least_us)
                if _active(run) >= least_us
            ]
    return found


def free_time(day: Iterable[Piece], claimed: Iterable[tuple[int, int]]) -> list[Piece]:
    """What of the day's time nothing claims; `claimed` are (start, end) by their start."""
    spans = list(claimed)
    found = []
    for start, end in day:
        begin = start
        for claim_start, claim_end in spans:
            if claim_end <= begin or claim_start >= end:
                continue
            if claim_start > begin:
                found.append(Piece(begin, claim_start))
            begin = max(begin, claim_end)
        if begin < end:
            found.append(Piece(begin, end))
    return found


def apart(used: Iterable[Used]) -> list[Used]:
    """The same time without overlap, in order: at each instant what began last has it."""
    ordered = sorted(used)
    bounds = sorted({bound for one in ordered for bound in (one.start, one.end)})
    begun: list[tuple[int, int, Used]] = []
    found: list[Used] = []
    ahead = 0
    for start, end in itertools.pairwise(bounds):
        while ahead < len(ordered) and ordered[ahead].start <= start:
            heapq.heappush(begun, (-ordered[ahead].start, -ahead, ordered[ahead]))
            ahead += 1
        while begun and begun[0][2].end <= start:
            heapq.heappop(begun)
        if begun:
            found.append(begun[0][2]._replace(start=start, end=end))
    return found


def within(slices: Iterable[Used], start: int, end: int) -> list[Used]:
    """What of the slices lies between these instants."""
    return [
        one._replace(start=max(one.start, start), end=min(one.end, end))
        for one in slices
        if one.start < end and one.end > start
    ]


def mostly(slices: Sequence[Used]) -> Mostly:
    """What the slices went to."""
    return Mostly(
        _active(slices),
        _leading((one.project, one) for one in slices)[0],
        _leading((one.category, one) for one in slices)[0],
        tuple(filter(None, _leading((one.entity, one) for one in slices)[:_MOST_ENTITIES])),
    )


def _leading(slices: Iterable[tuple[str, Used]]) -> list[str]:
    sums: dict[str, int] = defaultdict(int)
    for name, one in slices:
        sums[name] += one.end - one.start
    return sorted(sums, key=lambda name: (-sums[name], name)) or [""]


def _blocks(slices: Iterable[Used], gap_us: int) -> Iterator[list[Used]]:
    block: list[Used] = []
    for one in slices:
        if block and one.start - block[-1].end > gap_us:
            yield block
            block = []
        block.append(one)
    if block:
        yield block


def _runs(block: Iterable[Used], least_us: int) -> list[list[Used]]:
    """The block, cut where the project changes for long enough."""
    runs: list[list[Used]] = []
    sums: list[Counter[str]] = []
    for project, own in itertools.groupby(block, key=lambda one: one.project):
        run = list(own)
        active_us = _active(run)
        if runs and (
            max(sums[-1], key=sums[-1].__getitem__) == project
            or active_us < least_us
            or sums[-1].total() < least_us
        ):
            runs[-1] += run
            sums[-1][project] += active_us
        else:
            runs.append(run)
            sums.append(Counter({project: active_us}))
    return runs


def _active(slices: Iterable[Used]) -> int:
    return sum(one.end - one.start for one in slices)
