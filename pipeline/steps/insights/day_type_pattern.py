"""What days of a type have in common that the person's other days have not.

Each property of days is tested against the types `deep` and `fragmented` (Fisher's exact test).
"""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from pipeline.steps.features import is_active
from pipeline.steps.findings import Finding, View
from pipeline.steps.statistics import fisher
from pipeline.steps.user_day import UserDay

KIND = "day_type_pattern"
EVERY_DAY = False

_WINDOW_DAYS = 91
_LEAST_DAYS = 40
_LEAST_OF_TYPE = 10
#: By how much the share among such days is another than among the others.
_FLOOR = 0.2
_TYPES = ("deep", "fragmented")

_Property = Callable[[UserDay, Mapping[str, float]], bool]

_PROPERTIES: Mapping[str, tuple[str, _Property]] = {
    "early": (
        "began before your usual hour",
        lambda day, usual: _first_hour(day) < usual["first_hour"],
    ),
    "no_meetings": ("had no meetings", lambda day, usual: day.meeting_s == 0),
    "planned": ("had tasks planned", lambda day, usual: day.tasks_planned > 0),
    "free_first_hour": (
        "had a first hour free of meetings",
        lambda day, usual: day.opening_meeting_s == 0,
    ),
}


def find(view: View) -> Sequence[Finding]:
    """One test for each type and property."""
    days = [day for day in view.within(_WINDOW_DAYS) if is_active(day) and day.date in view.types]
    if len(days) < _LEAST_DAYS:
        return []
    usual = {"first_hour": median(map(_first_hour, days))}
    found = []
    for type in _TYPES:
        own = [day for day in days if view.types[day.date] == type]
        if not _LEAST_OF_TYPE <= len(own) <= len(days) - _LEAST_OF_TYPE:
            continue
        for name, (words, has) in _PROPERTIES.items():
            with_it = sum(has(day, usual) for day in days)
            both = sum(has(day, usual) for day in own)
            found.append(_test(view, type, name, words, (both, len(own), with_it, len(days))))
    return found


def _first_hour(day: UserDay) -> float:
    return 24.0 if day.first_hour is None else day.first_hour


def _test(
    view: View, type: str, name: str, words: str, counts: tuple[int, int, int, int]
) -> Finding:
    both, own, with_it, whole = counts
    other_share = (with_it - both) / (whole - own)
    expected = other_share * own
    quarter = f"{view.day.year}Q{(view.day.month + 2) // 3}"
    return Finding(
        kind=KIND,
        metric=f"{type} {name}",
        day=view.day,
        key=f"day_type_pattern:{type}:{name}:{quarter}",
        value=float(both),
        baseline=expected,
        method="Fisher's exact test",
        n=whole,
        window_days=_WINDOW_DAYS,
        text=f"{both} of your {own} {type} days {words}; of as many other days {expected:.0f} did.",
        score=both / own - other_share,
        p=fisher(both, own, with_it, whole) if abs(both / own - other_share) >= _FLOOR else 1.0,
        evidence={"of_type": own, "with_it": with_it, "days": whole},
    )
