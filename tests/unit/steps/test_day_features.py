from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.day_features import Active, Work, describe, is_meeting
from pipeline.steps.days import HOUR_US
from pipeline.steps.hours import Interval
from pipeline.steps.overlap import Thing
from tests.people import MINUTE_US, instant

DAY = date(2026, 3, 2)
NINE = instant("2026-03-02T09:00")


def interval(
    minute: float, minutes: float, category: str = "coding", device: str = "laptop"
) -> Interval:
    """Use from so many minutes after nine on."""
    start = NINE + round(minute * MINUTE_US)
    end = start + round(minutes * MINUTE_US)
    return Interval(start, end, Thing(device, "x", category, "p"), 1, end - start)


def day_of(*intervals: Interval, zone: str = "UTC", focus_us: int = 0) -> Active:
    active_us = sum(one.active_us for one in intervals)
    sums: dict[str, int] = {}
    for one in intervals:
        category = one.thing.category
        sums[category] = sums.get(category, 0) + one.active_us
    return Active(zone, 24 * HOUR_US, active_us, focus_us, [[NINE, active_us]], sums, {}, intervals)


def test_a_gap_of_five_minutes_ends_a_session() -> None:
    day = describe(DAY, day_of(interval(0, 10), interval(14.9, 10), interval(29.9, 20))).day
    assert day.sessions == 2
    assert day.longest_session_s == pytest.approx(24.9 * 60)
    assert day.session_median_s == pytest.approx((24.9 + 20) / 2 * 60)


def test_another_category_is_a_switch_once_it_lasts_half_a_minute() -> None:
    day = describe(
        DAY,
        day_of(
            interval(0, 10), interval(10, 0.4, "mail"), interval(10.4, 10), interval(30, 1, "mail")
        ),
    ).day
    assert day.switches == 1


def test_a_device_on_which_less_is_begun_does_not_switch() -> None:
    day = describe(DAY, day_of(interval(0, 60), interval(10, 5, "mail", device="phone"))).day
    assert day.switches == 2
    quiet = describe(
        DAY,
        day_of(interval(0, 60), interval(10, 5, "mail", device="phone")),
        priorities={"laptop": 1},
    ).day
    assert quiet.switches == 0


def test_focus_of_fifty_minutes_is_deep_and_each_session_is_told() -> None:
    found = describe(
        DAY, day_of(interval(0, 50), interval(60, 30, "mail"), focus_us=80 * 60 * 10**6)
    )
    assert (found.day.focus_s, found.day.deep_s) == (80 * 60, 50 * 60)
    assert [(one.category, one.active_us // MINUTE_US) for one in found.focus_sessions] == [
        ("coding", 50),
        ("mail", 30),
    ]


def test_hours_are_those_of_the_wall_clock_and_go_on_after_midnight() -> None:
    late = interval(20 * 60, 60)
    day = describe(DAY, day_of(late, zone="Europe/Berlin")).day
    assert (day.first_hour, day.last_hour) == (30.0, 31.0)
    assert day.by_wall_hour[10] == 3600


@pytest.mark.parametrize("category", ["meeting", "Meetings/Team", " call "])
def test_meetings_are_known_by_the_first_part_of_their_category(category: str) -> None:
    assert is_meeting(category)
    assert not is_meeting(f"work/{category}")


def test_a_day_of_work_alone_has_no_activity() -> None:
    day = describe(DAY, None, Work(tracked_us=3600 * 10**6, tasks_done=2)).day
    assert (day.tracked_s, day.tasks_done, day.active_s, day.length_s) == (3600, 2, 0, 0)
    assert (day.first_hour, day.sessions) == (None, 0)


@given(
    st.lists(
        st.builds(
            interval,
            st.integers(0, 800),
            st.integers(1, 90),
            st.sampled_from(["coding", "mail", "meeting"]),
            st.sampled_from(["laptop", "phone"]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(),
)
def test_the_order_of_intervals_does_not_matter(intervals: list[Interval], random: object) -> None:
    shuffled = list(intervals)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = describe(DAY, day_of(*intervals)), describe(DAY, day_of(*shuffled))
    assert one == other
    assert one.day.longest_session_s >= one.day.session_median_s
