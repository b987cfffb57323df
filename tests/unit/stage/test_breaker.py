"""When the breaker opens, for how long, and what closes it."""

import pytest

from pipeline.breaker import Breaker, BreakerPolicy

POLICY = BreakerPolicy(window_events=100, min_failures=10, pause_s=10, longest_pause_s=35)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker(POLICY, clock)


def test_few_failures_are_buried_even_if_nothing_else_comes(breaker: Breaker) -> None:
    assert not breaker.refuses(0, 9)
    assert breaker.refuses(0, 10)


def test_most_recent_events_must_fail(breaker: Breaker) -> None:
    breaker.record(50, 0)
    assert not breaker.refuses(0, 50)
    assert breaker.refuses(0, 51)


def test_what_was_long_ago_does_not_count(breaker: Breaker) -> None:
    for _ in range(1000):
        breaker.record(50, 0)
    assert not breaker.refuses(0, 100)
    assert breaker.refuses(0, 101)


def test_the_pause_doubles_up_to_the_longest(breaker: Breaker, clock: Clock) -> None:
    pauses = []
    for _ in range(4):
        pauses.append(breaker.open())
        clock.now += pauses[-1]
    assert pauses == [10, 20, 35, 35]


def test_owners_who_find_out_together_make_one_pause(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 4
    assert breaker.open() == 6


def test_a_batch_that_mostly_passes_closes_it(breaker: Breaker, clock: Clock) -> None:
    breaker.open()
    clock.now += 10
    assert breaker.refuses(4, 5)
    assert not breaker.refuses(5, 4)
    assert breaker.record(5, 4)
    assert not breaker.is_open
    assert not breaker.refuses(0, 5)
