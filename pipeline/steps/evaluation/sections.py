"""What a replay is told in: a section for each thing that is recommended.

A section takes one history at a time, so that those of many people need not be in memory together.
Another section is another class with `add` and `found`, and a line in `SECTIONS`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from pipeline.steps.evaluation import choosing, forecasting
from pipeline.steps.evaluation.history import History
from pipeline.steps.evaluation.tally import Difference, Draws, Means, Tally

#: Occasions below which no mean is told.
LEAST = 30


class Settings(msgspec.Struct, frozen=True):
    """What a replay is made with; `learn_every` is in days."""

    seed: int = 0
    learn_every: int = 7


class Group(msgspec.Struct, frozen=True):
    """Some of the occasions; without means `state` says why."""

    name: str
    occasions: int
    state: str | None
    means: Means


class Found(msgspec.Struct, frozen=True):
    """What a section found. `of` is how much there was, `occasions` what could be judged.

    `differences` are those of the means of `own` over other methods'. `in_force` is the share of
    occasions at which what is learnt was in force.
    """

    own: str
    of: int
    all: Group
    in_force: float | None
    differences: Sequence[Difference]
    draws: Draws
    people: Sequence[Group]
    sizes: Sequence[Group] = ()
    candidates: float | None = None


class Section(Protocol):
    """A part of the replay."""

    def add(self, history: History) -> None:
        """Replay a person's history."""

    def found(self) -> Found:
        """What all of them say."""


class NextTask:
    """Whether what a person turned to next stood high in the rankings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tally = Tally(choosing.RANKINGS, choosing.MEASURES)
        self._of = self._learnt = self._candidates = 0

    def add(self, history: History) -> None:
        """Replay a person's history."""
        self._of += sum(map(choosing.is_judged, history.choices))
        for told in choosing.told(history, self._settings.seed, self._settings.learn_every):
            self._tally.add(history.person, told.at, map(choosing.measured, told.ranks))
            self._learnt += told.is_learnt
            self._candidates += told.candidates

    def found(self) -> Found:
        """What all of them say."""
        count = self._tally.count()
        differences, draws = self._tally.differences(choosing.OWN, self._settings.seed)
        enough = count >= LEAST
        return Found(
            own=choosing.OWN,
            of=self._of,
            all=_group("all", count, self._tally.means(), "choices"),
            in_force=self._learnt / count if enough else None,
            candidates=self._candidates / count if enough else None,
            differences=differences if enough else [],
            draws=draws,
            people=_people(self._tally, "choices"),
        )


class Estimates:
    """Whether what tasks took lay where it was told."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._tally = Tally(forecasting.METHODS, forecasting.MEASURES)
        self._of = self._shifted = 0

    def add(self, history: History) -> None:
        """Replay a person's history."""
        self._of += sum(bool(effort.finished.estimate_s) for effort in history.efforts)
        for one in forecasting.forecasts(history):
            values = forecasting.measured(one)
            self._tally.add(history.person, one.at, values, str(one.size))
            self._shifted += one.is_shifted

    def found(self) -> Found:
        """What all of them say."""
        count = self._tally.count()
        differences, draws = self._tally.differences(forecasting.OWN, self._settings.seed)
        enough = count >= LEAST
        sizes = self._tally.by(lambda cell: cell.kind)
        return Found(
            own=forecasting.OWN,
            of=self._of,
            all=_group("all", count, self._tally.means(), "tasks"),
            in_force=self._shifted / count if enough else None,
            differences=differences if enough else [],
            draws=draws,
            people=_people(self._tally, "tasks"),
            sizes=[
                _group(forecasting.size_words(int(size)), *found, "tasks")
                for size, found in sizes.items()
            ],
        )


SECTIONS: Mapping[str, type[NextTask] | type[Estimates]] = {
    "next_task": NextTask,
    "estimates": Estimates,
}


def _people(tally: Tally, what: str) -> list[Group]:
    return [
        _group(person, *found, what) for person, found in tally.by(lambda cell: cell.person).items()
    ]


def _group(name: str, count: int, means: Means, what: str) -> Group:
    if count < LEAST:
        return Group(name, count, f"not enough history: {count} of {LEAST} {what}", {})
    return Group(name, count, None, means)
