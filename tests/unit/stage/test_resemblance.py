"""What deadly events had in common makes the next such event a suspect."""

from collections.abc import Sequence
from itertools import count

import msgspec
import pytest

from pipeline.resemblance import ENOUGH, MOST_EVENTS, MOST_SUSPICIOUS, SURVIVORS, Resemblance

numbers = count()


def event(**fields: object) -> bytes:
    """An event with these fields and an id of its own, as it stands on the stream."""
    whole = {"id": f"event-{next(numbers)}", "device": "desk", "category": "coding", **fields}
    return msgspec.json.encode(whole)


def some(number: int, **fields: object) -> list[bytes]:
    """So many such events."""
    return [event(**fields) for _ in range(number)]


#: Many that survive.
GOOD = some(MOST_EVENTS * SURVIVORS)


def learnt(deadly: Sequence[bytes], survived: Sequence[bytes]) -> Resemblance:
    """What has learnt from these."""
    resemblance = Resemblance()
    resemblance.learn(deadly, survived)
    return resemblance


def test_it_falls_on_what_shares_a_field_with_two_that_were_deadly() -> None:
    resemblance = learnt(some(2, category="bad"), GOOD)
    assert resemblance
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event())


def test_one_deadly_event_makes_nobody_a_suspect() -> None:
    assert not learnt(some(1, category="bad"), GOOD)


def test_the_same_event_is_learnt_from_once() -> None:
    deadly = event(category="bad")
    resemblance = learnt([deadly, deadly], GOOD)
    resemblance.learn([deadly], ())
    assert not resemblance


@pytest.mark.parametrize(
    "field",
    [
        {"data": {"title": 'a "quoted" title: {x, y}'}},
        {"data": {"deep": [{"er": "ä\\"}]}},
        {"data": msgspec.Raw(b'{"title": "with a space before"}')},
        {"duration": -1},
        {"pulse": True},
    ],
)
def test_any_field_tells_whatever_its_value(field: dict[str, object]) -> None:
    resemblance = learnt(some(2, **field), GOOD)
    assert resemblance.falls_on(event(**field))
    assert not resemblance.falls_on(event())


def test_an_entry_is_looked_through_as_a_whole() -> None:
    resemblance = learnt(some(2, category="bad"), GOOD)
    assert resemblance.falls_on(b"".join([*some(5), event(category="bad"), *some(5)]))
    assert not resemblance.falls_on(b"".join(some(10)))


def test_what_a_common_field_explains_accuses_no_other() -> None:
    users = [{"user": name} for name in "abab"]
    resemblance = learnt([event(category="bad", **user) for user in users], GOOD)
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event(user="a"))


def test_two_kinds_are_told_by_a_field_each() -> None:
    resemblance = learnt([*some(3, category="bad"), *some(2, device="broken")], GOOD)
    assert resemblance.falls_on(event(category="bad"))
    assert resemblance.falls_on(event(device="broken"))
    assert not resemblance.falls_on(event())


@pytest.mark.parametrize("suspects", [0, 5])
def test_so_many_that_survive_for_one_that_dies_clear_a_field(suspects: int) -> None:
    resemblance = learnt(some(3, category="bad"), ())
    resemblance.learn(some(suspects, category="bad"), ())
    enough = SURVIVORS * (3 + suspects)
    resemblance.learn((), some(enough - 1, category="bad"))
    assert resemblance.falls_on(event(category="bad"))
    resemblance.learn((), some(1, category="bad"))
    assert not resemblance.falls_on(event(category="bad"))


def test_however_many_died_a_field_can_be_cleared() -> None:
    resemblance = learnt(some(2, category="bad"), GOOD)
    resemblance.learn(some(10 * MOST_EVENTS, category="bad"), GOOD)
    resemblance.learn((), some(SURVIVORS * MOST_EVENTS, category="bad"))
    assert not resemblance


def test_what_was_survived_before_does_not_excuse_the_next() -> None:
    resemblance = learnt(some(2, category="bad"), some(1000, category="bad"))
    assert not resemblance
    resemblance.learn(some(2, category="bad"), GOOD)
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event())


def test_it_is_founded_once_enough_survivors_were_compared() -> None:
    resemblance = learnt(some(2, category="bad"), some(ENOUGH - 1))
    assert not resemblance.is_founded
    resemblance.learn((), some(1))
    assert resemblance.is_founded
    resemblance.learn(some(1, category="bad"), ())
    assert resemblance.is_founded
    resemblance.learn(some(1, category="worse"), ())
    assert not resemblance.is_founded


def test_without_any_that_survived_it_comes_to_the_point_as_they_do() -> None:
    resemblance = learnt(some(10, category="bad"), ())
    while suspects := [one for one in some(20) if resemblance.falls_on(one)]:
        resemblance.learn((), suspects)
    assert not resemblance.falls_on(event())
    assert resemblance.falls_on(event(category="bad"))


def test_what_it_remembers_is_bounded() -> None:
    resemblance = Resemblance()
    resemblance.learn(some(2, category="early"), GOOD)
    for number in range(MOST_EVENTS // 2):
        resemblance.learn(some(2, category=f"bad-{number}"), GOOD)
    assert not resemblance.falls_on(event(category="early"))
    caught = [resemblance.falls_on(event(category=f"bad-{n}")) for n in range(MOST_EVENTS // 2)]
    assert sum(caught) == MOST_SUSPICIOUS


@pytest.mark.parametrize(
    "text", [b'{"' * 20_000, b'"a":"' + b"\\" * 100_001, b'"' * 50_001, b'"a":' + b" " * 99_999]
)
def test_only_the_beginning_of_a_long_text_is_taken_apart(text: bytes) -> None:
    resemblance = Resemblance()
    resemblance.learn([text + b'"like":"me"}', text + b'"like":"me"}.'], ())
    assert not resemblance.falls_on(b'{"like":"me"}')
