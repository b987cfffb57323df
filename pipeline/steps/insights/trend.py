"""Whether days have become longer or shorter over twelve weeks."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from statistics import median

from pipeline.steps.durations import hours
from pipeline.steps.features import is_active
from pipeline.steps.findings import FLOOR_S, Finding, View
from pipeline.steps.statistics import mann_kendall, theil_sen
from pipeline.steps.user_day import UserDay

KIND = "trend"
EVERY_DAY = False

_WEEKS = 12
_LEAST_DAYS_A_WEEK = 2
#: Weeks at either end whose middle is told: a single one says little.
_ENDS = 3

_METRICS: Mapping[str, tuple[str, Callable[[UserDay], float]]] = {
    "active_s": ("activity", lambda day: day.active_s),
    "focus_s": ("focus", lambda day: day.focus_s),
    "meeting_s": ("meetings", lambda day: day.meeting_s),
}


def find(view: View) -> Sequence[Finding]:
    """One test for each metric: the medians of the weeks' active days."""
    weeks = _weeks(view)
    if len(weeks) < _WEEKS:
        return []
    found = []
    for metric, (words, of) in _METRICS.items():
        values = [median(map(of, week)) for week in weeks]
        slope = theil_sen(values)
        change = slope * (_WEEKS - 1)
        first, last = median(values[:_ENDS]), median(values[-_ENDS:])
        word = "more" if change > 0 else "less"
        found.append(
            Finding(
                kind=KIND,
                metric=metric,
                day=view.day,
                key=f"trend:{metric}:{view.day.isoformat()}",
                value=last,
                baseline=first,
                method="Mann-Kendall, Theil-Sen slope of weekly medians",
                n=_WEEKS,
                window_days=_WEEKS * 7,
                text=f"A usual day holds {hours(change)} {word} {words} than {_WEEKS} weeks ago,"
                f" {hours(slope)} {word} each week.",
                score=change,
                p=mann_kendall(values) if abs(change) >= FLOOR_S else 1.0,
                severity=2,
                evidence={"weekly_medians": values, "slope_s_a_week": slope},
            )
        )
    return found


def _weeks(view: View) -> list[list[UserDay]]:
    """The active days of each of the last weeks that has enough of them, the oldest first."""
    found = []
    for number in range(_WEEKS - 1, -1, -1):
        end = view.day - timedelta(days=7 * number)
        begin = end - timedelta(days=7)
        week = [day for day in view.days if begin < day.date <= end and is_active(day)]
        if len(week) >= _LEAST_DAYS_A_WEEK:
            found.append(week)
    return found
