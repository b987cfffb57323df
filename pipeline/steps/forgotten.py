"""Whether a running timer was forgotten: it runs on, and nobody is there."""

from datetime import datetime, timedelta
from typing import NamedTuple


class Idle(NamedTuple):
    """How long nothing was seen of the person while the timer ran."""

    time: timedelta
    forgotten: bool


def idle(
    start: datetime,
    last_activity: datetime | None,
    now: datetime,
    *,
    patience: timedelta,
    longest: timedelta,
) -> Idle:
    """How idle a timer is that runs since `start`.

    Without any activity there is nothing to miss, so only a timer that runs longer than `longest`
    is told of; else one without activity for longer than `patience`.
    """
    if last_activity is None:
        return Idle(timedelta(), now - start > longest)
    time = max(timedelta(), now - max(start, last_activity))
    return Idle(time, time > patience)
