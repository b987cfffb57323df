"""When in the week: hours of the wall clock, also where the clocks change."""

from datetime import date

from pipeline.steps.days import HOUR_US
from pipeline.steps.heat_map import heat_map
from tests.people import instant

BERLIN = "Europe/Berlin"


def test_time_is_added_up_by_weekday_and_hour_of_the_wall_clock() -> None:
    mondays = [date(2026, 11, 16), date(2026, 11, 23)]
    used = [(day, BERLIN, [[instant(f"{day}T08:00"), HOUR_US]]) for day in mondays]
    found = heat_map([*mondays, date(2026, 11, 24)], used)
    assert found.active_us[0] == [0] * 9 + [2 * HOUR_US] + [0] * 14
    assert found.days == [2, 1, 0, 0, 0, 0, 0]


def test_the_hour_that_comes_twice_is_one_of_the_clock() -> None:
    sunday = date(2026, 10, 25)
    hours = [[instant("2026-10-25T00:00"), 1], [instant("2026-10-25T01:00"), 2]]
    found = heat_map([sunday], [(sunday, BERLIN, hours)])
    assert found.active_us[6][2] == 3
    assert sum(map(sum, found.active_us)) == 3
