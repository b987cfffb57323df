"""A person's situation at an instant: all that a recommendation is made of, and what one is.

Instants are microseconds since 1970.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple, Protocol

from pipeline.steps.choices import Habits
from pipeline.steps.days import Piece
from pipeline.steps.estimate_ranges import Ranges, Span
from pipeline.steps.hours import Run
from pipeline.steps.ranking import Ranking
from pipeline.steps.urgency import Task
from pipeline.steps.user_day import UserDay


class Reason(NamedTuple):
    """Why, in words, and how much it weighs in the score."""

    words: str
    weight: float


@dataclass(frozen=True)
class Recommendation:
    """What is recommended; a `subject` is recommended once of a kind.

    `start` and `end` are of a time that is proposed. `features` are the numbers the score is of.
    """

    kind: str
    subject: str
    score: float
    reasons: Sequence[Reason]
    model_version: str
    expires: int
    p50_s: float | None = None
    p80_s: float | None = None
    start: int | None = None
    end: int | None = None
    features: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Day:
    """A local day ahead: when each of its hours begins, by the wall clock's hour."""

    date: date
    hours: Sequence[tuple[int, Piece]]

    @property
    def start(self) -> int:
        """When it begins."""
        return self.hours[0][1].start

    @property
    def end(self) -> int:
        """When the next one begins."""
        return self.hours[-1][1].end


@dataclass(frozen=True)
class Situation:
    """What is known at `now`, which is in `hour` of the wall clock.

    `tasks` are open; those in `dismissed` or `snoozed` were put off for now, by kind and subject.
    `days` are today and those ahead, `recent` the last 28 in time order. `runs` is today's activity
    by category, `busy` what calendars say.
    """

    now: int
    hour: int
    tasks: Sequence[Task]
    ranges: Ranges
    ranking: Ranking
    habits: Habits
    days: Sequence[Day]
    recent: Sequence[UserDay]
    runs: Sequence[Run]
    busy: Sequence[Piece]
    put_off: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def today(self) -> Day:
        """The person's day."""
        return self.days[0]

    @cached_property
    def _open_ids(self) -> Set[str]:
        return {task.id for task in self.tasks}

    def is_ready(self, task: Task) -> bool:
        """Whether it can be worked on: it waits for no time, person or other task."""
        waits = task.is_waiting or (task.wait_until or self.now) > self.now
        return not waits and self._open_ids.isdisjoint(task.blocked_by)

    def is_put_off(self, kind: str, subject: str) -> bool:
        """Whether the person wants to hear nothing of it now."""
        until = self.put_off.get((kind, subject))
        return until is not None and until > self.now

    def span_of(self, task: Task) -> Span | None:
        """How long the task takes."""
        return self.ranges.of(task.project, task.estimate_s)


class Strategy(Protocol):
    """A module of `steps.recommend`."""

    KIND: str

    def recommend(self, situation: Situation) -> Sequence[Recommendation]:
        """What it recommends, the best first."""
