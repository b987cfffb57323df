"""How far back a person's raw events reach, and which days may still be derived from them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.events import MAX_DURATION_US, MAX_PULSE_US
from pipeline.steps.days import DAY_US, Period, day_at, pieces

#: With fewer days kept a journey around the world could close the day one lives in.
FEWEST_DAYS = 3

#: How long before a day something may begin that counts in it: an interval with its pulse, or a
#: heartbeat whose timeout is a day.
_REACH_US = max(MAX_DURATION_US + MAX_PULSE_US, DAY_US)


class Horizon(NamedTuple):
    """Events before `at` go; days before `first_open` are closed: they stay as they are."""

    at: int
    first_open: date


def horizon(periods: Sequence[Period], now: int, days: int) -> Horizon:
    """Where the raw events of the last `days` local days and of today begin.

    An open day has all its events: it begins at least as long after the horizon as an event may
    reach into it.
    """
    own = tuple(periods)
    day = day_at(own, now) - timedelta(days=days)
    # A pulse earlier, lest the pulse cost a whole day.
    at = _start(own, day) - MAX_PULSE_US
    while _start(own, day) < at + _REACH_US:
        day += timedelta(days=1)
    return Horizon(at, day)


def _start(periods: tuple[Period, ...], day: date) -> int:
    while not (found := pieces(periods, day)):
        # A date that the zone skipped.
        day += timedelta(days=1)
    return found[0].start
