"""The features of a person: a named and versioned set over the last 28 and 90 days.

Each is a function of the days' features and of the day as of which it is asked for, so the same
days give the same values in whatever order they came. One that cannot be known is None, never a
guess. A change of what any of them means is a new version of the set.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import cos, exp, fsum, hypot, isfinite, log, pi, sin
from statistics import median
from typing import NamedTuple

from pipeline.steps.user_day import UserDay

FEATURE_SET = "person@1"

#: Days that a window looks back, that of today among them.
WINDOWS = (28, 90)

#: Seconds of use from which on a day is an active one.
ACTIVE_DAY_S = 600.0


class Feature(NamedTuple):
    """A feature as it is documented; `window_days` None: of all days."""

    name: str
    window_days: int | None
    unit: str
    description: str


class History(NamedTuple):
    """What features are made of: a person's days in time order, none after `as_of`.

    `first` and `last` are the first and the last active day ever, None without any.
    """

    as_of: date
    days: Sequence[UserDay]
    first: date | None
    last: date | None


Values = Mapping[str, float | None]


def used_s(day: UserDay) -> float:
    """Seconds that devices saw or the person tracked, whichever are more."""
    return max(day.active_s, day.tracked_s)


def is_active(day: UserDay) -> bool:
    """Whether it counts as a day of use."""
    return used_s(day) >= ACTIVE_DAY_S


def features(history: History) -> dict[str, float | None]:
    """Every feature of the set by name; a window reaches back from `as_of`."""
    found: dict[str, float | None] = {
        "recency_days": _days_since(history.last, history.as_of),
        "tenure_days": _days_since(history.first, history.as_of),
        "streak_days": float(streak(_within(history, max(WINDOWS)), history.as_of)),
    }
    for window in WINDOWS:
        days = _within(history, window)
        for name, (_, _, value) in _OF_WINDOW.items():
            found[f"{name}_{window}"] = _finite(value(days))
    found["active_trend"] = _ratio(
        found["active_s_per_day_28"], found["active_s_per_day_90"], least=1.0
    )
    return found


def definitions() -> list[Feature]:
    """The set, documented, in the order of the values."""
    return [
        Feature("recency_days", None, "days", "Days since the last active day"),
        Feature("tenure_days", None, "days", "Days since the first active day"),
        Feature(
            "streak_days",
            max(WINDOWS),
            "days",
            "Active days in a row until today, or until yesterday; 90 at most",
        ),
        *(
            Feature(f"{name}_{window}", window, unit, description)
            for window in WINDOWS
            for name, (unit, description, _) in _OF_WINDOW.items()
        ),
        Feature(
            "active_trend",
            90,
            "ratio",
            "Time on an active day in the last 28 days, against that of the last 90",
        ),
    ]


def streak(days: Iterable[UserDay], as_of: date) -> int:
    """How many active days follow each other up to `as_of`; today may still be to come."""
    active = {day.date for day in days if is_active(day)}
    at = as_of if as_of in active else as_of - timedelta(days=1)
    length = 0
    while at - timedelta(days=length) in active:
        length += 1
    return length


def _within(history: History, window: int) -> list[UserDay]:
    since = history.as_of - timedelta(days=window)
    return [day for day in history.days if since < day.date <= history.as_of]


def _days_since(day: date | None, as_of: date) -> float | None:
    return None if day is None else float((as_of - day).days)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None


def _ratio(part: float | None, whole: float | None, least: float = 0.0) -> float | None:
    if part is None or whole is None or whole <= least:
        return None
    return part / whole


def _share(part: Callable[[UserDay], float]) -> "_Value":
    def value(days: Sequence[UserDay]) -> float | None:
        return _ratio(fsum(map(part, days)), fsum(day.active_s for day in days))

    return value


def _sum(of: Callable[[UserDay], float]) -> "_Value":
    return lambda days: fsum(map(of, days))


def _median(of: Callable[[UserDay], float | None]) -> "_Value":
    def value(days: Sequence[UserDay]) -> float | None:
        known = [found for day in days if is_active(day) and (found := of(day)) is not None]
        return median(known) if known else None

    return value


def _per_active_day(days: Sequence[UserDay]) -> float | None:
    active = [day.active_s for day in days if is_active(day)]
    return fsum(active) / len(active) if active else None


def _switch_rate(days: Sequence[UserDay]) -> float | None:
    return _ratio(float(sum(day.switches for day in days)), fsum(d.active_s for d in days) / 3600)


def _completion_rate(days: Sequence[UserDay]) -> float | None:
    return _ratio(
        float(sum(day.tasks_done for day in days)), float(sum(day.tasks_created for day in days))
    )


def _estimate_bias(days: Sequence[UserDay]) -> float | None:
    errors = [day.estimate_log_error for day in days if day.estimate_log_error is not None]
    return fsum(errors) / len(errors) if errors else None


def _plan_ratio(days: Sequence[UserDay]) -> float | None:
    planned = [day for day in days if day.planned_s]
    return _ratio(fsum(day.tracked_s for day in planned), fsum(day.planned_s for day in planned))


def _hours(days: Iterable[UserDay]) -> list[float]:
    return [fsum(hour) for hour in zip(*(day.by_wall_hour for day in days), strict=True)]


def _entropy(parts: Iterable[float]) -> float | None:
    """Shannon's entropy in nats (Shannon 1948)."""
    positive = [part for part in parts if part > 0]
    whole = fsum(positive)
    if not positive:
        return None
    return -fsum(part / whole * log(part / whole) for part in positive)


def _hour_entropy(days: Sequence[UserDay]) -> float | None:
    entropy = _entropy(_hours(days))
    return None if entropy is None else entropy / log(24)


def _regularity(days: Sequence[UserDay]) -> float | None:
    """1 - circular variance of when active days begin (Mardia and Jupp 2000)."""
    angles = [
        day.first_hour * pi / 12 for day in days if is_active(day) and day.first_hour is not None
    ]
    if len(angles) < 2:
        return None
    return hypot(fsum(map(sin, angles)), fsum(map(cos, angles))) / len(angles)


def _diversity(days: Sequence[UserDay]) -> float | None:
    """How many projects the time amounts to: the exponential of its entropy (Hill 1973)."""
    sums: dict[str, list[float]] = {}
    for day in days:
        for project, seconds in day.by_project.items():
            sums.setdefault(project, []).append(seconds)
    entropy = _entropy(fsum(parts) for name, parts in sums.items() if name)
    return None if entropy is None else exp(entropy)


def _longest_gap(days: Sequence[UserDay]) -> float | None:
    active = [day.date for day in days if is_active(day)]
    gaps: Iterator[int] = ((later - earlier).days - 1 for earlier, later in pairwise(active))
    return float(max(gaps, default=0)) if active else None


_Value = Callable[[Sequence[UserDay]], float | None]

#: (unit, description, value of the days of a window) by the name that the window is added to.
_OF_WINDOW: dict[str, tuple[str, str, _Value]] = {
    "active_days": (
        "days",
        "Days with ten minutes of use or more",
        lambda days: float(sum(map(is_active, days))),
    ),
    "active_s": ("seconds", "Active time", _sum(lambda day: day.active_s)),
    "active_s_per_day": ("seconds", "Active time on an active day, the mean", _per_active_day),
    "focus_s": ("seconds", "Focus: 25 minutes of one category", _sum(lambda day: day.focus_s)),
    "focus_share": ("share", "Focus in active time", _share(lambda day: day.focus_s)),
    "deep_share": ("share", "Deep work (50 minutes) in active time", _share(lambda d: d.deep_s)),
    "meeting_share": ("share", "Meetings in active time", _share(lambda day: day.meeting_s)),
    "night_share": ("share", "22:00 to 6:00 in active time", _share(lambda day: day.night_s)),
    "weekend_share": (
        "share",
        "Saturday and Sunday in active time",
        _share(lambda day: day.active_s if day.date.isoweekday() > 5 else 0.0),
    ),
    "switch_rate": ("per hour", "Changes of category in an active hour", _switch_rate),
    "session_median_s": (
        "seconds",
        "Length of a session on a usual active day",
        _median(lambda day: day.session_median_s if day.sessions else None),
    ),
    "first_hour": ("hours", "When a usual active day begins", _median(lambda d: d.first_hour)),
    "last_hour": ("hours", "When a usual active day ends", _median(lambda day: day.last_hour)),
    "hour_entropy": ("0 to 1", "How evenly time lies over the hours of the day", _hour_entropy),
    "regularity": ("0 to 1", "How alike the hours are at which days begin", _regularity),
    "project_diversity": ("projects", "How many projects the time amounts to", _diversity),
    "longest_gap_days": ("days", "The longest pause between active days", _longest_gap),
    "tracked_s": ("seconds", "Time tracked by entries", _sum(lambda day: day.tracked_s)),
    "tasks_created": ("tasks", "Tasks made", _sum(lambda day: day.tasks_created)),
    "tasks_done": ("tasks", "Tasks done", _sum(lambda day: day.tasks_done)),
    "completion_rate": ("ratio", "Tasks done for each task made", _completion_rate),
    "estimate_bias": (
        "log ratio",
        "Mean of ln(actual / estimate) over days with tasks done; 0 is exact",
        _estimate_bias,
    ),
    "plan_ratio": (
        "ratio",
        "Time tracked for each second planned, on days with plans",
        _plan_ratio,
    ),
}
