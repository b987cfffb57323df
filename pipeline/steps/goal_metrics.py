"""What a goal measures of a day: seconds, or tasks."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Metric = Literal["active_s", "focus_s", "tracked_s", "tasks_done"]


class Figures(NamedTuple):
    """The figures of a day. Durations are microseconds; `tracked_by_project` is by its id."""

    active_us: int
    focus_us: int
    by_category: Mapping[str, int]
    by_project: Mapping[str, int]
    tracked_us: int
    tracked_by_project: Mapping[str, int]
    tasks_done: int


class Scope(NamedTuple):
    """Of what: a category with those below it, a project as events name it, a project's id."""

    category: str | None = None
    project: str | None = None
    project_id: str | None = None


def measured(metric: Metric, scope: Scope, day: Figures) -> float:
    """The value of the day."""
    if metric == "tasks_done":
        return day.tasks_done
    if metric == "focus_s":
        return day.focus_us / 1e6
    if metric == "tracked_s":
        if scope.project_id is None:
            return day.tracked_us / 1e6
        return day.tracked_by_project.get(scope.project_id, 0) / 1e6
    return _active_us(scope, day) / 1e6


def _active_us(scope: Scope, day: Figures) -> int:
    if scope.category is not None:
        below = f"{scope.category}/"
        return sum(
            us
            for name, us in day.by_category.items()
            if name == scope.category or name.startswith(below)
        )
    if scope.project is not None:
        wanted = scope.project.lower()
        return sum(us for name, us in day.by_project.items() if name.lower() == wanted)
    return day.active_us
