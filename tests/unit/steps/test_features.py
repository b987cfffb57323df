from datetime import date, timedelta
from math import isfinite

from hypothesis import given
from hypothesis import strategies as st

from pipeline.steps.features import History, definitions, features, streak
from pipeline.steps.user_day import UserDay

TODAY = date(2026, 3, 30)


def user_day(day: date, active_s: float = 3600.0, **fields: object) -> UserDay:
    """A day of one session at nine."""
    given: dict[str, object] = {
        "date": day, "length_s": 86400.0, "active_s": active_s, "focus_s": 0.0, "deep_s": 0.0,
        "tracked_s": 0.0, "meeting_s": 0.0, "opening_meeting_s": 0.0, "night_s": 0.0, "sessions": 1,
        "session_median_s": active_s, "longest_session_s": active_s, "switches": 0,
        "first_hour": 9.0, "last_hour": 9.0 + active_s / 3600,
        "by_wall_hour": (*(0.0,) * 9, active_s, *(0.0,) * 14), "by_category": {"coding": active_s},
        "by_project": {"p": active_s}, "tasks_created": 0, "tasks_done": 0, "tasks_planned": 0,
        "planned_s": 0.0, "estimate_log_error": None,
    }  # fmt: skip
    return UserDay(**{**given, **fields})  # type: ignore[arg-type]


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def of(*days: UserDay) -> dict[str, float | None]:
    return features(History(TODAY, days, days[0].date, days[-1].date))


def test_nobody_knows_anything_of_no_days_and_nothing_is_invented() -> None:
    found = features(History(TODAY, (), None, None))
    assert found["active_days_28"] == 0.0
    unknown = {
        "recency_days",
        "focus_share_28",
        "regularity_90",
        "completion_rate_28",
        "first_hour_28",
    }
    assert all(found[name] is None for name in unknown)


def test_every_value_is_documented_and_in_the_order_of_the_documentation() -> None:
    assert list(of(user_day(TODAY))) == [feature.name for feature in definitions()]


def test_a_window_holds_today_and_the_days_before_it() -> None:
    found = of(user_day(ago(28)), user_day(ago(27)), user_day(TODAY))
    assert (found["active_days_28"], found["active_days_90"]) == (2, 3)


def test_recency_tenure_and_trend() -> None:
    found = of(user_day(ago(80), 1800.0), user_day(ago(3)))
    assert (found["recency_days"], found["tenure_days"]) == (3, 80)
    assert found["active_trend"] == 3600 / 2700


def test_a_streak_lives_until_the_end_of_today() -> None:
    days = [user_day(ago(n)) for n in (4, 2, 1)]
    assert streak(days, TODAY) == 2
    assert streak([*days, user_day(TODAY)], TODAY) == 3
    assert streak(days[:1], TODAY) == 0


def test_a_streak_is_of_the_window_that_it_is_documented_with() -> None:
    (streak_days,) = [feature for feature in definitions() if feature.name == "streak_days"]
    found = of(*(user_day(ago(n)) for n in range(120, -1, -1)))
    assert found["streak_days"] == streak_days.window_days == 90


def test_shares_are_of_the_active_time() -> None:
    found = of(
        user_day(ago(2), 7200.0, focus_s=3600.0, switches=6), user_day(ago(1), night_s=1800.0)
    )
    assert found["focus_share_28"] == 3600 / 10800
    assert found["night_share_28"] == 1800 / 10800
    assert found["switch_rate_28"] == 2
    assert found["weekend_share_28"] == 1, "the days before a Monday"


def test_days_that_begin_alike_are_regular_and_around_the_clock_they_are_not() -> None:
    alike = of(*(user_day(ago(n), first_hour=9.0) for n in (3, 2, 1)))["regularity_28"]
    apart = of(*(user_day(ago(n), first_hour=8.0 * n) for n in (3, 2, 1)))["regularity_28"]
    assert alike is not None
    assert apart is not None
    assert alike > 0.999
    assert apart < 0.001


def test_two_projects_of_equal_time_are_two_and_time_of_none_does_not_count() -> None:
    found = of(user_day(TODAY, by_project={"a": 60.0, "b": 60.0, "": 600.0}))[
        "project_diversity_28"
    ]
    assert found is not None
    assert abs(found - 2) < 1e-9


_DAYS = st.lists(
    st.builds(
        user_day,
        st.integers(0, 100).map(ago),
        st.floats(0, 86400),
        first_hour=st.none() | st.floats(0, 30),
        estimate_log_error=st.none() | st.floats(-5, 5),
        tasks_done=st.integers(0, 9),
    ),
    max_size=20,
    unique_by=lambda day: day.date,
)


@given(_DAYS)
def test_a_value_is_a_finite_number_or_is_not_known(days: list[UserDay]) -> None:
    days = sorted(days, key=lambda day: day.date)
    bounds = (days[0].date, days[-1].date) if days else (None, None)
    for value in features(History(TODAY, days, *bounds)).values():
        assert value is None or isfinite(value)
