"""What a person's weeks add up to has changed, and stayed so."""

from collections.abc import Sequence
from datetime import timedelta

from pipeline.steps.findings import Finding, Stay, View

KIND = "segment_change"
EVERY_DAY = True

_FAMILY = "pattern"
#: Days that the one before held for, and that the new one has held for.
_BEFORE = timedelta(days=28)
_SINCE = timedelta(days=14)


def find(view: View) -> Sequence[Finding]:
    """A fact on the day on which the new segment has held for two weeks."""
    stays = [stay for stay in view.stays if stay.family == _FAMILY]
    current = next((stay for stay in stays if stay.entered_on + _SINCE == view.day), None)
    if current is None or (current.left_on and current.left_on <= view.day):
        return []
    before = [stay for stay in stays if stay.left_on and _length(stay) >= _BEFORE]
    before = [stay for stay in before if stay.entered_on < current.entered_on]
    if not before:
        return []
    last = max(before, key=lambda stay: stay.entered_on)
    if last.segment == current.segment:
        return []
    return [
        Finding(
            kind=KIND,
            metric=_FAMILY,
            day=view.day,
            key=f"segment_change:{current.segment}:{current.entered_on.isoformat()}",
            value=float(_SINCE.days),
            baseline=float(_length(last).days),
            method="rules on the last 28 days, held for two weeks",
            n=28,
            window_days=28,
            text=f"Since {current.entered_on.isoformat()} your weeks are {_words(current)}; before"
            f" they were {_words(last)} for {_length(last).days} days.",
            evidence={"before": last.segment, "now": current.segment},
        )
    ]


def _length(stay: Stay) -> timedelta:
    return (stay.left_on or stay.entered_on) - stay.entered_on


def _words(stay: Stay) -> str:
    return stay.segment.replace("mostly-", "mostly ")
