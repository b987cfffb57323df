"""Days tile time in every zone, through every change of its clocks."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from pipeline.steps.affected import days_within
from pipeline.steps.days import (
    HOUR_US,
    SECOND_US,
    Period,
    Piece,
    day_at,
    day_bound,
    elapsed_hours,
    pieces,
)
from tests.people import MINUTE_US, instant

BEGIN = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp())
UNTIL = int(datetime(2038, 1, 1, tzinfo=UTC).timestamp())
DAY_S = 86_400
DAY_STARTS = (0, 37, 241, 1439)


def length(zone: str, day: str, day_start_min: int = 0) -> float:
    """Hours of a day."""
    period = Period(zone=zone, day_start_min=day_start_min)
    return sum(end - start for start, end in pieces((period,), date.fromisoformat(day))) / HOUR_US


def distinct_zones() -> list[str]:
    """One name of every set of rules: most names are links."""
    names = {}
    for name in sorted(zoneinfo.available_timezones(), reverse=True):
        names[resources.files("tzdata.zoneinfo").joinpath(*name.split("/")).read_bytes()] = name
    return sorted(names.values())


def offset(zone: ZoneInfo, second: int) -> timedelta | None:
    return datetime.fromtimestamp(second, zone).utcoffset()


@cache
def transitions(name: str) -> list[int]:
    """Every second from 1970 to 2037 at which the clocks of a zone change."""
    zone = ZoneInfo(name)
    offsets = [(second, offset(zone, second)) for second in range(BEGIN, UNTIL, DAY_S)]
    found = []
    for (low, before), (high, after) in pairwise(offsets):
        if after != before:
            while high - low > 1:
                middle = (low + high) // 2
                low, high = (middle, high) if offset(zone, middle) == before else (low, middle)
            found.append(high)
    return found


def wall(zone: ZoneInfo, second: int) -> datetime:
    return datetime.fromtimestamp(second, zone).replace(tzinfo=None)


@pytest.mark.parametrize("name", distinct_zones())
def test_a_day_begins_at_the_first_instant_of_its_date(name: str) -> None:
    zone = ZoneInfo(name)
    changes = transitions(name)
    for change in changes:
        middle = wall(zone, change).date()
        for day_start_min in DAY_STARTS:
            for day in (middle + timedelta(days=n) for n in (-2, -1, 0, 1, 2)):
                begin = datetime.combine(day, time()) + timedelta(minutes=day_start_min)
                bound, odd = divmod(day_bound(name, day_start_min, day), SECOND_US)
                assert odd == 0
                assert wall(zone, bound) >= begin
                latest_walls = [
                    bound - 1,
                    *(c - 1 for c in changes if bound - 4 * DAY_S < c <= bound),
                ]
                assert all(wall(zone, second) < begin for second in latest_walls)


@pytest.mark.parametrize("name", distinct_zones())
def test_days_tile_time_without_gap_or_overlap(name: str) -> None:
    for change in transitions(name):
        for day_start_min in DAY_STARTS:
            periods = (Period(zone=name, day_start_min=day_start_min),)
            days = sorted(
                days_within(
                    periods, Piece((change - DAY_S) * SECOND_US, (change + DAY_S) * SECOND_US)
                )
            )
            tiles = [(day, piece) for day in days for piece in pieces(periods, day)]
            for (_, before), (_, after) in pairwise(tiles):
                assert before.end == after.start
            for day, piece in tiles:
                assert day_at(periods, piece.start) == day
                assert day_at(periods, piece.end - 1) == day


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-07-01", 24),
        ("America/Sao_Paulo", "2018-11-04", 23),
        ("Africa/Cairo", "2026-04-24", 23),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-30", 0),
        ("Pacific/Apia", "2011-12-31", 24),
        ("Asia/Kathmandu", "2026-03-29", 24),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(zone: str, day: str, hours: float) -> None:
    assert length(zone, day) == hours


def test_a_day_whose_midnight_does_not_exist_begins_when_the_clock_jumps() -> None:
    assert day_bound("America/Sao_Paulo", 0, date(2018, 11, 4)) == instant("2018-11-04T03:00")
    assert day_bound("America/Sao_Paulo", 30, date(2018, 11, 4)) == instant("2018-11-04T03:00")
    assert day_bound("America/Sao_Paulo", 90, date(2018, 11, 4)) == instant("2018-11-04T03:30")


def test_an_hour_that_comes_twice_belongs_to_the_day_that_had_begun() -> None:
    # St. John's put its clocks back at 00:01: a minute of Sunday, then 59 of Saturday again.
    periods = (Period(zone="America/St_Johns"),)
    assert day_at(periods, instant("2010-11-07T02:30")) == date(2010, 11, 7)
    assert day_at(periods, instant("2010-11-07T02:31:30")) == date(2010, 11, 7)
    assert length("America/St_Johns", "2010-11-07") == 25


def test_a_quarter_of_an_hour_counts_in_kathmandu() -> None:
    periods = (Period(zone="Asia/Kathmandu"),)
    assert day_at(periods, instant("2026-03-28T18:14:59")) == date(2026, 3, 28)
    assert day_at(periods, instant("2026-03-28T18:15")) == date(2026, 3, 29)


def test_before_the_day_start_it_is_still_yesterday() -> None:
    periods = (Period(zone="Europe/Berlin", day_start_min=4 * 60 + 7),)
    assert day_at(periods, instant("2026-07-02T02:06:59")) == date(2026, 7, 1)
    assert day_at(periods, instant("2026-07-02T02:07")) == date(2026, 7, 2)


def test_the_day_start_is_read_off_the_wall_clock() -> None:
    assert length("Europe/Berlin", "2026-03-28", day_start_min=4 * 60) == 23
    assert length("Europe/Berlin", "2026-03-29", day_start_min=4 * 60) == 24


def test_a_journey_west_resumes_a_day_that_was_over() -> None:
    landing = instant("2026-05-10T03:00")
    periods = (Period(zone="Asia/Tokyo"), Period(start=landing, zone="America/Los_Angeles"))
    assert pieces(periods, date(2026, 5, 9)) == (
        Piece(instant("2026-05-08T15:00"), instant("2026-05-09T15:00")),
        Piece(landing, instant("2026-05-10T07:00")),
    )
    assert pieces(periods, date(2026, 5, 10)) == (
        Piece(instant("2026-05-09T15:00"), landing),
        Piece(instant("2026-05-10T07:00"), instant("2026-05-11T07:00")),
    )


def test_a_journey_east_cuts_a_day_short() -> None:
    landing = instant("2026-05-10T20:00")
    periods = (Period(zone="America/Los_Angeles"), Period(start=landing, zone="Asia/Tokyo"))
    assert pieces(periods, date(2026, 5, 10)) == (Piece(instant("2026-05-10T07:00"), landing),)
    assert pieces(periods, date(2026, 5, 11)) == (Piece(landing, instant("2026-05-11T15:00")),)


def test_a_journey_re_files_no_day_that_was_over() -> None:
    home = (Period(zone="Europe/Berlin"),)
    away = (*home, Period(start=instant("2026-05-10T12:00"), zone="Asia/Tokyo"))
    assert pieces(away, date(2026, 5, 9)) == pieces(home, date(2026, 5, 9))


def test_a_move_within_one_clock_leaves_the_day_whole() -> None:
    periods = (
        Period(zone="Europe/Berlin"),
        Period(start=instant("2026-05-10T12:34:56"), zone="Europe/Paris"),
    )
    assert len(pieces(periods, date(2026, 5, 10))) == 1


def test_the_hours_of_a_day_are_as_many_as_elapse() -> None:
    def hours(zone: str, day: date) -> tuple[Piece, ...]:
        return elapsed_hours((Period(zone=zone),), day)

    assert len(hours("Europe/Berlin", date(2026, 3, 29))) == 23
    assert len(hours("Europe/Berlin", date(2026, 10, 25))) == 25
    *whole, half = hours("Australia/Lord_Howe", date(2026, 4, 5))
    assert len(whole) == 24
    assert half.end - half.start == 30 * MINUTE_US
