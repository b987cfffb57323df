"""The hours of a day, each derived by itself from the segments that touch it.

An hour depends on nothing outside of it, so what happens in one hour of a long day leaves the
others as they were. The same holds for a part of an hour.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from pipeline.steps.absence import without
from pipeline.steps.days import Piece
from pipeline.steps.overlap import EQUAL, Share, Stretch, Thing, share_out
from pipeline.steps.sessionize import AFK, Segment, Usage


class Interval(msgspec.Struct, frozen=True, gc=False):
    """Time without a gap that a device spent on one thing; `active_us` of it won."""

    start: int
    end: int
    thing: Thing
    events: int
    active_us: int


class Run(msgspec.Struct, frozen=True, gc=False):
    """Time that one category won."""

    start: int
    end: int
    category: str


class Hour(msgspec.Struct, frozen=True, gc=False):
    """What is derived for an hour or a part of it.

    Intervals come in the order they began, runs in time order.
    """

    start: int
    end: int
    active_us: int
    by_category: dict[str, int]
    by_project: dict[str, int]
    by_device: dict[str, int]
    events_by_category: dict[str, int]
    events_by_project: dict[str, int]
    events_by_device: dict[str, int]
    intervals: list[Interval]
    runs: list[Run]


def roll_up_hours(
    pieces: Sequence[Piece],
    segments: Iterable[Segment],
    priorities: Mapping[str, int] = EQUAL,
) -> list[Hour]:
    """Each of the pieces, which come in time order, from segments in the order of their events."""
    return [
        _hour(piece, stretches, priorities)
        for piece, stretches in zip(pieces, _spread(segments, pieces), strict=True)
    ]


def join(first: Hour, second: Hour) -> Hour:
    """Two parts of an hour as one; the second begins where the first ends."""
    both = (first, second)
    return Hour(
        first.start,
        second.end,
        first.active_us + second.active_us,
        total(hour.by_category for hour in both),
        total(hour.by_project for hour in both),
        total(hour.by_device for hour in both),
        total(hour.events_by_category for hour in both),
        total(hour.events_by_project for hour in both),
        total(hour.events_by_device for hour in both),
        join_intervals(both),
        _join_runs(first.runs, second.runs),
    )


def join_intervals(hours: Iterable[Hour]) -> list[Interval]:
    """The intervals of all hours, one that goes on over the bound of two hours as one."""
    joined: list[Interval] = []
    going_on: dict[Thing, int] = {}
    reached = None
    for hour in hours:
        before: dict[Thing, int] = going_on if hour.start == reached else {}
        going_on, reached = {}, hour.end
        for interval in hour.intervals:
            place = before.get(interval.thing) if interval.start == hour.start else None
            if place is None:
                place = len(joined)
                joined.append(interval)
            else:
                joined[place] = _both(joined[place], interval)
            if interval.end == hour.end:
                going_on[interval.thing] = place
    return joined


def total(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of each key over all parts."""
    return sums(item for part in parts for item in part.items())


def sums(parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The sum of each key's parts."""
    totals: dict[str, int] = {}
    for key, part in parts:
        totals[key] = totals.get(key, 0) + part
    return totals


def _hour(hour: Piece, stretches: Sequence[Stretch], priorities: Mapping[str, int]) -> Hour:
    runs = list(_runs(share_out(stretches, priorities)))
    intervals = _merge(stretches)
    return Hour(
        hour.start,
        hour.end,
        sum(run.end - run.start for run in runs),
        sums((each.thing.category, each.active_us) for each in intervals),
        sums((each.thing.project, each.active_us) for each in intervals),
        _unions((each.thing.device, each.start, each.end) for each in intervals),
        sums((each.thing.category, each.events) for each in intervals),
        sums((each.thing.project, each.events) for each in intervals),
        sums((each.thing.device, each.events) for each in intervals),
        intervals,
        runs,
    )


def _spread(segments: Iterable[Segment], hours: Sequence[Piece]) -> list[list[Stretch]]:
    """What of the segments lies inside each hour, in order; an event counts where its instant is.

    Segments next to each other in the order that continue one thing become one stretch: nothing
    began in between, so it wins the same time.
    """
    spread: list[list[Stretch]] = [[] for _ in hours]
    starts = [hour.start for hour in hours]
    away: list[Segment] = []
    for event, end in segments:
        time = event.time
        if event.is_presence:
            if event.entity == AFK:
                away.append(Segment(event, end))
            continue
        number = max(bisect_right(starts, time) - 1, 0)
        while number < len(hours) and (starts[number] < end or starts[number] <= time):
            lower, upper = hours[number]
            if lower <= time < upper:
                _add(spread[number], event, time, end if end < upper else upper, 1)
            elif time < lower:
                _add(spread[number], event, lower, end if end < upper else upper, 0)
            number += 1
    return [without(stretches, away) for stretches in spread] if away else spread


def _add(stretches: list[Stretch], event: Usage, start: int, end: int, events: int) -> None:
    thing = Thing(event.device, event.entity, event.category, event.project)
    last = stretches[-1] if stretches else None
    if last and last.end == start and last.thing == thing:
        last.end = end
        last.events += events
    else:
        stretches.append(Stretch(thing, start, end, events))


def _runs(shares: Iterable[Share]) -> Iterator[Run]:
    run: Run | None = None
    for start, end, winner in shares:
        category = winner.thing.category
        if run and run.end == start and run.category == category:
            run = Run(run.start, end, category)
            continue
        if run:
            yield run
        run = Run(start, end, category)
    if run:
        yield run


def _merge(stretches: Iterable[Stretch]) -> list[Interval]:
    """One interval where stretches of the same thing touch or overlap, in the order they began."""
    merged: list[Stretch] = []
    latest: dict[Thing, Stretch] = {}
    for stretch in stretches:
        before = latest.get(stretch.thing)
        if before is None or before.end < stretch.start:
            latest[stretch.thing] = stretch
            merged.append(stretch)
        else:
            before.end = max(before.end, stretch.end)
            before.events += stretch.events
            before.active += stretch.active
    return [Interval(each.start, each.end, each.thing, each.events, each.active) for each in merged]


def _unions(spans: Iterable[tuple[str, int, int]]) -> dict[str, int]:
    """How much the spans (device, start, end), which come in time order, cover on each device."""
    covered: dict[str, int] = {}
    reached: dict[str, int] = {}
    for device, start, end in spans:
        reach = max(start, reached.get(device, start))
        covered[device] = covered.get(device, 0) + max(0, end - reach)
        reached[device] = max(reach, end)
    return covered


def _join_runs(first: list[Run], second: list[Run]) -> list[Run]:
    if first and second:
        before, after = first[-1], second[0]
        if before.end == after.start and before.category == after.category:
            return [*first[:-1], Run(before.start, after.end, after.category), *second[1:]]
    return [*first, *second]


def _both(first: Interval, second: Interval) -> Interval:
    return Interval(
        first.start,
        second.end,
        first.thing,
        first.events + second.events,
        first.active_us + second.active_us,
    )
