"""How estimates are measured."""

from math import log

import pytest

from pipeline.steps.estimates import Accuracy, accuracy


def test_nothing_is_known_of_nothing() -> None:
    assert accuracy([]) == Accuracy(0)


def test_twice_as_long_and_half_as_long_are_no_bias_but_an_error() -> None:
    found = accuracy([(60, 120), (60, 30)])
    assert found.tasks == 2
    assert found.bias == pytest.approx(0)
    assert found.error == pytest.approx(log(2))
    assert found.median_ratio == pytest.approx(1)
    assert found.within_quarter == 0


def test_an_estimate_within_a_quarter_of_the_actual_is_near() -> None:
    assert accuracy([(125, 100), (75, 100), (126, 100), (74, 100)]).within_quarter == 0.5
