"""What an event can change, and which events that depends on."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.events import MAX_DURATION_US, MAX_PULSE_US
from pipeline.steps.days import Period, Piece, day_at


class Window(NamedTuple):
    """Events to look at: all from `lower` to `upper`, excluded; from `long_before`, intervals."""

    long_before: int
    lower: int
    upper: int


def affected(periods: Sequence[Period], events: Iterable[tuple[int, int]]) -> list[Piece]:
    """The time that may differ with and without the events (time, duration), in order.

    An event itself counts from its time on; the heartbeat of its device before it, at most a
    timeout or pulse earlier, changes too. A pulse of its own is part of its duration here.
    """
    timeout = _longest_reach(periods)
    found: list[Piece] = []
    for time, duration in sorted(events):
        start, end = time - timeout, time + max(timeout, duration) + 1
        if found and start <= found[-1].end:
            if end > found[-1].end:
                found[-1] = Piece(found[-1].start, end)
        else:
            found.append(Piece(start, end))
    return found


def days_within(periods: Sequence[Period], span: Piece) -> set[date]:
    """The days that `span` touches."""
    changes = [period.start for period in periods if span.start < period.start < span.end]
    days = set()
    for start, end in zip([span.start, *changes], [*changes, span.end], strict=True):
        day, last = day_at(periods, start), day_at(periods, end - 1)
        while day <= last:
            days.add(day)
            day += timedelta(days=1)
    return days


def touched_hours(hours: Sequence[Piece], spans: Iterable[Piece]) -> list[Piece]:
    """Those of a day's hours that any of the spans touches, in order."""
    found: set[Piece] = set()
    for span in spans:
        first = bisect_right(hours, span.start, key=lambda hour: hour.end)
        found.update(hours[first : bisect_left(hours, span.end, key=lambda hour: hour.start)])
    return sorted(found)


def windows(periods: Sequence[Period], hours: Iterable[Piece]) -> list[Window]:
    """Where the events lie that `hours` depend on; no event lies in two of the windows."""
    timeout = _longest_reach(periods)
    found: list[Window] = []
    for start, end in sorted(hours):
        long_before = start - MAX_DURATION_US - MAX_PULSE_US
        window = Window(long_before, start - timeout, end + timeout)
        if found and window.long_before < found[-1].upper:
            found[-1] = found[-1]._replace(upper=window.upper)
        else:
            found.append(window)
    return found


def _longest_reach(periods: Sequence[Period]) -> int:
    return max(MAX_PULSE_US, *(period.timeout_us for period in periods))
