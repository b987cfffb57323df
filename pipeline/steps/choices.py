"""What is known of a person's habits of choosing tasks, as of each choice: nothing of later.

Four things are said of a task that might be chosen, each between 0 and 1: how lately it was worked
on, how lately its project was, how much its project belongs to this part of the day, and how new it
is. Newness is for whoever begins what they just wrote down: among the 12,000 choices of the SiP set
(Jones and Cullum 2019) it is what tells the next one. It fades as a power of time, as what people
need again does (Anderson and Schooler 1991): slower than the others, so old tasks differ as well.
"""

from collections import Counter
from math import exp, sqrt
from typing import NamedTuple

from pipeline.steps.days import DAY_US, HOUR_US
from pipeline.steps.urgency import Task

#: How long after it was worked on a task, and a project, counts a third.
_TASK_US = 24 * HOUR_US
_PROJECT_US = 7 * 24 * HOUR_US
#: Parts that a day is cut into, and how many choices the prior of a part weighs.
_PARTS = 4
_PRIOR = 5.0

#: Names of what is said of a task, in the order of a vector.
HABITS = ("task recency", "project recency", "project at this hour", "newness")


class Choice(NamedTuple):
    """That a person turned to a task, at an instant and hour of the wall clock.

    A recommendation that was accepted is one, which says nothing of how good a ranking is, for it
    brought that about; one that was dismissed is `not` chosen.
    """

    at: int
    hour: int
    task: str
    project: str
    is_chosen: bool = True
    is_recommended: bool = False


class Habits:
    """What the choices so far say."""

    def __init__(self) -> None:
        self._task_at: dict[str, int] = {}
        self._project_at: dict[str, int] = {}
        self._projects: Counter[str] = Counter()
        self._at_part: Counter[tuple[str, int]] = Counter()
        self._parts: Counter[int] = Counter()

    def of(self, task: Task, now: int, hour: int) -> tuple[float, ...]:
        """What is said of the task at an instant, in the order of `HABITS`."""
        return (
            _fading(self._task_at.get(task.id), now, _TASK_US),
            _fading(self._project_at.get(task.project), now, _PROJECT_US) if task.project else 0.0,
            self._belongs(task.project, hour),
            _newness(task, now),
        )

    def last(self, project: str) -> int | None:
        """When something of the project was chosen last."""
        return self._project_at.get(project)

    def learn(self, choice: Choice) -> None:
        """Take notice of a choice."""
        if not choice.is_chosen:
            return
        self._task_at[choice.task] = choice.at
        if choice.project:
            self._project_at[choice.project] = choice.at
        part = _part(choice.hour)
        self._projects[choice.project] += 1
        self._at_part[choice.project, part] += 1
        self._parts[part] += 1

    def _belongs(self, project: str, hour: int) -> float:
        """The share of the project among choices of this part of the day, shrunk to its share."""
        if not project or not self._projects[project]:
            return 0.0
        overall = self._projects[project] / self._projects.total()
        part = _part(hour)
        return (self._at_part[project, part] + _PRIOR * overall) / (self._parts[part] + _PRIOR)


def _newness(task: Task, now: int) -> float:
    return 1 / sqrt(1 + max(0, now - task.created) / DAY_US)


def _part(hour: int) -> int:
    return hour * _PARTS // 24


def _fading(at: int | None, now: int, within: int) -> float:
    return 0.0 if at is None else exp(-max(0, now - at) / within)
