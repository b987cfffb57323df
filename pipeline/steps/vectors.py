"""What segments are learnt from: the features of a subject, as numbers in a row."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from math import isfinite
from typing import NamedTuple

from pipeline.steps.features import ACTIVE_DAY_S, Values
from pipeline.steps.user_day import UserDay

#: Weeks of activity that it takes to learn kinds of days.
LEAST_WEEKS = 8

#: How far back days are learnt from.
DAYS_BACK = timedelta(days=400)


class Wanted(NamedTuple):
    """A feature to learn from; `is_log`: its tail is heavy. Words of much and of little of it."""

    name: str
    is_log: bool
    much: str
    little: str


#: Of days of one person.
DAY: tuple[Wanted, ...] = (
    Wanted("active_s", True, "long", "short"),
    Wanted("focus_share", False, "focused", "scattered"),
    Wanted("deep_share", False, "deep", "shallow"),
    Wanted("meeting_share", False, "meetings", "no-meetings"),
    Wanted("night_share", False, "night", "daytime"),
    Wanted("switch_rate", True, "switching", "even"),
    Wanted("session_median_s", True, "unbroken", "broken"),
    Wanted("first_hour", False, "late-start", "early-start"),
)

#: Of people, over their last 28 days.
USER: tuple[Wanted, ...] = (
    Wanted("active_days_28", False, "daily", "rare"),
    Wanted("active_s_per_day_28", True, "long-days", "short-days"),
    Wanted("focus_share_28", False, "focused", "scattered"),
    Wanted("meeting_share_28", False, "meetings", "no-meetings"),
    Wanted("night_share_28", False, "night", "daytime"),
    Wanted("weekend_share_28", False, "weekend", "workweek"),
    Wanted("switch_rate_28", True, "switching", "even"),
    Wanted("session_median_s_28", True, "unbroken", "broken"),
    Wanted("regularity_28", False, "regular-hours", "irregular-hours"),
)

WANTED: Mapping[str, tuple[Wanted, ...]] = {"user_day": DAY, "user": USER}

_OF_DAY: Mapping[str, Callable[[UserDay], float | None]] = {
    "active_s": lambda day: day.active_s,
    "focus_share": lambda day: day.focus_s / day.active_s,
    "deep_share": lambda day: day.deep_s / day.active_s,
    "meeting_share": lambda day: day.meeting_s / day.active_s,
    "night_share": lambda day: day.night_s / day.active_s,
    "switch_rate": lambda day: day.switches / (day.active_s / 3600),
    "session_median_s": lambda day: day.session_median_s,
    "first_hour": lambda day: day.first_hour,
}


def of_day(day: UserDay) -> dict[str, float | None] | None:
    """The features of a day by name; None: it was not active."""
    if day.active_s < ACTIVE_DAY_S:
        return None
    return {name: value(day) for name, value in _OF_DAY.items()}


def row(values: Values, names: tuple[str, ...]) -> list[float] | None:
    """The values of these names; None: one is not known, or no number."""
    found = [values.get(name) for name in names]
    if any(value is None or not isfinite(value) for value in found):
        return None
    return [value for value in found if value is not None]


class Rows(NamedTuple):
    """What is fitted: of each row its group and class (`learnt.fit.fit`); `left_out` rows had no
    value of some feature.
    """

    rows: list[list[float]]
    groups: list[int]
    classes: list[int]
    left_out: int


def rows_of_people(features: Iterable[Values]) -> Rows:
    """A row and a group for each person."""
    return _rows(USER, ((values, number, 0) for number, values in enumerate(features)))


def rows_of_days(days: Iterable[UserDay]) -> Rows:
    """A row for each active day, in groups of weeks and classes of weekdays."""
    return _rows(
        DAY,
        (
            (values, week(day.date), day.date.weekday())
            for day in days
            if (values := of_day(day)) is not None
        ),
    )


def week(day: date) -> int:
    """A number of the week of a day, which begins on Monday."""
    return (day.toordinal() - 1) // 7


def _rows(wanted: tuple[Wanted, ...], given: Iterable[tuple[Values, int, int]]) -> Rows:
    names = tuple(one.name for one in wanted)
    found = Rows([], [], [], 0)
    left_out = 0
    for values, group, kind in given:
        known = row(values, names)
        if known is None:
            left_out += 1
            continue
        found.rows.append(known)
        found.groups.append(group)
        found.classes.append(kind)
    return found._replace(left_out=left_out)
