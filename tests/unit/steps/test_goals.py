"""Goals: periods judged by what was asked for then, and streaks that live until today is over."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.goals import Op, Outcome, Period, Streaks, Target, outcomes, streaks

MONDAY = date(2026, 11, 2)
EVERY_DAY = frozenset(range(1, 8))
WEEKDAYS = frozenset(range(1, 6))


def days(*values: float, first: date = MONDAY) -> dict[date, float]:
    return {first + timedelta(days=number): value for number, value in enumerate(values)}


def asked(
    target: float, op: Op = "at_least", since: date = MONDAY, on: frozenset[int] = EVERY_DAY
) -> Target:
    return Target(since, op, target, on)


def of_days(values: dict[date, float], *targets: Target) -> list[Outcome]:
    return outcomes(values, targets, "day", 1, min(values), max(values))


def test_a_change_does_not_rewrite_the_days_before_it() -> None:
    later = MONDAY + timedelta(days=2)
    some = of_days(days(60, 60, 60, 90), asked(60), asked(90, since=later))
    assert [one.met for one in some] == [True, True, False, True]


def test_before_a_goal_was_made_it_does_not_hold() -> None:
    some = of_days(days(60, 60), asked(60, since=MONDAY + timedelta(days=1)))
    assert [one.target is None for one in some] == [True, False]


def test_a_streak_lives_until_the_day_is_over() -> None:
    some = of_days(days(60, 60, 0), asked(60))
    assert streaks(some, MONDAY + timedelta(days=2)) == Streaks(2, 2)
    assert streaks(some, MONDAY + timedelta(days=3)) == Streaks(0, 2)
    met = of_days(days(60, 60, 60), asked(60))
    assert streaks(met, MONDAY + timedelta(days=2)) == Streaks(3, 3)


def test_a_limit_counts_when_the_day_is_over_and_ends_a_streak_when_it_is_passed() -> None:
    some = of_days(days(10, 10, 10), asked(30, "at_most"))
    assert streaks(some, MONDAY + timedelta(days=2)) == Streaks(2, 2)
    passed = of_days(days(10, 10, 40), asked(30, "at_most"))
    assert streaks(passed, MONDAY + timedelta(days=2)) == Streaks(0, 2)


def test_days_on_which_a_goal_does_not_hold_are_passed_over() -> None:
    week = days(60, 60, 60, 60, 60, 0, 0, 60)
    some = of_days(week, asked(60, on=WEEKDAYS))
    assert streaks(some, max(week)) == Streaks(6, 6)


def test_weeks_and_months_are_whole() -> None:
    values = days(*[10.0] * 70, first=date(2026, 10, 1))
    last = date(2026, 12, 9)
    some = outcomes(values, [asked(70, since=date(2026, 1, 1))], "week", 7, MONDAY, last)
    assert some[0].first == date(2026, 11, 1)
    assert {one.first.isoweekday() for one in some} == {7}
    assert [one.value for one in some] == [70, 70, 70, 70, 70, 40]
    some = outcomes(values, [asked(300)], "month", 1, MONDAY, last)
    assert [(one.first, one.last, one.value) for one in some] == [
        (date(2026, 11, 1), date(2026, 11, 30), 300),
        (date(2026, 12, 1), date(2026, 12, 31), 90),
    ]


def test_seconds_add_up_to_the_microsecond() -> None:
    parts = days(2129.497364, 1187.256901, 283.245735)
    (week,) = outcomes(parts, [asked(3600)], "week", 1, MONDAY, MONDAY)
    assert week.met


targets = st.lists(
    st.builds(
        lambda day, op, target, on: asked(target, op, MONDAY + timedelta(days=day), frozenset(on)),
        st.integers(-3, 25),
        st.sampled_from(["at_least", "at_most"]),
        st.integers(1, 3),
        st.sets(st.integers(1, 7), min_size=1),
    ),
    max_size=4,
    unique_by=lambda target: target.valid_from,
)


@given(st.lists(st.integers(0, 3), min_size=1, max_size=28), targets, st.sampled_from(["day"]))
def test_streaks_are_what_their_words_say(
    values: list[int], some: list[Target], period: Period
) -> None:
    """Told day by day, by brute force."""
    seen = days(*values)
    today = max(seen)
    ordered = sorted(some, key=lambda target: target.valid_from)
    runs, run = [0], 0
    for day, value in seen.items():
        holding = [target for target in ordered if target.valid_from <= day]
        if not holding or day.isoweekday() not in holding[-1].weekdays:
            continue
        at_least = holding[-1].op == "at_least"
        met = value >= holding[-1].target if at_least else value <= holding[-1].target
        if day == today and met is not at_least:
            run = run if at_least or met else 0
        else:
            run = run + 1 if met else 0
        runs.append(run)
    found = outcomes(seen, ordered, period, 1, MONDAY, today)
    assert streaks(found, today) == Streaks(run, max(runs))


@given(
    targets,
    st.sampled_from(["day", "week", "month"]),
    st.integers(1, 7),
    st.integers(-3, 60),
    st.integers(-3, 60),
)
def test_which_days_are_asked_for_changes_nothing_of_a_period(
    some: list[Target], period: Period, week_starts_on: int, one: int, other: int
) -> None:
    seen, ordered = days(*[1.0] * 28), sorted(some, key=lambda target: target.valid_from)
    first, last = (MONDAY + timedelta(days=number) for number in sorted((one, other)))
    asked_for = outcomes(seen, ordered, period, week_starts_on, first, last)
    far = timedelta(days=100)
    whole = outcomes(seen, ordered, period, week_starts_on, first - far, last + far)
    assert asked_for == [each for each in whole if each.last >= first and each.first <= last]
