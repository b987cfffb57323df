"""Ranges of people whose estimates are off as is known, for they are made up."""

from math import exp, sqrt
from random import Random
from statistics import fmean, stdev

import pytest

from pipeline.steps.estimate_ranges import (
    LEAST_TASKS,
    LEAST_UNESTIMATED,
    Finished,
    Ranges,
    shift_helps,
    size_of,
    upper,
)

SIZES_S = (900.0, 3600.0, 3 * 3600.0, 10 * 3600.0)


def history(seed: int, count: int, bias: float, spread: float = 0.4) -> list[Finished]:
    """Tasks that took `bias` times as long as estimated, in the middle."""
    random = Random(seed)
    found = []
    for _ in range(count):
        estimate = random.choice(SIZES_S)
        actual = estimate * bias * exp(random.gauss(0, spread))
        found.append(Finished(random.choice("ab"), estimate, actual))
    return found


def test_a_bias_is_found_and_shifts_the_middle() -> None:
    middles = []
    for seed in range(12):
        tasks = history(seed, 200, bias=1.6)
        assert shift_helps(tasks)
        found = Ranges(tasks).of("a", 3600.0)
        assert found is not None
        assert found.is_shifted
        middles.append(found.p50_s / 3600)
    error = stdev(middles) / sqrt(len(middles))
    assert fmean(middles) == pytest.approx(1.6, abs=2.5 * error)
    assert error < 0.05


def test_where_the_raw_estimate_is_best_it_stays() -> None:
    shifted = sum(shift_helps(history(seed, 200, bias=1.0)) for seed in range(40))
    assert shifted <= 2
    found = Ranges(history(1, 200, bias=1.0)).of("a", 3600.0)
    assert found is not None
    assert found.p50_s == 3600.0


@pytest.mark.parametrize("bias", [1.0, 1.6, 0.7])
def test_p80_holds_four_of_five_of_every_size(bias: float) -> None:
    inside: dict[int, list[bool]] = {}
    for seed in range(6):
        tasks = history(seed, 160, bias)
        for number in range(60, len(tasks)):
            done = tasks[number]
            found = Ranges(tasks[:number]).of(done.project, done.estimate_s)
            assert found is not None
            assert done.estimate_s is not None
            size = size_of(done.estimate_s)
            inside.setdefault(size, []).append(done.actual_s <= found.p80_s)
    coverage = {size: sum(held) / len(held) for size, held in inside.items()}
    assert len(coverage) == 4
    assert all(0.7 <= share <= 0.9 for share in coverage.values()), coverage


def test_little_history_gives_a_usual_range_around_the_raw_estimate() -> None:
    found = Ranges([]).of("", 3600.0)
    assert found is not None
    assert (found.p50_s, found.is_shifted, found.tasks) == (3600.0, False, 0)
    assert found.p80_s == pytest.approx(3600 * exp(0.6))
    assert not shift_helps(history(1, LEAST_TASKS - 1, bias=3.0))


def test_without_an_estimate_own_tasks_say_it_once_there_are_some() -> None:
    tasks = [Finished("a", None, 1800.0)] * (LEAST_UNESTIMATED - 1)
    assert Ranges(tasks).of("a", None) is None
    found = Ranges([*tasks, Finished("b", None, 7200.0)]).of("a", None)
    assert found is not None
    assert found.p50_s == pytest.approx(1800)


def test_a_range_is_in_order_whoever_overestimates() -> None:
    for seed in range(10):
        found = Ranges(history(seed, 40, bias=0.3)).of("a", 3600.0)
        assert found is not None
        assert found.p50_s <= found.p80_s <= found.p95_s


def test_of_nine_values_the_eighth_holds_four_of_five() -> None:
    assert upper(list(range(1, 10)), 0.8) == 8
    assert upper([5.0], 0.8) == 5.0
