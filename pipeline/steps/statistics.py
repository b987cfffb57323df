"""The tests that insights rest on: robust, without assumptions that days do not keep."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import comb, exp, fsum, sqrt
from statistics import NormalDist, fmean, median
from typing import NamedTuple

_NORMAL = NormalDist()

#: What the median absolute deviation of a normal distribution is of its standard deviation.
_MAD = 0.6745
#: Where the MAD is 0: the mean absolute deviation instead (IBM's variant of the modified z).
_MEAN_AD = 1.253314
#: From which quantile on the tail of residuals is taken for an exponential one.
_TAIL_FROM = 0.8
_LEAST_TAIL = 30


class Tail(NamedTuple):
    """How unusual a residual is: the modified z, and the chance of one as far out."""

    z: float
    p: float


def modified_z(value: float, values: Sequence[float]) -> float:
    """0.6745 (x - median) / MAD (Iglewicz and Hoaglin 1993); 0 where all are alike."""
    middle = median(values)
    deviations = [abs(each - middle) for each in values]
    if mad := median(deviations):
        return _MAD * (value - middle) / mad
    if mean := fmean(deviations):
        return (value - middle) / (_MEAN_AD * mean)
    return 0.0


def tail(residual: float, residuals: Sequence[float]) -> Tail:
    """How far out a residual is among others; of fewer than thirty nothing is unusual.

    Beyond the 80 % quantile the absolute residuals are taken to fall off exponentially (peaks over
    a threshold, Pickands 1975, of shape 0): wider than a normal tail, and fitted to what was seen.
    """
    z = modified_z(residual, [*residuals, *(-each for each in residuals)])
    if len(residuals) < _LEAST_TAIL:
        return Tail(z, 1.0)
    sizes = sorted(map(abs, residuals))
    threshold = sizes[int(_TAIL_FROM * len(sizes))]
    excess = [size - threshold for size in sizes if size > threshold]
    if not excess or abs(residual) <= threshold:
        return Tail(z, 1.0)
    # One more than were seen, the larger by as much: a little data does not make sure.
    scale = (fsum(excess) + max(excess)) / len(excess)
    return Tail(z, (1 - _TAIL_FROM) * exp(-(abs(residual) - threshold) / scale))


def theil_sen(values: Sequence[float]) -> float:
    """The median slope from one value to the next (Sen 1968); 0 of fewer than two."""
    slopes = [
        (later - values[i]) / (j - i)
        for i in range(len(values))
        for j, later in enumerate(values[i + 1 :], i + 1)
    ]
    return median(slopes) if slopes else 0.0


def mann_kendall(values: Sequence[float]) -> float:
    """The two-sided p of a monotonic trend (Mann 1945, Kendall 1975), corrected for ties."""
    count = len(values)
    score = sum(
        (later > earlier) - (later < earlier)
        for number, earlier in enumerate(values)
        for later in values[number + 1 :]
    )
    ties = [values.count(value) for value in set(values)]
    variance = (
        count * (count - 1) * (2 * count + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)
    ) / 18
    if variance <= 0 or score == 0:
        return 1.0
    return _two_sided((score - (1 if score > 0 else -1)) / sqrt(variance))


def signed_rank(values: Iterable[float]) -> float:
    """The two-sided p of a median other than 0 (Wilcoxon 1945), of ten values or more."""
    known = sorted((value for value in values if value), key=abs)
    count = len(known)
    if count < 10:
        return 1.0
    positive, ties, rank = 0.0, 0, 0
    for _, group in groupby(known, key=abs):
        alike = list(group)
        size = len(alike)
        # Equal ones share their mean rank.
        positive += (rank + (size + 1) / 2) * sum(value > 0 for value in alike)
        ties += size**3 - size
        rank += size
    mean = count * (count + 1) / 4
    variance = count * (count + 1) * (2 * count + 1) / 24 - ties / 48
    return _two_sided((positive - mean) / sqrt(variance))


def fisher(both: int, with_one: int, with_other: int, whole: int) -> float:
    """The two-sided p that two properties have nothing to do with each other (Fisher 1935).

    So many of `whole` have the one, the other, and both.
    """
    most, least = min(with_one, with_other), max(0, with_one + with_other - whole)
    others = whole - with_one
    ways = {n: comb(with_one, n) * comb(others, with_other - n) for n in range(least, most + 1)}
    given = ways[both]
    return sum(way for way in ways.values() if way <= given) / comb(whole, with_other)


def mean_bounds(values: Sequence[float], level: float) -> tuple[float, float]:
    """A two-sided interval of the mean at this level, by the normal distribution."""
    count, mean = len(values), fmean(values)
    if count < 2:
        return mean, mean
    deviation = sqrt(fsum((value - mean) ** 2 for value in values) / (count - 1))
    reach = _NORMAL.inv_cdf((1 + level) / 2) * deviation / sqrt(count)
    return mean - reach, mean + reach


def median_bounds(values: Sequence[float], level: float) -> tuple[float, float]:
    """A two-sided interval of the median at this level at least, whatever the distribution.

    Two order statistics; their ranks by the normal approximation of the binomial (Conover 1999).
    """
    count, ordered = len(values), sorted(values)
    reach = _NORMAL.inv_cdf((1 + level) / 2) * sqrt(count) / 2
    rank = max(1, int(count / 2 - reach))
    return ordered[rank - 1], ordered[count - rank]


def discoveries(ps: Sequence[float], level: float) -> set[int]:
    """Which of the tests, by place, are discoveries at this false discovery rate.

    After Benjamini and Hochberg (1995).
    """
    order = sorted(range(len(ps)), key=ps.__getitem__)
    passed = [rank for rank, place in enumerate(order, 1) if ps[place] <= level * rank / len(ps)]
    return set(order[: max(passed, default=0)])


def _two_sided(z: float) -> float:
    return 2 * _NORMAL.cdf(-abs(z))
