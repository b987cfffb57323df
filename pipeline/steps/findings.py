"""What insights are made of, and which of them are told.

Every test can err, and a person is tested every day. So a quarter has so much error to spend: each
closed day `A_DAY` over all that is tested of it, and each fourth week `A_MONTH` over all that takes
weeks (alpha spending); within such a run the false discovery rate is held at that (Benjamini and
Hochberg 1995). On days that mean nothing that makes under half an insight a quarter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple, Protocol

from pipeline.steps.statistics import discoveries
from pipeline.steps.user_day import UserDay

A_DAY = 0.002
A_MONTH = 0.04

#: Days of history that it takes to say anything.
LEAST_DAYS = 42
#: Seconds under which nothing is news.
FLOOR_S = 1800.0


class Stay(NamedTuple):
    """That the person was in a segment of a family, from a day to the day before another."""

    family: str
    segment: str
    entered_on: date
    left_on: date | None


class Pace(NamedTuple):
    """How the running period of a goal goes: until and with the closed day."""

    goal: str
    name: str
    metric: str
    first: date
    last: date
    value: float
    target: float
    #: What each of the days before held of it, the latest last.
    past: tuple[float, ...]


@dataclass(frozen=True)
class View:
    """What is known at the end of `day`, which is closed.

    `days` are the person's until then in time order, of the last 26 weeks; `types` their types.
    """

    day: date
    days: Sequence[UserDay]
    types: Mapping[date, str] = field(default_factory=dict)
    stays: Sequence[Stay] = ()
    paces: Sequence[Pace] = ()

    @property
    def is_end_of_month(self) -> bool:
        """Whether a stretch of four weeks ends with the day: when what takes weeks is tested."""
        return self.day.toordinal() % 28 == 0

    def within(self, days: int) -> list[UserDay]:
        """The latest days."""
        since = self.day - timedelta(days=days)
        return [one for one in self.days if one.date > since]


@dataclass(frozen=True)
class Finding:
    """What was found. `p` None: it is a fact, no test.

    `key` tells it from others: it is told once. `evidence` is what it was computed of.
    """

    kind: str
    metric: str
    day: date
    key: str
    value: float
    baseline: float
    method: str
    n: int
    window_days: int
    text: str
    score: float = 0.0
    p: float | None = None
    severity: int = 1
    evidence: Mapping[str, Any] = field(default_factory=dict)


class Detector(Protocol):
    """A module of `steps.insights`; `EVERY_DAY`: it tests each closed day, else each fourth week.

    What it finds of effects that are too small to be news it leaves out itself.
    """

    KIND: str
    EVERY_DAY: bool

    def find(self, view: View) -> Sequence[Finding]:
        """The tests it made of the view, and the facts it found; tests with whatever p."""


def find(view: View, detectors: Sequence[Detector]) -> list[Finding]:
    """What is told of the day: the facts, and the tests that are discoveries."""
    if not view.days or (view.day - view.days[0].date).days + 1 < LEAST_DAYS:
        return []
    daily = [detector for detector in detectors if detector.EVERY_DAY]
    monthly = [detector for detector in detectors if not detector.EVERY_DAY]
    found = _told([one for detector in daily for one in detector.find(view)], A_DAY)
    if view.is_end_of_month:
        found += _told([one for detector in monthly for one in detector.find(view)], A_MONTH)
    return found


def _told(found: Sequence[Finding], level: float) -> list[Finding]:
    tests = [one for one in found if one.p is not None]
    passed = discoveries([one.p or 0.0 for one in tests], level)
    told = {id(one) for number, one in enumerate(tests) if number in passed}
    return [one for one in found if one.p is None or id(one) in told]
