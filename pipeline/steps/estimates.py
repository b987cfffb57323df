"""How estimates compare with what things took, on the logarithm of the ratio.

r = ln(actual / estimate): 0 is exact, and twice as long weighs as much as half. PRED(25), the share
whose estimate is within a quarter of the actual, as in Conte, Dunsmore and Shen (1986); no mean
relative error, which rewards estimates that are too low (Foss et al. 2003).
"""

from collections.abc import Sequence
from math import exp, fsum, log
from statistics import median
from typing import NamedTuple

_QUARTER = 0.25


class Accuracy(NamedTuple):
    """Of how many tasks; without any, nothing is known.

    `bias` is the mean of r, `error` the mean of |r|, `median_ratio` that of actual / estimate.
    """

    tasks: int
    median_ratio: float | None = None
    within_quarter: float | None = None
    bias: float | None = None
    error: float | None = None


def accuracy(pairs: Sequence[tuple[int, int]]) -> Accuracy:
    """Of (estimate, actual), both above 0 and in the same unit."""
    if not pairs:
        return Accuracy(0)
    logs = [log(actual / estimate) for estimate, actual in pairs]
    near = sum(abs(actual - estimate) <= _QUARTER * actual for estimate, actual in pairs)
    return Accuracy(
        tasks=len(pairs),
        median_ratio=exp(median(logs)),
        within_quarter=near / len(pairs),
        bias=fsum(logs) / len(pairs),
        error=fsum(map(abs, logs)) / len(pairs),
    )
