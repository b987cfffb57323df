"""Which days are closed when raw events go: those that an event which is gone may count in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.events import MAX_DURATION_US, MAX_PULSE_US
from pipeline.steps.affected import affected, days_within
from pipeline.steps.days import DAY_US, HOUR_US, Period, day_at, pieces
from pipeline.steps.horizon import FEWEST_DAYS, horizon
from tests.people import ZONES, instant, periods

NOON = instant("2026-11-20T12:00")


def test_the_last_days_and_today_are_kept_and_one_more_day_is_closed() -> None:
    found = horizon([Period()], NOON, 7)
    assert found.at == instant("2026-11-13T00:00") - MAX_PULSE_US
    assert found.first_open == date(2026, 11, 14)


@given(st.data(), st.sampled_from(sorted(ZONES.items())), st.integers(0, 72), st.integers(3, 40))
def test_nothing_before_the_horizon_counts_in_an_open_day_and_today_is_open(
    data: st.DataObject, place: tuple[str, str], hour: int, days: int
) -> None:
    zone, day = place
    begin = instant(day) - 12 * HOUR_US
    own = data.draw(periods(zone, begin))
    now = begin + hour * HOUR_US
    found = horizon(own, now, days)
    assert found.first_open <= day_at(own, now)
    assert found.at <= now - (days - 2) * DAY_US
    for duration in (0, MAX_DURATION_US, MAX_DURATION_US + MAX_PULSE_US):
        (span,) = affected(own, [(found.at - 1, duration)])
        assert max(days_within(own, span)) < found.first_open
    opens = pieces(own, found.first_open)
    assert opens[0].start >= found.at + MAX_DURATION_US + MAX_PULSE_US


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_a_journey_around_the_world_does_not_close_the_day_one_lives_in(zone: str) -> None:
    for hour in range(48):
        now = NOON + hour * HOUR_US
        first_open = horizon([Period()], now, FEWEST_DAYS).first_open
        assert first_open < day_at([Period(zone=zone)], now)
