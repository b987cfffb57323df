"""A break: after fifty minutes and more of activity without one, never while away or in a meeting.

A gap of five minutes is a break, after the practice of Pomodoro; attention is held to last fifty
to ninety minutes.
"""

from collections.abc import Sequence

from pipeline.steps.day_features import SESSION_GAP_S, is_meeting
from pipeline.steps.days import SECOND_US
from pipeline.steps.hours import Run
from pipeline.steps.situation import Reason, Recommendation, Situation

KIND = "break"
MODEL = "break@1"

_AFTER_US = 50 * 60 * SECOND_US
_AT_LAST_US = 90 * 60 * SECOND_US
_GAP_US = SESSION_GAP_S * SECOND_US
_HOLDS_US = 15 * 60 * SECOND_US


def recommend(situation: Situation) -> Sequence[Recommendation]:
    """One, or none."""
    since = _unbroken_since(situation.runs)
    if since is None or situation.is_put_off(KIND, KIND):
        return []
    last = situation.runs[-1]
    worked = last.end - since
    if worked < _AFTER_US or situation.now - last.end >= _GAP_US or _meets(situation, last):
        return []
    minutes = worked // (60 * SECOND_US)
    return [
        Recommendation(
            kind=KIND,
            subject=KIND,
            score=min(1.0, worked / _AT_LAST_US),
            reasons=[Reason(f"{minutes} minutes without a break of five", 1.0)],
            model_version=MODEL,
            expires=last.end + min(_GAP_US, _HOLDS_US),
            features={"unbroken_s": worked / SECOND_US},
        )
    ]


def _unbroken_since(runs: Sequence[Run]) -> int | None:
    """When the activity began that goes on without a break until the last run."""
    since = None
    for number in range(len(runs) - 1, -1, -1):
        if number + 1 < len(runs) and runs[number + 1].start - runs[number].end >= _GAP_US:
            break
        since = runs[number].start
    return since


def _meets(situation: Situation, last: Run) -> bool:
    blocked = any(start <= situation.now < end for start, end in situation.busy)
    return blocked or is_meeting(last.category)
