"""A day is the sum of its hours.

Days are derived anew from the set of events, never changed by an increment: the same events give
the same days in whatever order, batches and repetitions they came.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import tzdata

from pipeline.steps.days import Period, elapsed_hours, period_at
from pipeline.steps.focus import focus
from pipeline.steps.hours import Hour, Interval, join_intervals, total


class Totals(NamedTuple):
    """What a day adds up to; zone, day start and timeout are those at its first instant.

    `active_us` is the union over all devices; `by_hour`, `by_category` and `by_project` each sum to
    it, `by_device` holds each device's own union; what counts their events has the same keys.
    `by_hour` lists [start, active] of every hour. `tzdata` is the version of all zones' rules.
    """

    time_zone: str
    day_start_min: int
    timeout_us: int
    tzdata: str
    length_us: int
    active_us: int
    focus_us: int
    events: int
    first: int
    last: int
    by_hour: list[list[int]]
    by_category: dict[str, int]
    by_project: dict[str, int]
    by_device: dict[str, int]
    events_by_category: dict[str, int]
    events_by_project: dict[str, int]
    events_by_device: dict[str, int]


class Day(NamedTuple):
    """Everything derived for one day of one person."""

    totals: Totals
    intervals: list[Interval]


def roll_up(day: date, periods: tuple[Period, ...], hours: Mapping[int, Hour]) -> Day | None:
    """The day from its hours by their start, or None when nothing touches it."""
    own = [hours[hour.start] for hour in elapsed_hours(periods, day)]
    used = [hour for hour in own if hour.intervals]
    if not used:
        return None
    intervals = join_intervals(used)
    _, time_zone, day_start_min, timeout_us = period_at(periods, own[0].start)
    totals = Totals(
        time_zone=time_zone,
        day_start_min=day_start_min,
        timeout_us=timeout_us,
        tzdata=tzdata.IANA_VERSION,
        length_us=sum(hour.end - hour.start for hour in own),
        active_us=sum(hour.active_us for hour in used),
        focus_us=focus((run.start, run.end, run.category) for hour in used for run in hour.runs),
        events=sum(interval.events for interval in intervals),
        first=intervals[0].start,
        last=max(interval.end for interval in intervals),
        by_hour=[[hour.start, hour.active_us] for hour in own],
        by_category=total(hour.by_category for hour in used),
        by_project=total(hour.by_project for hour in used),
        by_device=total(hour.by_device for hour in used),
        events_by_category=total(hour.events_by_category for hour in used),
        events_by_project=total(hour.events_by_project for hour in used),
        events_by_device=total(hour.events_by_device for hour in used),
    )
    return Day(totals, intervals)


def difference(
    old: Sequence[Interval], new: Sequence[Interval]
) -> tuple[set[Interval], set[Interval]]:
    """What of `old` is not in `new`, and what of `new` was not in `old`."""
    # Mostly a day only grows, so most of it needs no hashing.
    same = 0
    for before, after in zip(old, new, strict=False):
        if before != after:
            break
        same += 1
    gone, come = set(old[same:]), set(new[same:])
    return gone - come, come - gone
