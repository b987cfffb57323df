from datetime import date, timedelta

import pytest

from pipeline.steps.day_types import DAY_TYPES, day_types
from pipeline.steps.features import History, features, is_active
from pipeline.steps.segments import Member, catalogue, memberships
from pipeline.steps.user_day import UserDay
from tests.unit.steps.test_features import TODAY, ago, user_day


def typed(day: UserDay, *before: UserDay) -> str:
    return day_types([*before, day], since=day.date)[day.date].type


HOURS = 3600.0


@pytest.mark.parametrize(
    ("day", "type"),
    [
        (user_day(TODAY, 599.0), "off"),
        (user_day(TODAY, 0.0, tracked_s=3 * HOURS), "regular"),
        (user_day(TODAY, 8 * HOURS, night_s=2 * HOURS), "late"),
        (user_day(TODAY, 8 * HOURS, meeting_s=4 * HOURS), "meetings"),
        (user_day(TODAY, 5 * HOURS, focus_s=3 * HOURS, deep_s=2 * HOURS), "deep"),
        (user_day(TODAY, 5 * HOURS, switches=60), "fragmented"),
        (user_day(TODAY, 1 * HOURS), "short"),
        (user_day(TODAY, 5 * HOURS), "regular"),
    ],
)
def test_the_first_rule_that_fits_names_a_day(day: UserDay, type: str) -> None:
    assert typed(day) == type


def test_short_is_half_of_what_the_person_usually_does_once_that_is_known() -> None:
    usual = [user_day(ago(n), 1.5 * HOURS) for n in range(12, 0, -1)]
    assert typed(user_day(TODAY, 1 * HOURS), *usual) == "regular"
    assert typed(user_day(TODAY, 0.5 * HOURS), *usual) == "short"


def test_what_a_day_is_depends_on_no_day_after_it() -> None:
    days = [user_day(ago(n), (n % 5 + 0.2) * HOURS) for n in range(60, -1, -1)]
    whole = day_types(days, since=days[0].date)
    for number in range(0, 61, 7):
        assert day_types(days[: number + 1], since=days[number].date).items() <= whole.items()


def held(*days: UserDay, as_of: date = TODAY) -> dict[str, Member]:
    active = [day.date for day in days if is_active(day)]
    bounds = (active[0], active[-1]) if active else (None, None)
    values = features(History(as_of, days, *bounds))
    types = {day: one.type for day, one in day_types(days, since=date.min).items()}
    return memberships(values, days, types, as_of)


def every(step: int, since: int, until: int = 0) -> list[UserDay]:
    return [user_day(ago(n), 5 * HOURS) for n in range(since, until - 1, -step)]


@pytest.mark.parametrize(
    ("days", "slug"),
    [
        (every(1, 10), "new"),
        (every(2, 80), "steady"),
        (every(10, 80), "irregular"),
        (every(1, 80, until=14), "away"),
        ([*every(1, 80, until=30), *every(1, 5)], "back"),
    ],
)
def test_where_a_person_stands_is_told_by_their_active_days(days: list[UserDay], slug: str) -> None:
    assert held(*days)["lifecycle"].slug == slug


def test_who_never_did_anything_is_in_no_segment() -> None:
    assert held() == {}
    assert held(user_day(TODAY, 10.0)) == {}


def test_a_pattern_is_what_two_fifths_of_eight_active_days_are() -> None:
    deep = [
        user_day(ago(n), 4 * HOURS, focus_s=3 * HOURS, deep_s=3 * HOURS) for n in range(7, 3, -1)
    ]
    rest = [user_day(ago(n), 4 * HOURS, meeting_s=3 * HOURS) for n in range(3, 1, -1)]
    assert "pattern" not in held(*deep, *rest)
    more = [user_day(ago(n), 4 * HOURS, night_s=3 * HOURS) for n in range(1, -1, -1)]
    found = held(*deep, *rest, *more)["pattern"]
    assert (found.slug, found.score) == ("mostly-deep", 0.5)
    assert found.reason == "4 of 8 active days in 28 are of this type"


def test_every_segment_that_can_hold_is_in_the_catalogue_once() -> None:
    slugs = [segment.slug for segment in catalogue()]
    assert len(slugs) == len(set(slugs))
    assert {f"day-{one}" for one in DAY_TYPES} <= set(slugs)
    assert {f"mostly-{one}" for one in DAY_TYPES if one != "off"} | {"mixed"} <= set(slugs)


def test_time_alone_leads_from_steady_to_away() -> None:
    days = every(1, 80)
    later = [TODAY + timedelta(days=n) for n in (0, 13, 14, 30)]
    slugs = [held(*days, as_of=day)["lifecycle"].slug for day in later]
    assert slugs == ["steady", "irregular", "away", "away"]
