"""What each event counts for."""

from typing import Any

from pipeline.steps.days import Period
from pipeline.steps.sessionize import segments
from tests.people import MINUTE_US, instant, usage_event, usages

NOON = instant("2026-11-20T12:00")
TEN_MINUTES = (Period(),)


def lengths(*events: dict[str, Any], periods: tuple[Period, ...] = TEN_MINUTES) -> list[float]:
    """Minutes each event counts, in the order of the events; `at` is minutes after noon."""
    made = [
        usage_event(NOON + round(event.pop("at") * MINUTE_US), **event, id=f"{number}")
        for number, event in enumerate(events)
    ]
    return [
        (segment.end - segment.event.time) / MINUTE_US
        for segment in segments(usages(made), periods)
    ]


def test_a_point_counts_until_the_next_of_its_device() -> None:
    assert lengths({"at": 0}, {"at": 4}, {"at": 5}) == [4, 1, 0]


def test_a_gap_as_long_as_the_timeout_still_counts_and_a_longer_one_does_not() -> None:
    assert lengths({"at": 0}, {"at": 10}) == [10, 0]
    assert lengths({"at": 0}, {"at": 10.001}) == [0, 0]


def test_devices_do_not_end_each_others_time() -> None:
    assert lengths({"at": 0}, {"at": 1, "device": "phone"}, {"at": 8}) == [8, 0, 0]


def test_an_interval_counts_its_duration_and_ends_the_point_before_it() -> None:
    assert lengths({"at": 0}, {"at": 3, "duration": 30 * MINUTE_US}, {"at": 5}) == [3, 30, 0]


def test_of_points_at_one_instant_the_last_in_order_goes_on() -> None:
    assert lengths({"at": 0}, {"at": 0}, {"at": 2}) == [0, 2, 0]


def test_the_timeout_is_the_one_in_force_at_the_point() -> None:
    periods = (Period(), Period(start=NOON + 3 * MINUTE_US, timeout_us=MINUTE_US))
    assert lengths({"at": 0}, {"at": 5}, {"at": 8}, periods=periods) == [5, 0, 0]


def test_nothing_comes_of_nothing() -> None:
    assert segments([], TEN_MINUTES) == []
