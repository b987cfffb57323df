"""How long a task takes: a range from what the person's own tasks took, on the log of the ratio.

r = ln(actual / estimate). Its quantiles are those of the person's own history, shrunk step by step:
a prior of what is usual, the person, the project, the size (empirical Bayes, n / (n + 10)). The
upper quantile of n values is the ceil((n + 1) q)-th (split conformal, Vovk et al. 2005), so that
P80 holds four of five. The middle is the raw estimate unless over the last tasks the shifted one
was nearer in |ln|: do no harm. What is usual is after the SiP and Renzo sets of estimates: half
within a factor of 1.4, four of five under twice the estimate.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from math import ceil, exp, log
from statistics import fmean
from typing import NamedTuple

_USUAL = {0.5: 0.0, 0.8: 0.6, 0.95: 1.2}
_PRIOR_TASKS = 10
#: Tasks that it takes to shift the middle, and that are looked at.
LEAST_TASKS = 30
_LATEST = 100
#: Tasks without an estimate that it takes to say how long another takes.
LEAST_UNESTIMATED = 5
#: Upper bounds of sizes by estimate, seconds.
SIZES = (1800.0, 7200.0, 28_800.0)

MODEL = "range@1"


class Finished(NamedTuple):
    """A task that was done, in the order in which they were; seconds, above 0."""

    project: str
    estimate_s: float | None
    actual_s: float


class Span(NamedTuple):
    """Seconds that half, and four of five, such tasks take at most; of so many tasks.

    `is_shifted`: the middle is not the raw estimate, for that was further off.
    """

    p50_s: float
    p80_s: float
    p95_s: float
    tasks: int
    is_shifted: bool


class Ranges:
    """The ranges that a history of tasks gives.

    Whether to shift is found out once, unless it is known already.
    """

    def __init__(self, history: Sequence[Finished], *, is_shifted: bool | None = None) -> None:
        self._history = history
        self._estimated = [one for one in history if one.estimate_s]
        self._given = is_shifted

    @cached_property
    def is_shifted(self) -> bool:
        """Whether the middle is shifted."""
        return shift_helps(self._estimated) if self._given is None else self._given

    def of(self, project: str, estimate_s: float | None) -> Span | None:
        """That of a task; None: it has no estimate, and too few tasks were done to say."""
        if estimate_s is None:
            return _without_estimate(self._history, project)
        ratio = _ratios(self._estimated, project, size_of(estimate_s))
        middle = estimate_s * exp(ratio(0.5)) if self.is_shifted else estimate_s
        p80 = max(middle, estimate_s * exp(ratio(0.8)))
        p95 = max(p80, estimate_s * exp(ratio(0.95)))
        return Span(middle, p80, p95, len(self._estimated), self.is_shifted)


def size_of(estimate_s: float) -> int:
    """Of which size a task is by its estimate, from 0."""
    return sum(estimate_s > bound for bound in SIZES)


def shift_helps(history: Sequence[Finished]) -> bool:
    """Whether the shifted middle was nearer than the estimate over the latest tasks.

    Each was predicted from those before it. All have an estimate.
    """
    return misses_less([misses(history[:each], history[each]) for each in judged(len(history))])


def judged(count: int) -> range:
    """Which of so many tasks say whether to shift: none, while they are too few."""
    if count < LEAST_TASKS:
        return range(0)
    return range(max(LEAST_TASKS // 2, count - _LATEST), count)


def misses(before: Sequence[Finished], done: Finished) -> tuple[float, float]:
    """By how much, in |ln|, the estimate and the shifted middle missed what a task took."""
    actual = _log_ratio(done)
    middle = _ratios(before, done.project, size_of(done.estimate_s or 0.0))(0.5)
    return abs(actual), abs(actual - middle)


def misses_less(missed: Sequence[tuple[float, float]]) -> bool:
    """Whether the second of each pair is less than the first, by more than chance."""
    if not missed:
        return False
    raw, shifted = zip(*missed, strict=True)
    return fmean(shifted) < fmean(raw) - _margin(raw, shifted)


def _margin(raw: Sequence[float], shifted: Sequence[float]) -> float:
    """One standard error of the difference: less is no proof."""
    differences = [one - other for one, other in zip(raw, shifted, strict=True)]
    mean = fmean(differences)
    variance = fmean((each - mean) ** 2 for each in differences)
    return float((variance / len(differences)) ** 0.5)


def _ratios(history: Sequence[Finished], project: str, size: int) -> Callable[[float], float]:
    """The quantiles of r of a task of this project and size."""
    latest = history[-_LATEST * 3 :]
    logs = [_log_ratio(one) for one in latest]
    levels = (
        logs,
        [r for r, one in zip(logs, latest, strict=True) if project and one.project == project],
        [r for r, one in zip(logs, latest, strict=True) if size_of(one.estimate_s or 0.0) == size],
    )

    def quantile(share: float) -> float:
        found = _USUAL[share]
        for values in levels:
            found = _shrunk(values, share, found)
        return found

    return quantile


def _shrunk(values: Sequence[float], share: float, prior: float) -> float:
    if not values:
        return prior
    count = len(values)
    return (count * upper(values, share) + _PRIOR_TASKS * prior) / (count + _PRIOR_TASKS)


def upper(values: Sequence[float], share: float) -> float:
    """The value that so great a share of further ones is expected not to exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered), ceil((len(ordered) + 1) * share)) - 1]


def _without_estimate(history: Sequence[Finished], project: str) -> Span | None:
    everything = [log(one.actual_s) for one in history[-_LATEST * 3 :]]
    if len(everything) < LEAST_UNESTIMATED:
        return None
    own = [log(one.actual_s) for one in history if project and one.project == project]
    p50, p80, p95 = (
        exp(_shrunk(own, share, upper(everything, share))) for share in (0.5, 0.8, 0.95)
    )
    return Span(p50, max(p50, p80), max(p50, p80, p95), len(own) or len(everything), True)


def _log_ratio(done: Finished) -> float:
    return log(done.actual_s / done.estimate_s) if done.estimate_s else 0.0
