"""A run of active days that is longer than any other of the last 26 weeks."""

from collections.abc import Sequence
from datetime import date, timedelta

from pipeline.steps.features import is_active
from pipeline.steps.findings import Finding, View

KIND = "streak"
EVERY_DAY = True

#: Lengths that are told of.
_MILESTONES = frozenset({14, 30, 60, 100})


def find(view: View) -> Sequence[Finding]:
    """A fact on the day a milestone is reached."""
    active = {day.date for day in view.days if is_active(day)}
    length = _until(active, view.day)
    if length not in _MILESTONES:
        return []
    longest = max(
        (_until(active, day) for day in active if day <= view.day - timedelta(days=length)),
        default=0,
    )
    if longest >= length:
        return []
    return [
        Finding(
            kind=KIND,
            metric="active_days",
            day=view.day,
            key=f"streak:{length}:{view.day.isoformat()}",
            value=length,
            baseline=longest,
            method="days in a row with ten minutes of use or more",
            n=len(active),
            window_days=182,
            text=f"{length} days in a row, your longest run of 26 weeks; the longest before was"
            f" {longest}.",
            severity=0,
        )
    ]


def _until(active: set[date], day: date) -> int:
    length = 0
    while day - timedelta(days=length) in active:
        length += 1
    return length
