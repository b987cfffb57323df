"""What makes two events the same."""

import msgspec
import pytest

from pipeline.steps.identity import content_hash, identify, unique
from tests.people import instant, usage_event

NOON = instant("2026-11-20T12:00")


def test_an_event_without_an_id_gets_one_of_its_content() -> None:
    event = msgspec.structs.replace(usage_event(NOON), id="", hash="")
    assert identify(event).id == identify(event).hash == content_hash(event)
    assert identify(event).id.startswith("1-")


def test_a_client_keeps_its_id() -> None:
    assert identify(usage_event(NOON, id="mine")).id == "mine"


def test_the_layout_of_data_its_arrival_and_its_trace_are_not_content() -> None:
    event = usage_event(NOON)
    one = msgspec.structs.replace(event, data=msgspec.Raw(b'{"a": 1, "b": [2]}'))
    other = msgspec.structs.replace(
        one, data=msgspec.Raw(b'{"b":[2],"a":1}'), received=NOON + 1, traceparent="x", id="other"
    )
    assert content_hash(one) == content_hash(other) != content_hash(event)


@pytest.mark.parametrize(
    "change",
    [
        {"time": NOON + 1},
        {"type": "usage.interval"},
        {"duration": 1},
        {"device": "phone"},
        {"entity": "b"},
        {"category": "b"},
        {"project": "b"},
        {"data": msgspec.Raw(b'{"a": 1}')},
    ],
)
def test_whatever_an_event_says_is_content(change: dict[str, object]) -> None:
    event = usage_event(NOON)
    assert content_hash(msgspec.structs.replace(event, **change)) != content_hash(event)


def test_of_one_identity_the_smallest_hash_is_kept_and_the_others_are_counted() -> None:
    contents = [usage_event(NOON + n, id="same") for n in range(3)]
    elsewhere = usage_event(NOON, id="same", source="wakatime")
    kept, conflicts = unique([*contents, elsewhere])
    assert kept == [min(contents, key=lambda event: event.hash), elsewhere]
    assert conflicts == 2
    assert unique([contents[0]] * 3) == ([contents[0]], 0)
