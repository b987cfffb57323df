"""The type of a person's day, by fixed thresholds and what the person's own days usually hold.

Rules from the first day on: the first that fits names the type. `usual_s` is the median use
of the active days among the 56 before, so that what a day is depends on no day after it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Literal, NamedTuple, get_args

from pipeline.steps.features import ACTIVE_DAY_S, is_active, used_s
from pipeline.steps.user_day import UserDay

DayType = Literal["off", "late", "meetings", "deep", "fragmented", "short", "regular"]

DAY_TYPES: tuple[DayType, ...] = get_args(DayType)

#: Days before a day that say what is usual, and how many active ones of them it takes.
BASELINE_DAYS = 56
LEAST_BASELINE = 10

_LATE_SHARE = 0.25
_MEETING_SHARE = 0.4
_DEEP_S = 2 * 3600.0
_DEEP_SHARE = 0.4
_FRAGMENTED_RATE = 12.0
_FRAGMENTED_FOCUS = 0.15
_SHORT_OF_USUAL = 0.5
_SHORT_S = 2 * 3600.0


class Typed(NamedTuple):
    """A day's type, and in words why."""

    type: DayType
    reason: str


def day_types(days: Sequence[UserDay], since: date) -> dict[date, Typed]:
    """The types of the days from `since` on; `days` in time order, those of the baseline too."""
    found: dict[date, Typed] = {}
    recent: list[UserDay] = []
    for day in days:
        recent = [one for one in recent if one.date >= day.date - timedelta(days=BASELINE_DAYS)]
        if day.date >= since:
            found[day.date] = _type_of(day, _usual_s(recent))
        recent.append(day)
    return found


def shares(types: Iterable[DayType]) -> Mapping[DayType, float]:
    """Which part of the days is of each type; none without days."""
    counted = list(types)
    return {one: counted.count(one) / len(counted) for one in DAY_TYPES} if counted else {}


def _usual_s(recent: Iterable[UserDay]) -> float | None:
    active = [used_s(day) for day in recent if is_active(day)]
    return median(active) if len(active) >= LEAST_BASELINE else None


def _type_of(day: UserDay, usual_s: float | None) -> Typed:
    if not is_active(day):
        return Typed("off", f"{_minutes(used_s(day))} of use, under 10 min")
    for rule in (_late, _meetings, _deep, _fragmented) if day.active_s >= ACTIVE_DAY_S else ():
        if typed := rule(day):
            return typed
    return _short(day, usual_s) or Typed("regular", f"{_minutes(used_s(day))} of use")


def _late(day: UserDay) -> Typed | None:
    share = day.night_s / day.active_s
    if share < _LATE_SHARE:
        return None
    return Typed("late", f"{share:.0%} of it between 22:00 and 6:00")


def _meetings(day: UserDay) -> Typed | None:
    share = day.meeting_s / day.active_s
    return Typed("meetings", f"{share:.0%} of it in meetings") if share >= _MEETING_SHARE else None


def _deep(day: UserDay) -> Typed | None:
    if day.deep_s < _DEEP_S or day.deep_s < _DEEP_SHARE * day.active_s:
        return None
    return Typed("deep", f"{_minutes(day.deep_s)} of deep work in {_minutes(day.active_s)}")


def _fragmented(day: UserDay) -> Typed | None:
    rate = day.switches / (day.active_s / 3600)
    if rate < _FRAGMENTED_RATE or day.focus_s > _FRAGMENTED_FOCUS * day.active_s:
        return None
    return Typed("fragmented", f"{rate:.0f} changes of category an hour, little focus")


def _short(day: UserDay, usual_s: float | None) -> Typed | None:
    if usual_s is None:
        if used_s(day) >= _SHORT_S:
            return None
        return Typed("short", f"{_minutes(used_s(day))} of use, under 2 h")
    if used_s(day) >= _SHORT_OF_USUAL * usual_s:
        return None
    return Typed("short", f"{_minutes(used_s(day))} of use; usual are {_minutes(usual_s)}")


def _minutes(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
