"""What a deletion covers: what fits and had happened, or had come in, when it was made."""

from typing import Any

import msgspec
import pytest

from pipeline.events import UsageEvent
from pipeline.steps.deletion import Deletion
from tests.people import MINUTE_US, instant, usage_event

NOON = instant("2026-11-20T12:00")
ALL = ((0, 1 << 60),)


def event(time: int = NOON, *, data: str = "{}", **fields: Any) -> UsageEvent:
    return msgspec.structs.replace(usage_event(time, **fields), data=msgspec.Raw(data.encode()))


def _with(field: str, text: str) -> UsageEvent:
    return msgspec.structs.replace(event(), **{field: text})


def test_what_happens_after_the_deletion_is_kept_however_well_it_fits() -> None:
    deletion = Deletion(NOON, ALL)
    assert deletion.covers(event(NOON - 1))
    assert not deletion.covers(event(NOON))


def test_what_had_come_in_is_covered_though_its_clock_is_ahead() -> None:
    ahead = msgspec.structs.replace(event(NOON + MINUTE_US), received=NOON - 1)
    assert Deletion(NOON, ALL).covers(ahead)


def test_a_window_has_its_start_and_not_its_end() -> None:
    deletion = Deletion(NOON * 2, ((NOON, NOON + 10),))
    found = [deletion.covers(event(NOON + n)) for n in (-1, 0, 9, 10)]
    assert found == [False, True, True, False]


def test_a_device_is_that_device() -> None:
    deletion = Deletion(NOON * 2, ALL, device="phone")
    assert deletion.covers(event(device="phone"))
    assert not deletion.covers(event(device="phone 2"))


@pytest.mark.parametrize("field", ["entity", "project", "category"])
def test_a_text_is_looked_for_in_whatever_case(field: str) -> None:
    deletion = Deletion(NOON * 2, ALL, q="STRASSE 5%")
    assert deletion.covers(_with(field, "In der Straße 5% mehr"))
    assert not deletion.covers(_with(field, "In der Straße 50 mehr"))


def test_a_text_is_looked_for_in_all_texts_of_data_and_not_in_its_names() -> None:
    deletion = Deletion(NOON * 2, ALL, q="bank")
    assert deletion.covers(event(data='{"a": [{"b": "my \\u0042ank"}]}'))
    assert not deletion.covers(event(data='{"bank": 1}'))


def test_all_conditions_must_hold() -> None:
    deletion = Deletion(NOON * 2, ALL, device="phone", q="bank")
    assert deletion.covers(event(device="phone", entity="bank"))
    assert not deletion.covers(event(device="laptop", entity="bank"))
    assert not deletion.covers(event(device="phone", entity="shop"))
