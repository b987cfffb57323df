"""Brings features onto one scale: logarithm of heavy tails, median and quartiles, and a cut."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from sklearn.preprocessing import RobustScaler

from pipeline.steps.assignment import CUT
from pipeline.steps.segment_model import Axis
from pipeline.steps.vectors import Wanted

Matrix = npt.NDArray[np.float64]


def axes_of(values: Matrix, wanted: Sequence[Wanted]) -> list[Axis]:
    """The scale of each column; columns that are all alike are left out."""
    found = []
    for column, one in zip(values.T, wanted, strict=True):
        raw = np.log1p(np.maximum(column, 0)) if one.is_log else column
        scaler = RobustScaler().fit(raw.reshape(-1, 1))
        spread = float(np.subtract(*np.percentile(raw, [75, 25])))
        # Where most are alike the quartiles are, too; the deviation stands in.
        width = float(scaler.scale_[0]) if spread > 0 else float(raw.std())
        if width > 1e-9 * max(1.0, abs(float(scaler.center_[0]))):
            deciles = np.percentile(column, np.arange(10, 100, 10))
            found.append(
                Axis(one.name, one.is_log, float(scaler.center_[0]), width, deciles.tolist())
            )
    return found


def scaled(values: Matrix, wanted: Sequence[Wanted], axes: Sequence[Axis]) -> Matrix:
    """The columns of the axes, scaled and cut."""
    names = [one.name for one in wanted]
    columns = []
    for axis in axes:
        column = values[:, names.index(axis.name)]
        raw = np.log1p(np.maximum(column, 0)) if axis.is_log else column
        columns.append(np.clip((raw - axis.center) / axis.scale, -CUT, CUT))
    return np.column_stack(columns)
