"""What can never be kept is told before any SQL."""

import msgspec
import pytest

from pipeline.steps.check import check_usage
from tests.people import instant, usage_event

EVENT = usage_event(instant("2026-11-20T12:00"))


def test_a_good_event_passes() -> None:
    check_usage(EVENT)
    check_usage(msgspec.structs.replace(EVENT, data=msgspec.Raw(b'{"a": ["\\\\u0000", {"b": 1}]}')))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"time": -1}, "$.time"),
        ({"time": 1 << 62}, "$.time"),
        ({"received": 1 << 62}, "$.received"),
        ({"entity": "a\0b"}, "$.entity"),
        ({"id": "\0"}, "$.id"),
        ({"id": "\U0001f600" * 501}, "$.id"),
        ({"data": msgspec.Raw(b"[]")}, "$.data"),
        ({"data": msgspec.Raw(b'{"a": ["\\u0000"]}')}, "$.data"),
        ({"data": msgspec.Raw(b'{"\\u0000": 1}')}, "$.data"),
    ],
)
def test_a_bad_one_is_told_where(change: dict[str, object], path: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=path.replace("$", "\\$")):
        check_usage(msgspec.structs.replace(EVENT, **change))


@pytest.mark.parametrize("data", [b'{"a": "\\ud800"}', b'{"a": 1e999}'])
def test_json_that_postgresql_refuses_does_not_pass(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        check_usage(msgspec.structs.replace(EVENT, data=msgspec.Raw(data)))
