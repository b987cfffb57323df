"""How far what comes is from what a model was fitted to: the population stability index.

Under 0.1 nothing has moved, from 0.25 on much has: rules of thumb of its users, no test.
"""

from collections.abc import Sequence

import numpy as np

from pipeline.steps.learnt.scaling import Matrix
from pipeline.steps.segment_model import Axis

#: What stands for nothing: a bin without rows would be infinitely far.
_LEAST = 1e-4


def psi(expected: Sequence[float] | Matrix, actual: Sequence[float] | Matrix) -> float:
    """The sum of (a - e) ln(a / e) over shares."""
    one, other = (np.maximum(np.asarray(shares), _LEAST) for shares in (expected, actual))
    return float(((other - one) * np.log(other / one)).sum())


def of_axis(axis: Axis, values: Matrix) -> float:
    """That of one feature, over the tenths of the training rows."""
    bounds = np.unique(axis.deciles)
    # Tenths that fall together, where many are alike, are one.
    training = np.diff([0, *(np.searchsorted(axis.deciles, bounds, side="right") / 10), 1.0])
    counts = np.bincount(np.searchsorted(bounds, values, side="left"), minlength=len(bounds) + 1)
    return psi(training, counts / max(1, len(values)))
