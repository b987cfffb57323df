"""A day that is not like the person's other such weekdays.

Each day is compared with the median of the same weekday; how far it is off, with how far others of
the last 26 weeks were. Days off are not compared: that they differ is no news.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from statistics import median

from pipeline.steps.durations import hours, weekday
from pipeline.steps.features import is_active
from pipeline.steps.findings import FLOOR_S, Finding, View
from pipeline.steps.statistics import tail
from pipeline.steps.user_day import UserDay

KIND = "anomaly"
EVERY_DAY = True

_WINDOW_DAYS = 182
_LEAST_WEEKS = 6
#: Of the active days, how many must hold any of it.
_COMMON = 0.5
_Z = 3.5

_METRICS: Mapping[str, tuple[str, Callable[[UserDay], float]]] = {
    "active_s": ("activity", lambda day: day.active_s),
    "focus_s": ("focus", lambda day: day.focus_s),
    "meeting_s": ("meetings", lambda day: day.meeting_s),
    "tracked_s": ("tracked time", lambda day: day.tracked_s),
}


def find(view: View) -> Sequence[Finding]:
    """One test for each metric that the person's days usually hold."""
    days = [day for day in view.within(_WINDOW_DAYS) if is_active(day)]
    if not days or days[-1].date != view.day:
        return []
    before = days[:-1]
    found = []
    for metric, (words, of) in _METRICS.items():
        if sum(of(day) > 0 for day in before) >= _COMMON * len(before):
            one = _test(view.day, {day.date: of(day) for day in days}, metric, words)
            found += [one] if one else []
    return found


def _test(day: date, values: Mapping[date, float], metric: str, words: str) -> Finding | None:
    others = {other: value for other, value in values.items() if other != day}
    usual = _usual(others)
    if day.weekday() not in usual:
        return None
    residuals = [
        value - usual[other.weekday()]
        for other, value in others.items()
        if other.weekday() in usual
    ]
    baseline = usual[day.weekday()]
    off = values[day] - baseline
    found = tail(off, residuals)
    if abs(off) < FLOOR_S or abs(found.z) < _Z:
        # Too small to be news, whatever its chance: yet it was a test.
        found = found._replace(p=1.0)
    weeks = sum(other.weekday() == day.weekday() for other in others)
    return Finding(
        kind=KIND,
        metric=metric,
        day=day,
        key=f"anomaly:{metric}:{day.isoformat()}",
        value=values[day],
        baseline=baseline,
        method="distance from the weekday's median, exponential tail of 26 weeks",
        n=len(residuals),
        window_days=_WINDOW_DAYS,
        text=f"{weekday(day)} {day.isoformat()} held {hours(values[day])} of {words}; your"
        f" {weekday(day)}s hold {hours(baseline)}, over {weeks} weeks.",
        score=found.z,
        p=found.p,
        severity=2,
        evidence={"z": found.z, "weeks": weeks},
    )


def _usual(values: Mapping[date, float]) -> dict[int, float]:
    """The median by weekday, where there are enough."""
    by_weekday: dict[int, list[float]] = {}
    for day, value in values.items():
        by_weekday.setdefault(day.weekday(), []).append(value)
    return {number: median(own) for number, own in by_weekday.items() if len(own) >= _LEAST_WEEKS}
