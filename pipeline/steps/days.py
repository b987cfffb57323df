"""Local days: where each begins, which one an instant belongs to, and how long it is.

A day is the person's: it begins at their day start, on the wall clock of the zone in force. Its
bound is the first instant whose wall clock has reached the day start of that date, so days tile
time without gap or overlap whatever the clocks do: a day has 23, 24, 24.5 or 25 hours, and a date
that a zone skipped begins where the next one begins and is empty.

All rules come from the `tzdata` package: the answer does not depend on the machine.
"""

import zoneinfo
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
DAY_US = 24 * HOUR_US

#: Instants before and after all others.
BEGINNING = -(1 << 62)
END = 1 << 62

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_ONE_DAY = timedelta(days=1)

zoneinfo.reset_tzpath(to=())


class Period(NamedTuple):
    """What is in force from the instant `start` on, until the next period starts.

    The first period of a person starts at `BEGINNING`.
    """

    start: int = BEGINNING
    zone: str = "UTC"
    day_start_min: int = 0
    timeout_us: int = 600 * SECOND_US


#: Periods of a person who never chose anything.
DEFAULT_PERIODS = (Period(),)


class Piece(NamedTuple):
    """A stretch of time, `end` excluded, that lies in one day."""

    start: int
    end: int


def period_at(periods: Sequence[Period], instant: int) -> Period:
    """The period in force at `instant`."""
    if len(periods) == 1:
        return periods[0]
    return periods[bisect_right(periods, instant, key=lambda period: period.start) - 1]


def day_at(periods: Sequence[Period], instant: int) -> date:
    """The day that `instant` belongs to, by the zone in force at that instant."""
    period = period_at(periods, instant)
    # No clock runs a whole day ahead of UTC, so the day is this one or one of the few before.
    day = date.fromordinal(_EPOCH_DAY + instant // DAY_US + 1)
    while day_bound(period.zone, period.day_start_min, day) > instant:
        day -= _ONE_DAY
    return day


def begin_of(periods: Sequence[Period], day: date) -> int:
    """When a day begins, by the zone and day start in force then."""
    period = period_at(periods, day_bound(periods[-1].zone, 0, day))
    return day_bound(period.zone, period.day_start_min, day)


@lru_cache(maxsize=1 << 14)
def pieces(periods: tuple[Period, ...], day: date) -> tuple[Piece, ...]:
    """The time of `day`, in order: one piece, several around a change of zone, or none."""
    found: list[Piece] = []
    for number, (start, zone, day_start_min, _) in enumerate(periods):
        until = periods[number + 1].start if number + 1 < len(periods) else END
        piece = Piece(
            max(start, day_bound(zone, day_start_min, day)),
            min(until, day_bound(zone, day_start_min, day + _ONE_DAY)),
        )
        if piece.start >= piece.end:
            continue
        if found and found[-1].end == piece.start:
            found[-1] = Piece(found[-1].start, piece.end)
        else:
            found.append(piece)
    return tuple(found)


@lru_cache(maxsize=1 << 14)
def elapsed_hours(periods: tuple[Period, ...], day: date) -> tuple[Piece, ...]:
    """The hours of `day` as they elapse; the last one of a piece may be shorter."""
    return tuple(
        Piece(start, min(start + HOUR_US, end))
        for piece_start, end in pieces(periods, day)
        for start in range(piece_start, end, HOUR_US)
    )


@lru_cache(maxsize=1 << 16)
def day_bound(zone: str, day_start_min: int, day: date) -> int:
    """The first instant at which the wall clock of `zone` has reached the start of `day`."""
    tz = _zone(zone)
    wall = datetime.combine(day, time()) + timedelta(minutes=day_start_min)
    first = _seconds(wall.replace(tzinfo=tz, fold=0))
    other = _seconds(wall.replace(tzinfo=tz, fold=1))
    if other >= first:
        return first * SECOND_US
    # This wall time was skipped (PEP 495: fold 1 is then the earlier instant): the clock jumped
    # past it somewhere between the two instants.
    skipped = range(other, first)
    jump = bisect_left(
        skipped, True, key=lambda s: datetime.fromtimestamp(s, tz).replace(tzinfo=None) >= wall
    )
    return (other + jump) * SECOND_US


@lru_cache(maxsize=1 << 10)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo.no_cache(name)


def _seconds(local: datetime) -> int:
    return round(local.astimezone(UTC).timestamp())
