"""When in the week a person is active: hours of the wall clock by days of the week."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pipeline.steps.instants import as_datetime


class HeatMap(NamedTuple):
    """Microseconds by [weekday][hour]; Monday is the first, and `days` says how many of each."""

    active_us: list[list[int]]
    days: list[int]


def heat_map(
    days: Iterable[date], used: Iterable[tuple[date, str, Sequence[Sequence[int]]]]
) -> HeatMap:
    """The map of `days`, of which `used` have time: (day, zone, [start, microseconds] by hour).

    An hour that elapsed counts to the hour of the wall clock at its start, in the zone of its day.
    """
    active_us = [[0] * 24 for _ in range(7)]
    for day, zone, hours in used:
        row, tz = active_us[day.weekday()], ZoneInfo(zone)
        for start, us in hours:
            if us:
                row[as_datetime(start).astimezone(tz).hour] += us
    counts = [0] * 7
    for day in days:
        counts[day.weekday()] += 1
    return HeatMap(active_us, counts)
