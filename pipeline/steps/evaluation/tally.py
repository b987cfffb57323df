"""Sums of what methods achieved, by person, week and kind, from which all else is told.

Every method is measured at the same occasions, so methods are compared in pairs. The interval of a
difference is that of a bootstrap (Efron 1979) that draws whole persons, or where these are few
whole weeks of a person: what happened in one week is not independent.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec
import numpy as np

from pipeline.steps.days import DAY_US

#: Fewer persons are drawn by weeks, and fewer weeks say nothing.
LEAST_DRAWN = 5
_ROUNDS = 2000
#: Rounds that are in memory at a time.
_AT_A_TIME = 100
_BOUNDS = (2.5, 97.5)

Means = dict[str, dict[str, float]]


class Difference(msgspec.Struct, frozen=True):
    """By how much a method's mean is above another's; 95 of 100 draws lie between the bounds.

    The bounds are None where too little can be drawn to say.
    """

    over: str
    measure: str
    mean: float
    low: float | None = None
    high: float | None = None


class Draws(msgspec.Struct, frozen=True):
    """What was drawn, and of how many; `state` says why it was not."""

    of: str
    number: int
    state: str | None = None


class Cell(msgspec.Struct, frozen=True):
    """Whose, in which week since 1970, and of what kind."""

    person: str
    week: int
    kind: str = ""


class Tally:
    """What methods achieved, of as many measures."""

    def __init__(self, methods: Sequence[str], measures: Sequence[str]) -> None:
        self.methods = tuple(methods)
        self.measures = tuple(measures)
        self._count: dict[Cell, int] = {}
        self._sums: dict[Cell, list[float]] = {}

    def add(
        self, person: str, at: int, achieved: Iterable[Sequence[float]], kind: str = ""
    ) -> None:
        """What each method achieved at one occasion, by each measure."""
        cell = Cell(person, at // (7 * DAY_US), kind)
        sums = self._sums.setdefault(cell, [0.0] * (len(self.methods) * len(self.measures)))
        for number, value in enumerate(value for values in achieved for value in values):
            sums[number] += value
        self._count[cell] = self._count.get(cell, 0) + 1

    def count(self) -> int:
        """How many occasions there were."""
        return sum(self._count.values())

    def means(self) -> Means:
        """Of each method by each measure, over all occasions; nothing without any."""
        found = self._grouped(lambda cell: "")
        return self._named(*found[""]) if found else {}

    def by(self, key: Callable[[Cell], str]) -> dict[str, tuple[int, Means]]:
        """The same in groups, with how many occasions each has; in the order of names."""
        grouped = self._grouped(key)
        return {name: (grouped[name][0], self._named(*grouped[name])) for name in sorted(grouped)}

    def differences(self, own: str, seed: int) -> tuple[list[Difference], Draws]:
        """Of one method over each of the others, by each measure."""
        means, (drawn, draws) = self.means(), self._drawn()
        if not means:
            return [], draws
        bounds = None if draws.state else self._bounds(own, drawn, seed)
        found = []
        for number, (over, measure) in enumerate(self._pairs(own)):
            mean = means[own][measure] - means[over][measure]
            low, high = bounds[number] if bounds else (None, None)
            found.append(Difference(over, measure, mean, low, high))
        return found, draws

    def _pairs(self, own: str) -> list[tuple[str, str]]:
        others = [method for method in self.methods if method != own]
        return [(other, measure) for other in others for measure in self.measures]

    def _drawn(self) -> tuple[list[tuple[int, list[float]]], Draws]:
        """What may be drawn, in an order that the input's has no part in."""
        persons = self._grouped(lambda cell: cell.person)
        if len(persons) >= LEAST_DRAWN:
            return _ordered(persons), Draws("person", len(persons))
        weeks = self._grouped(lambda cell: f"{cell.week} {cell.person}")
        state = None
        if len(weeks) < LEAST_DRAWN:
            state = f"not enough history: {len(weeks)} of {LEAST_DRAWN} weeks"
        return _ordered(weeks), Draws("week", len(weeks), state)

    def _bounds(
        self, own: str, drawn: Sequence[tuple[int, list[float]]], seed: int
    ) -> list[tuple[float, float]]:
        counts = np.array([count for count, _ in drawn], dtype=float)
        shape = len(drawn), len(self.methods), len(self.measures)
        sums = np.array([values for _, values in drawn]).reshape(shape)
        index = self.methods.index(own)
        gains = np.delete(sums[:, index : index + 1, :] - sums, index, axis=1)
        flat = gains.reshape(len(drawn), -1)
        random = np.random.default_rng(seed)
        means = []
        for _ in range(_ROUNDS // _AT_A_TIME):
            picks = random.multinomial(len(drawn), [1 / len(drawn)] * len(drawn), _AT_A_TIME)
            means.append((picks @ flat) / (picks @ counts)[:, None])
        low, high = np.percentile(np.concatenate(means), _BOUNDS, axis=0)
        return list(zip(low.tolist(), high.tolist(), strict=True))

    def _grouped(self, key: Callable[[Cell], str]) -> dict[str, tuple[int, list[float]]]:
        found: dict[str, tuple[int, list[float]]] = {}
        for cell in sorted(self._sums, key=lambda cell: (cell.person, cell.week, cell.kind)):
            count, sums = found.get(key(cell), (0, [0.0] * len(self._sums[cell])))
            more = [one + other for one, other in zip(sums, self._sums[cell], strict=True)]
            found[key(cell)] = count + self._count[cell], more
        return found

    def _named(self, count: int, sums: Sequence[float]) -> Means:
        values = iter(sums)
        return {
            method: {measure: next(values) / count for measure in self.measures}
            for method in self.methods
        }


def _ordered(
    groups: Mapping[str, tuple[int, list[float]]],
) -> list[tuple[int, list[float]]]:
    return [groups[name] for name in sorted(groups)]
