"""A day is a function of the set of events: the steps against the naive reference."""

from datetime import date
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.events import UsageEvent
from pipeline.steps.affected import affected, days_within
from pipeline.steps.days import Period, Piece, elapsed_hours
from pipeline.steps.derive import derive
from pipeline.steps.identity import unique
from pipeline.steps.rollup import Day, roll_up
from pipeline.steps.sessionize import segments
from pipeline.steps.terms import DEFAULT_TERMS, Terms
from tests.people import NO_CHOICES, Choices, choices, lives, usages
from tests.reference import reference


def days_of(
    events: list[UsageEvent], periods: tuple[Period, ...], terms: Terms = DEFAULT_TERMS
) -> dict[date, Day]:
    span = Piece(min(e.time for e in events), max(e.time + e.duration for e in events) + 1)
    days = days_within(periods, span)
    hours = [hour for day in days for hour in elapsed_hours(periods, day)]
    read = terms.read(usages(unique(events)[0]))
    derived, _ = derive(read, periods, sorted(hours), priorities=terms.priorities)
    rows = {day: roll_up(day, periods, derived) for day in days}
    return {day: row for day, row in rows.items() if row}


def comparable(row: Day) -> dict[str, Any]:
    totals = row.totals._asdict()
    return {name: totals[name] for name in totals if name not in SETTINGS}


SETTINGS = ("time_zone", "day_start_min", "timeout_us", "tzdata")


@settings(deadline=None, max_examples=150)
@given(lives(), st.one_of(st.just(NO_CHOICES), choices()))
def test_days_equal_the_reference(
    life: tuple[tuple[Period, ...], list[UsageEvent]], chosen: Choices
) -> None:
    periods, events = life
    derived = days_of(events, periods, chosen.terms())
    expected = reference(events, periods, chosen)
    assert {day: comparable(row) for day, row in derived.items()} == expected


@settings(deadline=None)
@given(lives(), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(
    life: tuple[tuple[Period, ...], list[UsageEvent]], randomness: Any
) -> None:
    periods, events = life
    shuffled = events * 2
    randomness.shuffle(shuffled)
    assert days_of(shuffled, periods) == days_of(events, periods)


@settings(deadline=None)
@given(lives())
def test_every_sum_agrees_to_the_microsecond(
    life: tuple[tuple[Period, ...], list[UsageEvent]],
) -> None:
    periods, events = life
    for totals, intervals in days_of(events, periods).values():
        assert totals.active_us == sum(interval.active_us for interval in intervals)
        assert totals.active_us == sum(active for _, active in totals.by_hour)
        assert totals.active_us == sum(totals.by_category.values())
        assert totals.active_us == sum(totals.by_project.values())
        assert totals.events == sum(interval.events for interval in intervals)
        assert max(totals.by_device.values()) <= totals.active_us <= totals.length_us
        assert totals.active_us <= sum(totals.by_device.values())
        assert totals.focus_us <= totals.active_us
    used = [event for event in unique(events)[0] if event.type != "usage.presence"]
    assert len(used) == sum(day.totals.events for day in days_of(events, periods).values())


@settings(deadline=None)
@given(lives())
def test_days_add_up_to_the_union_of_all_segments(
    life: tuple[tuple[Period, ...], list[UsageEvent]],
) -> None:
    periods, events = life
    events = [event for event in events if event.type != "usage.presence"]
    assume(events)
    total, reached = 0, 0
    for event, end in segments(usages(unique(events)[0]), periods):
        total += max(0, end - max(reached, event.time))
        reached = max(reached, end)
    assert total == sum(day.totals.active_us for day in days_of(events, periods).values())


@settings(deadline=None)
@given(lives())
def test_an_event_changes_only_the_days_it_affects(
    life: tuple[tuple[Period, ...], list[UsageEvent]],
) -> None:
    periods, events = life
    *before, last = unique(events)[0]
    if not before:
        return
    old, new = days_of(before, periods), days_of([*before, last], periods)
    changed = {day for day in {*old, *new} if old.get(day) != new.get(day)}
    (span,) = affected(periods, [(last.time, last.duration + last.pulse)])
    assert changed <= days_within(periods, span)
