"""Fits of segments replayed in time order: kinds that were planted stay, noise has none."""

import random
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from threadpoolctl import threadpool_limits

from pipeline.steps.evaluation.history import History
from pipeline.steps.learnt.refits import Refits, Segments
from pipeline.steps.user_day import UserDay
from tests.unit.steps.test_features import user_day

FIRST = date(2025, 9, 1)
HOUR = 3600.0
EVERY = timedelta(days=28)

Spend = Callable[[random.Random, date], UserDay]


@pytest.fixture(autouse=True)
def one_core() -> Iterator[None]:
    with threadpool_limits(1):
        yield


def of_two_kinds(chance: random.Random, day: date) -> UserDay:
    """Deep, or in meetings; a coin says which."""
    return deep(chance, day) if chance.random() < 0.5 else in_meetings(chance, day)


#: What of the time goes into focus, deep work and meetings; changes of category; hours of use, of
#: a session, and when it begins.
Kind = tuple[float, float, float, float, float, float, float]
DEEP: Kind = (0.7, 0.5, 0.05, 12, 6.0, 1.5, 8.0)
IN_MEETINGS: Kind = (0.2, 0.1, 0.5, 40, 5.0, 0.4, 10.0)


def deep(chance: random.Random, day: date) -> UserDay:
    return _of_kind(DEEP, chance, day)


def in_meetings(chance: random.Random, day: date) -> UserDay:
    return _of_kind(IN_MEETINGS, chance, day)


def _of_kind(kind: Kind, chance: random.Random, day: date) -> UserDay:
    focus, deep, meetings, switches, hours, session, begin = (
        value * chance.gauss(1, 0.1) for value in kind
    )
    active = hours * HOUR
    return user_day(
        day, active, focus_s=active * focus, deep_s=active * deep, meeting_s=active * meetings,
        night_s=active * 0.02 * chance.gauss(1, 0.1), switches=round(switches),
        session_median_s=session * HOUR, first_hour=begin,
    )  # fmt: skip


def of_one_kind(chance: random.Random, day: date) -> UserDay:
    active = chance.lognormvariate(10, 0.3)
    return user_day(
        day, active, focus_s=active * chance.betavariate(5, 5),
        deep_s=active * chance.betavariate(3, 7), meeting_s=active * chance.betavariate(3, 7),
        night_s=active * chance.betavariate(2, 20), switches=round(chance.lognormvariate(3, 0.4)),
        session_median_s=chance.lognormvariate(8, 0.4), first_hour=chance.gauss(9, 1),
    )  # fmt: skip


def lived(spend: Spend, days: int, seed: int = 1, person: str = "ada") -> History:
    chance = random.Random(seed)
    dates = [FIRST + timedelta(days=number) for number in range(days)]
    return History(person, [], [], [], [spend(chance, day) for day in dates if day.weekday() < 5])


def days_of(history: History) -> Refits:
    section = Segments(EVERY, least_people=200)
    section.add(history)
    (found,) = section.found().user_days
    return found


def test_planted_kinds_of_days_are_found_at_each_fit_and_keep_their_names() -> None:
    found = days_of(lived(of_two_kinds, 200))
    assert found.state is None
    assert len(found.fits) >= 5
    assert found.accepted == len(found.fits), [one.reason for one in found.fits]
    assert {one.segments for one in found.fits} == {2}
    assert found.fits[0].relabelled is None, "none was before"
    assert found.relabelled is not None
    assert found.relabelled < 0.05
    assert found.stability is not None
    assert found.null_stability is not None
    assert found.stability > found.null_stability


def test_of_noise_no_fit_is_accepted_and_each_says_why() -> None:
    found = days_of(lived(of_one_kind, 200))
    assert found.fits
    assert found.accepted == 0
    assert all(one.reason and one.segments is None for one in found.fits)
    assert (found.stability, found.relabelled) == (None, None)


def test_a_fit_knows_nothing_that_came_after_it() -> None:
    whole = lived(of_two_kinds, 200)
    known = days_of(whole._replace(days=[day for day in whole.days if day.date < date(2026, 1, 5)]))
    assert known.fits
    assert list(known.fits) == list(days_of(whole).fits[: len(known.fits)])


@pytest.mark.parametrize(
    ("days", "weeks"), [(0, 0), (1, 1), (40, 6)], ids=["none", "one", "six weeks"]
)
def test_too_little_history_is_a_state_in_words(days: int, weeks: int) -> None:
    found = days_of(lived(of_two_kinds, days))
    assert found.state == f"not enough history: {weeks} of 8 active weeks"
    assert not found.fits


def test_kinds_of_people_are_found_from_enough_of_them_on() -> None:
    people = [
        lived(deep if number % 2 else in_meetings, 45, seed=number, person=str(number))
        for number in range(100)
    ]
    enough, few = Segments(EVERY, least_people=100), Segments(EVERY, least_people=101)
    for one in people:
        enough.add(one)
        few.add(one)
    found = enough.found().users
    assert found.state is None
    accepted = [one for one in found.fits if one.segments is not None]
    assert accepted, [one.reason for one in found.fits]
    assert {one.segments for one in accepted} == {2}
    assert all((one.relabelled or 0.0) <= 0.1 for one in accepted)
    assert few.found().users.state == "not enough people: 100 of 101"
