"""Insights of people whose days are made up: what was planted is found, and on noise nothing is."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from math import exp
from random import Random

import pytest

from pipeline.steps import insights
from pipeline.steps.findings import LEAST_DAYS, Finding, Pace, Stay, View, find
from pipeline.steps.user_day import UserDay
from tests.unit.steps.test_features import user_day

DETECTORS = insights.discover(insights)
FIRST = date(2025, 9, 1)
_QUARTER = 91

#: Seconds of noise of the nth day.
Noise = Callable[[int, Random], float]


def gaussian(number: int, random: Random) -> float:
    return random.gauss(0, 3600)


def heavy(number: int, random: Random) -> float:
    return 3000 * (exp(random.gauss(0, 0.6)) - 1.2)


def autocorrelated() -> Noise:
    last = [0.0]

    def noise(number: int, random: Random) -> float:
        last[0] = 0.6 * last[0] + random.gauss(0, 2900)
        return last[0]

    return noise


def by_weekday(number: int, random: Random) -> float:
    return (3600 if number % 7 == 1 else -1800) + random.gauss(0, 3600)


def life(
    seed: int,
    days: int = 365,
    noise: Noise = gaussian,
    change: Callable[[int, UserDay], UserDay] = lambda number, day: day,
) -> list[UserDay]:
    """Five days a week of some six hours from nine on, a third of it focus."""
    random, found = Random(seed), []
    for number in range(days):
        day = FIRST + timedelta(days=number)
        if day.isoweekday() > 5:
            continue
        active_s = min(14 * 3600.0, max(900.0, 6 * 3600 + noise(number, random)))
        hours = [0.0] * 24
        for hour in range(9, 17):
            hours[hour] = active_s / 8 * random.uniform(0.7, 1.3)
        one = user_day(
            day,
            active_s,
            focus_s=active_s * random.uniform(0.2, 0.45),
            meeting_s=random.choice((0.0, 1800.0, 3600.0, 5400.0)),
            first_hour=9 + random.uniform(-1, 1),
            by_wall_hour=tuple(hours),
            opening_meeting_s=random.choice((0.0, 600.0)),
            estimate_log_error=random.gauss(0, 0.5) if random.random() < 0.5 else None,
        )
        found.append(change(number, one))
    return found


def view(days: Sequence[UserDay], until: date, types: Mapping[date, str] = {}) -> View:
    since = until - timedelta(days=182)
    return View(until, [day for day in days if since < day.date <= until], types)


def raised(
    days: Sequence[UserDay], types: Mapping[date, str] = {}, last: int = _QUARTER
) -> list[Finding]:
    """What a person is told in the last days of their life, day by day, each thing once."""
    end = days[-1].date
    found: dict[str, Finding] = {}
    for number in range(last - 1, -1, -1):
        for one in find(view(days, end - timedelta(days=number), types), DETECTORS):
            found.setdefault(one.key, one)
    return list(found.values())


def kinds(found: Sequence[Finding]) -> list[str]:
    return sorted(one.kind for one in found)


@pytest.mark.parametrize("noise", [gaussian, heavy, by_weekday, None])
def test_on_noise_there_is_less_than_an_insight_a_quarter(noise: Noise | None) -> None:
    counts = []
    for seed in range(30):
        days = life(seed, noise=noise or autocorrelated())
        random = Random(seed)
        types = {day.date: random.choice(("deep", "regular", "fragmented")) for day in days}
        counts.append(len(raised(days, types)))
    assert sum(counts) / len(counts) < 0.5, counts
    assert sum(count <= 1 for count in counts) >= 27, counts


def test_three_planted_anomalies_are_found_on_their_days_and_tell_by_how_much() -> None:
    planted = {298: 13.5 * 3600.0, 324: 900.0, 345: 13.9 * 3600}

    def change(number: int, day: UserDay) -> UserDay:
        return day._replace(active_s=planted.get(number, day.active_s))

    hits = 0
    for seed in range(10):
        noise: Noise = lambda number, random: random.gauss(0, 1800)  # noqa: E731
        found = raised(life(seed, noise=noise, change=change))
        anomalies = {one.day: one for one in found if one.metric == "active_s"}
        expected = {FIRST + timedelta(days=number): value for number, value in planted.items()}
        hits += len(expected.keys() & anomalies.keys())
        assert set(anomalies) <= set(expected)
        for day, one in anomalies.items():
            assert one.value == expected[day]
            assert abs(one.baseline - 6 * 3600) < 1800
            assert day.isoformat() in one.text
    assert hits >= 28


def test_a_drift_from_a_known_day_on_is_found_with_its_slope() -> None:
    per_week = 720.0

    def change(number: int, day: UserDay) -> UserDay:
        return day._replace(active_s=day.active_s + max(0, number - 280) / 7 * per_week)

    slopes = []
    for seed in range(10):
        noise: Noise = lambda number, random: random.gauss(0, 1800)  # noqa: E731
        found = raised(life(seed, noise=noise, change=change))
        slopes += [one.evidence["slope_s_a_week"] for one in found if one.kind == "trend"]
    assert len(slopes) >= 10
    # At the first tests the drift fills a part of the twelve weeks only.
    assert 0.5 * per_week < max(slopes) < 1.4 * per_week


def test_a_trend_tells_of_its_ends_whatever_the_last_week_was() -> None:
    until = date.fromordinal((FIRST.toordinal() + 364) // 28 * 28)
    begin = (until - FIRST).days - 84

    def change(number: int, day: UserDay) -> UserDay:
        week = (number - begin - 1) // 7
        # The last week is as the first was.
        return day._replace(active_s=4 * 3600.0 + (week * 720 if 0 <= week < 11 else 0))

    (found,) = [
        one
        for one in find(view(life(1, change=change), until), DETECTORS)
        if (one.kind, one.metric) == ("trend", "active_s")
    ]
    assert (found.baseline, found.value) == (4 * 3600 + 720, 4 * 3600 + 9 * 720)


def test_the_best_hours_are_found_and_even_days_have_none() -> None:
    def change(number: int, day: UserDay) -> UserDay:
        hours = list(day.by_wall_hour)
        hours[10] *= 2.2
        hours[11] *= 2.2
        return day._replace(by_wall_hour=tuple(hours))

    for seed in range(5):
        found = [one for one in raised(life(seed, change=change)) if one.kind == "peak_hours"]
        assert {one.key for one in found} == {"peak_hours:10,11"}
        assert "10:00, 11:00" in found[0].text
        # Six hours over eight: without the peaks three quarters of an hour each.
        assert abs(found[0].baseline - 2700) < 180
        assert "peak_hours" not in kinds(raised(life(seed)))


def test_a_bias_of_estimates_is_found_with_an_interval_around_it() -> None:
    def change(number: int, day: UserDay) -> UserDay:
        error = day.estimate_log_error
        return day._replace(estimate_log_error=None if error is None else error + 0.47)

    for seed in range(5):
        found = [one for one in raised(life(seed, change=change)) if one.kind == "estimate_bias"]
        assert found
        low, high = found[0].evidence["interval"]
        assert low < 1.6 < high
        assert "longer" in found[0].text


def test_what_deep_days_have_in_common_is_found_in_plain_numbers() -> None:
    days = life(3)
    random = Random(3)
    types, changed = {}, []
    for day in days:
        is_deep = random.random() < 0.3
        types[day.date] = "deep" if is_deep else "regular"
        free = random.random() < (0.9 if is_deep else 0.3)
        changed.append(day._replace(opening_meeting_s=0.0 if free else 900.0))
    found = [one for one in raised(changed, types) if one.kind == "day_type_pattern"]
    assert {one.metric for one in found} == {"deep free_first_hour"}
    assert "deep days had a first hour free of meetings" in found[0].text
    assert found[0].value > found[0].baseline


def test_a_day_that_begins_at_midnight_begins_early() -> None:
    random = Random(3)
    types, changed = {}, []
    for day in life(3):
        is_deep = random.random() < 0.3
        types[day.date] = "deep" if is_deep else "regular"
        changed.append(day._replace(first_hour=0.0) if is_deep else day)
    found = [one for one in raised(changed, types) if one.kind == "day_type_pattern"]
    assert {one.metric for one in found} == {"deep early"}
    assert all(one.value > one.baseline for one in found)


def test_a_late_correction_takes_an_anomaly_back() -> None:
    day = FIRST + timedelta(days=350)

    def off(number: int, one: UserDay) -> UserDay:
        return one._replace(active_s=13.9 * 3600) if one.date == day else one

    noise: Noise = lambda number, random: random.gauss(0, 1200)  # noqa: E731
    assert "anomaly" in kinds(find(view(life(1, noise=noise, change=off), day), DETECTORS))
    assert find(view(life(1, noise=noise), day), DETECTORS) == []


def test_too_little_history_finds_nothing() -> None:
    days = life(1, days=LEAST_DAYS - 2)
    assert find(view(days, days[-1].date), DETECTORS) == []
    assert find(View(FIRST, []), DETECTORS) == []


def test_a_run_that_is_the_longest_is_told_at_a_milestone() -> None:
    days = [user_day(FIRST + timedelta(days=n)) for n in range(200) if not 40 <= n < 45]
    found = raised(days, last=155)
    assert [(one.value, one.baseline) for one in found if one.kind == "streak"] == [
        (60, 40),
        (100, 40),
    ]


def _pace(value: float, day: date, target: float = 20 * 3600.0) -> Pace:
    first = day - timedelta(days=4)
    past = tuple((1 + n % 5) * 1800.0 for n in range(60))
    return Pace("g", "Write", "active_s", first, first + timedelta(days=6), value, target, past)


def test_a_goal_that_will_hardly_be_reached_is_told_once_and_one_on_pace_is_not() -> None:
    days = life(1)
    day = days[-1].date
    behind = View(day, days, paces=[_pace(8 * 3600.0, day)])
    (found,) = [one for one in find(behind, DETECTORS) if one.kind == "goal"]
    assert found.text.startswith("Write: 8 h 00 min of 20 h 00 min")
    on_pace = View(day, days, paces=[_pace(18 * 3600.0, day)])
    assert "goal" not in kinds(find(on_pace, DETECTORS))
    met = View(day, days, paces=[_pace(20 * 3600.0, day)])
    assert "goal" not in kinds(find(met, DETECTORS))


def test_a_change_of_pattern_is_told_once_it_has_lasted() -> None:
    days = life(1)
    day = days[-1].date
    changed = day - timedelta(days=14)
    stays = [
        Stay("pattern", "mostly-deep", changed - timedelta(days=60), changed),
        Stay("pattern", "mostly-meetings", changed, None),
    ]
    (found,) = [one for one in find(View(day, days, stays=stays), DETECTORS) if one.p is None]
    assert found.text == (
        f"Since {changed.isoformat()} your weeks are mostly meetings; before they were mostly deep"
        " for 60 days."
    )
    short = [stays[0]._replace(entered_on=changed - timedelta(days=20)), stays[1]]
    assert find(View(day, days, stays=short), DETECTORS) == []
