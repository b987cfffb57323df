"""When a running timer is held to be forgotten."""

from datetime import UTC, datetime, timedelta

from pipeline.steps.forgotten import Idle, idle

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIMITS = {"patience": HOUR, "longest": 12 * HOUR}


def test_a_timer_without_activity_for_too_long_was_forgotten() -> None:
    seen = NOON - 2 * HOUR
    assert idle(NOON - 3 * HOUR, seen, NOON, **LIMITS) == Idle(2 * HOUR, forgotten=True)
    assert idle(NOON - 3 * HOUR, seen, NOON - HOUR, **LIMITS) == Idle(HOUR, forgotten=False)


def test_what_was_before_the_timer_does_not_make_it_idle() -> None:
    seen = NOON - 9 * HOUR
    assert idle(NOON - HOUR / 2, seen, NOON, **LIMITS) == Idle(HOUR / 2, forgotten=False)


def test_activity_ahead_of_the_clock_is_no_idle_time() -> None:
    assert idle(NOON - HOUR, NOON + HOUR, NOON, **LIMITS) == Idle(0 * HOUR, forgotten=False)


def test_who_sends_nothing_is_told_of_a_timer_that_runs_for_ever() -> None:
    assert not idle(NOON - 12 * HOUR, None, NOON, **LIMITS).forgotten
    assert idle(NOON - 13 * HOUR, None, NOON, **LIMITS).forgotten
