"""The tests behind insights against known answers and against what they promise."""

from math import log
from random import Random
from statistics import NormalDist, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.statistics import (
    discoveries,
    fisher,
    mann_kendall,
    median_bounds,
    modified_z,
    signed_rank,
    tail,
    theil_sen,
)


def test_modified_z_is_that_of_iglewicz_and_hoaglin() -> None:
    # Their example: 2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3 have z of 0.6745 * 5.9 / 0.2.
    values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3]
    assert modified_z(8.3, values) == pytest.approx(0.6745 * (8.3 - 2.45) / 0.15)


def test_where_most_are_alike_the_mean_deviation_stands_in() -> None:
    assert modified_z(10.0, [1.0] * 9 + [10.0]) == pytest.approx(9 / (1.253314 * 0.9))
    assert modified_z(1.0, [1.0] * 5) == 0.0


def test_known_answers() -> None:
    assert theil_sen([1, 3, 5, 7, 100]) == pytest.approx(2.0)
    assert theil_sen([4.0]) == 0.0
    # R: fisher.test(matrix(c(3, 1, 1, 3), 2))$p.value
    assert fisher(3, 4, 4, 8) == pytest.approx(0.4857142857)
    # R: 2 * pnorm(-(45 - 1) / sqrt(125)) of ten rising values
    assert mann_kendall(list(range(10))) == pytest.approx(8.303e-05, rel=1e-3)
    assert mann_kendall([1.0] * 12) == 1.0


def test_benjamini_and_hochberg_reject_up_to_the_last_that_passes() -> None:
    assert discoveries([0.01, 0.04, 0.03, 0.5], 0.05) == {0}
    assert discoveries([0.01, 0.037, 0.03, 0.5], 0.05) == {0, 1, 2}
    assert discoveries([0.01, 0.02, 0.03, 0.5], 0.05) == {0, 1, 2}
    assert discoveries([0.04, 0.5], 0.05) == set()
    assert discoveries([], 0.05) == set()


@pytest.mark.parametrize(
    "draw",
    [lambda random: random.gauss(0, 1), lambda random: random.expovariate(1) - 0.7],
    ids=["gaussian", "skewed"],
)
def test_the_tail_errs_no_more_often_than_it_says(draw: object) -> None:
    random = Random(1)
    level, below, count = 0.01, 0, 4000
    for number in range(count):
        if number % 20 == 0:
            residuals = [draw(random) for _ in range(130)]  # type: ignore[operator]
        below += tail(draw(random), residuals).p < level  # type: ignore[operator]
    assert below / count < level * 1.3


def test_a_residual_within_four_fifths_or_among_few_is_not_unusual() -> None:
    assert tail(0.1, [float(n) for n in range(100)]).p == 1.0
    assert tail(99.0, [1.0] * 20).p == 1.0


@given(st.lists(st.floats(-10, 10), min_size=10, max_size=40))
def test_a_sign_turned_around_is_as_unlikely(values: list[float]) -> None:
    assert signed_rank(values) == pytest.approx(signed_rank([-value for value in values]))
    assert 0 <= signed_rank(values) <= 1


def test_equal_sizes_share_their_rank_in_whatever_order_they_come() -> None:
    up, down = [log(1.25)] * 20, [-log(1.25)] * 10
    # scipy.stats.wilcoxon(up + down, method="approx").pvalue
    assert signed_rank(up + down) == pytest.approx(0.0678892)
    assert signed_rank(down + up) == pytest.approx(0.0678892)


def test_a_median_beyond_zero_is_found() -> None:
    random = Random(2)
    assert signed_rank([random.gauss(0.5, 0.5) for _ in range(40)]) < 0.001
    assert NormalDist().cdf(0) == 0.5


@pytest.mark.parametrize("count", [20, 45, 91])
def test_bounds_of_a_median_hold_it_as_often_as_they_say_also_where_it_is_skewed(
    count: int,
) -> None:
    random = Random(count)
    held = 0
    for _ in range(1000):
        low, high = median_bounds([random.lognormvariate(0, 1) for _ in range(count)], 0.95)
        held += low <= 1 <= high
    assert 0.94 <= held / 1000 <= 0.995


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=50))
def test_bounds_of_a_median_are_among_the_values_and_around_their_median(
    values: list[float],
) -> None:
    low, high = median_bounds(values, 0.95)
    assert low in values
    assert high in values
    assert low <= median(values) <= high
