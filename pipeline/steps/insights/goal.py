"""A goal of a week or a month that will hardly be reached as it goes.

The chance is the share of resamples of the days before (bootstrap, Efron 1979) with which the days
that are left would reach it.
"""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from pipeline.steps.durations import hours
from pipeline.steps.findings import Finding, Pace, View

KIND = "goal"
EVERY_DAY = True

_RESAMPLES = 500
_LEAST_DAYS = 21
_UNLIKELY = 0.1
#: From which part of the period on it is worth telling.
_FROM = 0.5


def find(view: View) -> Sequence[Finding]:
    """A fact for each goal that is behind, once a period."""
    return [found for pace in view.paces if (found := _of(pace, view))]


def _of(pace: Pace, view: View) -> Finding | None:
    length, gone = (pace.last - pace.first).days + 1, (view.day - pace.first).days + 1
    left = length - gone
    missing = pace.target - pace.value
    if left < 1 or gone < _FROM * length or missing <= 0 or len(pace.past) < _LEAST_DAYS:
        return None
    chance = _chance(pace, left, missing)
    if chance >= _UNLIKELY:
        return None
    shown = hours if pace.metric.endswith("_s") else (lambda value: f"{value:.0f}")
    return Finding(
        kind=KIND,
        metric=pace.metric,
        day=view.day,
        key=f"goal:{pace.goal}:{pace.first.isoformat()}",
        value=pace.value,
        baseline=pace.target,
        method="share of 500 resamples of the days before that reach it",
        n=len(pace.past),
        window_days=len(pace.past),
        text=f"{pace.name}: {shown(pace.value)} of {shown(pace.target)} by {view.day.isoformat()},"
        f" with {left} days left; days like yours reach it {chance:.0%} of the time.",
        score=chance,
        evidence={
            "missing": missing,
            "days_left": left,
            "until": (view.day + timedelta(days=left)).isoformat(),
        },
    )


def _chance(pace: Pace, left: int, missing: float) -> float:
    # The same days give the same answer.
    random = Random(f"{pace.goal} {pace.first} {left}")  # noqa: S311
    reached = sum(sum(random.choices(pace.past, k=left)) >= missing for _ in range(_RESAMPLES))
    return reached / _RESAMPLES
