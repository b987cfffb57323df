"""Rates of several sides that ran in turn, as figures."""

import statistics
from collections.abc import Mapping, Sequence


def compared(rates: Mapping[str, Sequence[float]], unit: str) -> dict[str, float]:
    """The best rate of each side, and the ratio of each to the first: a median of paired rounds."""
    (base, without), *others = rates.items()
    figures = {f"{name}: {unit}": max(rate) for name, rate in rates.items()}
    for name, rate in others:
        ratios = [a / b for a, b in zip(rate, without, strict=True)]
        figures[f"{name}: ratio to {base}"] = statistics.median(ratios)
    return figures
