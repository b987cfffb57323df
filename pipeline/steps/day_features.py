"""The features of a user-day, from what is derived for the day: its hours, intervals and work."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from msgspec.structs import astuple

from pipeline.steps.days import HOUR_US, SECOND_US
from pipeline.steps.focus import FocusSession, focus_sessions
from pipeline.steps.hours import Interval, Run
from pipeline.steps.instants import as_datetime
from pipeline.steps.overlap import EQUAL, Stretch, share_out
from pipeline.steps.user_day import UserDay

#: A gap that ends a session: the shortest that rests (domain of breaks).
SESSION_GAP_S = 5 * 60
#: How long another category lasts to be a switch, after Mark, Gonzalez and Harris (2005).
SWITCH_S = 30
#: What makes focus deep: two Pomodoros.
DEEP_S = 50 * 60
#: Hours of the wall clock that are night.
NIGHT = frozenset({22, 23, 0, 1, 2, 3, 4, 5})
#: The first parts of categories that are meetings, in any case.
MEETINGS = frozenset({"meeting", "meetings", "call", "calls"})

_SESSION_GAP_US = SESSION_GAP_S * SECOND_US
_SWITCH_US = SWITCH_S * SECOND_US


class Active(NamedTuple):
    """What devices saw of a day: as `rollup.Totals`, with the intervals. Microseconds."""

    time_zone: str
    length_us: int
    active_us: int
    focus_us: int
    by_hour: Sequence[Sequence[int]]
    by_category: Mapping[str, int]
    by_project: Mapping[str, int]
    intervals: Sequence[Interval]


class Work(NamedTuple):
    """What a day holds of tasks and time entries: as `workday.WorkDay`."""

    tracked_us: int = 0
    tasks_created: int = 0
    tasks_done: int = 0
    tasks_planned: int = 0
    planned_us: int = 0
    estimate_log_error: float | None = None


class Described(NamedTuple):
    """A day's features, and the sessions of focus that they count, in time order."""

    day: UserDay
    focus_sessions: list[FocusSession]


NO_WORK = Work()


def describe(
    day: date,
    active: Active | None,
    work: Work = NO_WORK,
    priorities: Mapping[str, int] = EQUAL,
) -> Described:
    """The features of a day; without activity these are its work's alone, and its length is 0."""
    base: dict[str, Any] = {
        "date": day,
        "tracked_s": work.tracked_us / SECOND_US,
        "tasks_created": work.tasks_created,
        "tasks_done": work.tasks_done,
        "tasks_planned": work.tasks_planned,
        "planned_s": work.planned_us / SECOND_US,
        "estimate_log_error": work.estimate_log_error,
    }
    if active is None:
        return Described(_IDLE._replace(**base), [])
    runs = runs_of(active.intervals, priorities)
    focused = sorted(focus_sessions((run.start, run.end, run.category) for run in runs))
    sessions = [(end - start) / SECOND_US for start, end in _sessions(runs)]
    hours = _wall_hours(active)
    deep_us = sum(one.active_us for one in focused if one.active_us >= DEEP_S * SECOND_US)
    found = _IDLE._replace(
        **base,
        length_s=active.length_us / SECOND_US,
        active_s=active.active_us / SECOND_US,
        focus_s=active.focus_us / SECOND_US,
        deep_s=min(deep_us, active.focus_us) / SECOND_US,
        meeting_s=sum(us for name, us in active.by_category.items() if is_meeting(name))
        / SECOND_US,
        opening_meeting_s=_opening_meetings(runs) / SECOND_US,
        night_s=sum(hours[hour] for hour in NIGHT),
        sessions=len(sessions),
        session_median_s=median(sessions) if sessions else 0.0,
        longest_session_s=max(sessions, default=0.0),
        switches=_switches(runs),
        first_hour=_hour_within(day, runs[0].start, active.time_zone) if runs else None,
        last_hour=_hour_within(day, runs[-1].end, active.time_zone) if runs else None,
        by_wall_hour=hours,
        by_category=_in_seconds(active.by_category),
        by_project=_in_seconds(active.by_project),
    )
    return Described(found, focused)


def is_meeting(category: str) -> bool:
    """Whether a category, a path of names, is one of meetings."""
    return category.partition("/")[0].strip().casefold() in MEETINGS


_IDLE = UserDay(
    date=date.min,
    length_s=0.0,
    active_s=0.0,
    focus_s=0.0,
    deep_s=0.0,
    tracked_s=0.0,
    meeting_s=0.0,
    opening_meeting_s=0.0,
    night_s=0.0,
    sessions=0,
    session_median_s=0.0,
    longest_session_s=0.0,
    switches=0,
    first_hour=None,
    last_hour=None,
    by_wall_hour=(0.0,) * 24,
    by_category={},
    by_project={},
    tasks_created=0,
    tasks_done=0,
    tasks_planned=0,
    planned_s=0.0,
    estimate_log_error=None,
)


def runs_of(intervals: Iterable[Interval], priorities: Mapping[str, int]) -> list[Run]:
    """The time that each category won, in time order."""
    ordered = sorted(intervals, key=lambda one: (one.start, one.end, *astuple(one.thing)))
    runs: list[Run] = []
    stretches = [Stretch(one.thing, one.start, one.end, one.events) for one in ordered]
    for start, end, winner in share_out(stretches, priorities):
        category = winner.thing.category
        if runs and runs[-1].end == start and runs[-1].category == category:
            runs[-1] = Run(runs[-1].start, end, category)
        else:
            runs.append(Run(start, end, category))
    return runs


def _sessions(runs: Iterable[Run]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for run in runs:
        if found and run.start - found[-1][1] < _SESSION_GAP_US:
            found[-1] = (found[-1][0], run.end)
        else:
            found.append((run.start, run.end))
    return found


def _opening_meetings(runs: Sequence[Run]) -> int:
    until = runs[0].start + HOUR_US if runs else 0
    return sum(max(0, min(run.end, until) - run.start) for run in runs if is_meeting(run.category))


def _switches(runs: Iterable[Run]) -> int:
    """How often another category began that lasted; idle time between does not matter."""
    lasting = [run.category for run in runs if run.end - run.start >= _SWITCH_US]
    return sum(one != other for one, other in pairwise(lasting))


def _wall_hours(active: Active) -> tuple[float, ...]:
    zone, hours = ZoneInfo(active.time_zone), [0] * 24
    for start, us in active.by_hour:
        if us:
            hours[as_datetime(start).astimezone(zone).hour] += us
    return tuple(us / SECOND_US for us in hours)


def _hour_within(day: date, instant: int, time_zone: str) -> float:
    """What the wall clock shows, in hours since the midnight that begins the date."""
    wall = as_datetime(instant).astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
    return (wall - datetime.combine(day, datetime.min.time())) / timedelta(hours=1)


def _in_seconds(sums: Mapping[str, int]) -> dict[str, float]:
    return {key: us / SECOND_US for key, us in sums.items()}
