"""How well it is told what tasks with an estimate take, task by task, never looking ahead.

A quantile is judged by its pinball loss (Koenker and Bassett 1978) on the logarithm, so that a long
task weighs as much as a short one, and by how many tasks it held. Each task is predicted when it is
begun, from those that were done by then. Beside TimeFlow stand the raw estimate, which is one
number for all quantiles, and two ways of the person's own history alone: the quantiles of what
tasks took against their estimates (Spolsky 2007), and of what they took.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import log
from typing import NamedTuple

from pipeline.steps.estimate_ranges import (
    SIZES,
    Finished,
    Ranges,
    judged,
    misses,
    misses_less,
    size_of,
    upper,
)
from pipeline.steps.evaluation.history import Effort, History

QUANTILES = (0.5, 0.8, 0.95)
MEASURES = (
    "miss",
    *(f"{name} P{share * 100:.0f}" for name in ("loss", "coverage") for share in QUANTILES),
)

OWN = "timeflow"
#: Tasks that must be done before one is predicted, and the latest that it is predicted from.
LEAST_BEFORE = 10
_LATEST = 300

#: A forecast of P50, P80 and P95, in seconds.
Quantiles = tuple[float, float, float]

_HISTORIES: Mapping[str, Callable[[Sequence[Finished], float], Quantiles]] = {
    "raw estimate": lambda before, estimate_s: (estimate_s,) * 3,
    "own ratios": lambda before, estimate_s: _quantiles(
        [estimate_s * one.actual_s / (one.estimate_s or estimate_s) for one in before]
    ),
    "own durations": lambda before, estimate_s: _quantiles([one.actual_s for one in before]),
}
METHODS = (OWN, *_HISTORIES)


class Forecast(NamedTuple):
    """What each of `METHODS` said of a task when it was begun, and what it took."""

    at: int
    size: int
    actual_s: float
    told: tuple[Quantiles, ...]
    is_shifted: bool


def size_words(size: int) -> str:
    """The size of a task by its estimate, in words."""
    if size == len(SIZES):
        return f"over {_words(SIZES[-1])}"
    return f"up to {_words(SIZES[size])}"


def forecasts(history: History) -> Iterator[Forecast]:
    """One for each task that has an estimate and enough others done before it."""
    efforts = sorted(one for one in history.efforts if one.finished.estimate_s)
    efforts.sort(key=lambda effort: effort.done)
    ends, known = [effort.done for effort in efforts], [effort.finished for effort in efforts]
    missed: list[tuple[float, float]] = []
    for effort in efforts:
        count = bisect_left(ends, min(effort.begun, effort.done))
        while len(missed) < count:
            before = known[max(0, len(missed) - _LATEST) : len(missed)]
            missed.append(misses(before, known[len(missed)]))
        if count >= LEAST_BEFORE:
            is_shifted = misses_less([missed[number] for number in judged(count)])
            yield _forecast(effort, known[max(0, count - _LATEST) : count], is_shifted)


def measured(forecast: Forecast) -> Iterator[tuple[float, ...]]:
    """What each method achieved, by each of `MEASURES`; coverage is 1 where it held, else 0."""
    actual = log(forecast.actual_s)
    for told in forecast.told:
        off = [actual - log(each) for each in told]
        losses = [max(q * one, (q - 1) * one) for q, one in zip(QUANTILES, off, strict=True)]
        held = [float(forecast.actual_s <= each) for each in told]
        yield (abs(off[0]), *losses, *held)


def _forecast(effort: Effort, before: Sequence[Finished], is_shifted: bool) -> Forecast:
    project, estimate_s, actual_s = effort.finished
    estimate_s = estimate_s or 0.0
    span = Ranges(before, is_shifted=is_shifted).of(project, estimate_s)
    own = (span.p50_s, span.p80_s, span.p95_s) if span else (estimate_s,) * 3
    others = (method(before, estimate_s) for method in _HISTORIES.values())
    return Forecast(effort.begun, size_of(estimate_s), actual_s, (own, *others), is_shifted)


def _quantiles(values: Sequence[float]) -> Quantiles:
    p50, p80, p95 = (upper(values, share) for share in QUANTILES)
    return p50, p80, p95


def _words(seconds: float) -> str:
    return f"{seconds / 3600:.0f} h" if seconds >= 3600 else f"{seconds / 60:.0f} min"
