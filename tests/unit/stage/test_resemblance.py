"""What deadly events had in common makes the next such event a suspect."""

import json
from collections.abc import Sequence
from itertools import count

import pytest

from pipeline.resemblance import MOST_EVENTS, MOST_SUSPICIOUS, Resemblance

numbers = count()


def event(**fields: object) -> bytes:
    """An event with these fields and an id of its own, as it stands on the stream."""
    whole = {"id": f"event-{next(numbers)}", "device": "desk", "category": "coding", **fields}
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()


def some(number: int, **fields: object) -> list[bytes]:
    """So many such events."""
    return [event(**fields) for _ in range(number)]


def learnt(deadly: Sequence[bytes], survived: Sequence[bytes]) -> Resemblance:
    """What has learnt from these."""
    resemblance = Resemblance()
    resemblance.learn(deadly, survived)
    return resemblance


def test_it_falls_on_what_shares_a_field_with_two_that_were_deadly() -> None:
    resemblance = learnt(some(2, category="bad"), some(10))
    assert resemblance
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event())


def test_one_deadly_event_makes_nobody_a_suspect() -> None:
    assert not learnt(some(1, category="bad"), some(10))


def test_the_same_event_is_learnt_from_once() -> None:
    deadly = event(category="bad")
    resemblance = learnt([deadly, deadly], some(10))
    resemblance.learn([deadly], ())
    assert not resemblance


@pytest.mark.parametrize(
    "field",
    [
        {"data": {"title": 'a "quoted" title: {x, y}'}},
        {"data": {"deep": [{"er": "ä\\"}]}},
        {"duration": -1},
        {"pulse": True},
    ],
)
def test_any_field_tells_whatever_its_value(field: dict[str, object]) -> None:
    resemblance = learnt(some(2, **field), some(10))
    assert resemblance.falls_on(event(**field))
    assert not resemblance.falls_on(event())


def test_an_entry_is_looked_through_as_a_whole() -> None:
    resemblance = learnt(some(2, category="bad"), some(10))
    assert resemblance.falls_on(b"".join([*some(5), event(category="bad"), *some(5)]))
    assert not resemblance.falls_on(b"".join(some(10)))


def test_what_a_common_field_explains_accuses_no_other() -> None:
    users = [{"user": name} for name in "abab"]
    resemblance = learnt([event(category="bad", **user) for user in users], some(10))
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event(user="a"))


def test_two_kinds_are_told_by_a_field_each() -> None:
    resemblance = learnt([*some(3, category="bad"), *some(2, device="broken")], some(10))
    assert resemblance.falls_on(event(category="bad"))
    assert resemblance.falls_on(event(device="broken"))
    assert not resemblance.falls_on(event())


def test_what_as_many_survive_with_is_above_suspicion() -> None:
    resemblance = learnt(some(3, category="bad"), ())
    resemblance.learn((), some(2, category="bad"))
    assert resemblance.falls_on(event(category="bad"))
    resemblance.learn((), some(1, category="bad"))
    assert not resemblance.falls_on(event(category="bad"))


def test_what_was_survived_before_does_not_excuse_the_next() -> None:
    resemblance = learnt(some(2, category="bad"), some(1000, category="bad"))
    assert not resemblance
    resemblance.learn(some(2, category="bad"), some(10))
    assert resemblance.falls_on(event(category="bad"))
    assert not resemblance.falls_on(event())


def test_without_any_that_survived_it_comes_to_the_point_as_they_do() -> None:
    resemblance = learnt(some(10, category="bad"), ())
    for _ in range(10):
        if not (suspects := [one for one in some(20) if resemblance.falls_on(one)]):
            break
        resemblance.learn((), suspects)
    assert not resemblance.falls_on(event())
    assert resemblance.falls_on(event(category="bad"))


def test_what_it_remembers_is_bounded() -> None:
    resemblance = Resemblance()
    resemblance.learn(some(2, category="early"), some(10))
    for number in range(MOST_EVENTS // 2):
        resemblance.learn(some(2, category=f"bad-{number}"), some(10))
    assert not resemblance.falls_on(event(category="early"))
    caught = [resemblance.falls_on(event(category=f"bad-{n}")) for n in range(MOST_EVENTS // 2)]
    assert sum(caught) == MOST_SUSPICIOUS


def test_no_text_takes_long_to_be_taken_apart() -> None:
    assert learnt([b'{"' * 20_000, b'"a":"' + b"\\" * 100_001, b'"' * 50_001], ()) is not None
