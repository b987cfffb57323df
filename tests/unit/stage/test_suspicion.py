"""What events had in common that failed makes the next such an event a suspect."""

from uuid import UUID, uuid4

import msgspec
import pytest

from pipeline.suspicion import MOST_FAILURES, MOST_VALUES, Suspicion


class Event(msgspec.Struct):
    """An event with a few properties."""

    user: UUID
    id: str
    category: str = "coding"
    device: str = "desk"
    time: int = 0


ANN = uuid4()


def some(count: int, category: str = "coding", user: UUID | None = None) -> list[Event]:
    """Events of these properties, each with an id of its own."""
    return [Event(user or uuid4(), str(uuid4()), category) for _ in range(count)]


def test_it_falls_on_what_shares_a_value_with_several_that_failed() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(2, "bad"), some(100))
    assert suspicion
    assert suspicion.falls_on(some(1, "bad")[0])
    assert not suspicion.falls_on(some(1)[0])


def test_one_failure_makes_nobody_a_suspect() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(1, "bad"), some(100))
    assert not suspicion
    assert not suspicion.falls_on(some(1, "bad")[0])


def test_it_falls_on_a_user_all_of_whose_events_fail() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(2, user=ANN), some(100))
    assert suspicion.falls_on(some(1, "another", user=ANN)[0])
    assert not suspicion.falls_on(some(1)[0])


def test_a_value_of_events_most_of_which_pass_is_above_suspicion() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(4, "bad"), some(5, "bad"))
    assert not suspicion.falls_on(some(1, "bad")[0])


@pytest.mark.parametrize("failures", [2, MOST_FAILURES, 50 * MOST_FAILURES])
def test_so_many_that_pass_clear_a_value_however_many_failed(failures: int) -> None:
    suspicion = Suspicion()
    for event in some(failures, "bad"):
        suspicion.learn([event], some(10))
    assert suspicion.falls_on(some(1, "bad")[0])
    for event in some(MOST_FAILURES, "bad"):
        suspicion.learn([], [event])
    assert not suspicion


def test_a_sample_of_those_that_pass_tells_enough() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(4, "often"), [*some(5000), *some(5000, "often")])
    assert not suspicion.falls_on(some(1, "often")[0])


def test_what_it_remembers_is_bounded() -> None:
    suspicion = Suspicion()
    suspicion.learn(some(2, "early"), some(100))
    for number in range(MOST_VALUES):
        suspicion.learn(some(2, f"bad {number}"), some(100))
    assert not suspicion.falls_on(some(1, "early")[0])
    assert suspicion.falls_on(some(1, "bad 1")[0])
