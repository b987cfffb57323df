"""What repeats comes when RFC 5545 says, on the clock on the wall, and ends when it says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile

import pytest
from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.steps.repeats import Dates, Mode, Repeat, check_repeat, next_task
from pipeline.steps.rule_parts import BadRule, parts_of, text_of
from pipeline.steps.wall_clock import as_instant, on_wall

ZONES = ("Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC", "Asia/Kathmandu")
THURSDAY = datetime.combine(date(2026, 11, 26), time(9))
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

zones = st.sampled_from(ZONES)
# The clocks change in these hours.
times = st.builds(time, st.sampled_from([0, 1, 2, 3, 9, 23]), st.sampled_from([0, 15, 30, 59]))
# Sao Paulo changed its clocks at midnight until 2019.
starts = st.builds(
    datetime.combine, st.dates(date(1996, 1, 1), date(2030, 12, 31)), times
)  # fmt: skip


def numbers(lowest: int, highest: int) -> st.SearchStrategy[str]:
    one = st.integers(lowest, highest).filter(bool).map(str)
    return st.lists(one, min_size=1, max_size=3, unique=True).map(",".join)


weekdays = st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=4, unique=True).map(",".join)
ordinals = st.builds(
    "{}{}".format, st.sampled_from(["1", "2", "-1", "+3"]), st.sampled_from(WEEKDAYS)
)

#: Of each frequency, what may stand beside it.
BESIDE: dict[str, dict[str, st.SearchStrategy[str]]] = {
    "DAILY": {"BYDAY": weekdays, "BYMONTH": numbers(1, 12), "BYMONTHDAY": numbers(-31, 31)},
    "WEEKLY": {"BYDAY": weekdays, "BYMONTH": numbers(1, 12), "WKST": st.sampled_from(WEEKDAYS)},
    "MONTHLY": {
        "BYDAY": weekdays | ordinals, "BYMONTH": numbers(1, 12), "BYMONTHDAY": numbers(-31, 31),
    },
    "YEARLY": {
        "BYDAY": weekdays, "BYMONTH": numbers(1, 12), "BYMONTHDAY": numbers(-31, 31),
        "BYYEARDAY": numbers(-366, 366), "BYWEEKNO": numbers(-53, 53),
    },
}  # fmt: skip


@st.composite
def rules(draw: st.DrawFn) -> str:
    frequency = draw(st.sampled_from(sorted(BESIDE)))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.integers(1, 4)))}
    beside = BESIDE[frequency]
    for name in draw(st.lists(st.sampled_from(sorted(beside)), max_size=2, unique=True)):
        parts[name] = draw(beside[name])
    if frequency in ("MONTHLY", "YEARLY") and "BYDAY" in parts and draw(st.booleans()):
        parts["BYSETPOS"] = draw(numbers(-3, 3))
    return text_of(parts)


def check(rule: str, start: datetime = THURSDAY) -> None:
    check_repeat(Dates(due_on=start.date()), Repeat(rule, "schedule", None, "UTC"))


def series(rule: str, start: datetime, zone: str, mode: Mode = "schedule") -> Iterator[datetime]:
    """When each task of the series is due that is done when it is due, the first one left out."""
    dates = Dates(due_at=as_instant(start, zone))
    while True:
        assert dates.due_at is not None
        today = on_wall(dates.due_at, zone).date()
        found = next_task(dates, Repeat(rule, mode, start.time(), zone), dates.due_at, today)
        if found is None:
            return
        dates, rule = found
        assert dates.due_at is not None
        yield dates.due_at


def expanded(rule: str, start: datetime) -> Iterator[datetime]:
    """What dateutil makes of it after the start, as long as tasks may be due."""
    try:
        check(rule, start)
    except BadRule:
        assume(False)
    found = iter(rrulestr(rule, dtstart=start))
    return (at for at in takewhile(lambda at: at.year < 2200, found) if at > start)


@given(rules(), starts, zones)
def test_a_series_is_what_dateutil_expands_on_the_wall(
    rule: str, start: datetime, zone: str
) -> None:
    # Each task goes on from the one before, so the series begins with what fits its rule.
    first = next(expanded(rule, start), None)
    assume(first is not None)
    assert first is not None
    expected = [as_instant(at, zone) for at in islice(expanded(rule, first), 6)]
    assert list(islice(series(rule, first, zone), 6)) == expected


@given(rules(), starts, zones, st.integers(1, 6))
def test_a_count_counts_the_whole_series(rule: str, start: datetime, zone: str, count: int) -> None:
    first = next(expanded(rule, start), None)
    assume(first is not None)
    assert first is not None
    expected = list(islice(expanded(rule, first), count - 1))
    assume(len(expected) == count - 1)
    found = list(islice(series(f"{rule};COUNT={count}", first, zone), 10))
    assert found == [as_instant(at, zone) for at in expected]


@given(rules(), starts, zones, st.integers(0, 5))
def test_nothing_comes_after_until(rule: str, start: datetime, zone: str, number: int) -> None:
    first = next(expanded(rule, start), None)
    assume(first is not None)
    assert first is not None
    expected = list(islice(expanded(rule, first), number))
    last = expected[-1] if expected else first
    found = islice(series(f"{rule};UNTIL={last:%Y%m%dT%H%M%S}", first, zone), 10)
    assert list(found) == [as_instant(at, zone) for at in expected]


@given(rules(), starts, zones, st.timedeltas(timedelta(0), timedelta(days=900)))
def test_what_was_missed_is_not_made_up_for(
    rule: str, start: datetime, zone: str, late: timedelta
) -> None:
    times = expanded(rule, start)
    due, now = as_instant(start, zone), as_instant(start, zone) + late
    passed = on_wall(now, zone)
    expected = next((at for at in times if at > passed), None)
    repeat = Repeat(rule, "schedule", start.time(), zone)
    found = next_task(Dates(due_at=due), repeat, now, passed.date())
    assert (found and found.dates.due_at) == (expected and as_instant(expected, zone))


def nexts(rule: str, dates: Dates, done: str, mode: Mode = "schedule") -> Dates | None:
    """The dates after a task was done at that time in Berlin."""
    now = as_instant(datetime.fromisoformat(done), "Europe/Berlin")
    at = on_wall(dates.due_at, "Europe/Berlin").time() if dates.due_at else None
    repeat = Repeat(rule, mode, at, "Europe/Berlin")
    found = next_task(dates, repeat, now, datetime.fromisoformat(done).date())
    return found.dates if found else None


def test_nine_stays_nine_when_the_clocks_change() -> None:
    due = Dates(due_at=datetime(2026, 3, 28, 8, tzinfo=UTC))
    found = nexts("FREQ=DAILY", due, "2026-03-28T09:00")
    assert found == Dates(due_at=datetime(2026, 3, 29, 7, tzinfo=UTC))


def test_a_time_that_is_skipped_is_later_that_day_and_itself_again_on_the_next() -> None:
    start = datetime.combine(date(2026, 3, 28), time(2, 30))
    found = [
        on_wall(at, "Europe/Berlin") for at in islice(series("FREQ=DAILY", start, ZONES[0]), 2)
    ]
    assert [f"{at:%d %H:%M}" for at in found] == ["29 03:30", "30 02:30"]


def test_days_are_days() -> None:
    found = nexts("FREQ=WEEKLY", Dates(due_on=date(2026, 3, 28)), "2026-03-28T23:59")
    assert found == Dates(due_on=date(2026, 4, 4))


def test_what_is_done_early_or_late_on_its_day_comes_again_as_planned() -> None:
    due = Dates(due_on=date(2026, 11, 26))
    for done in ("2026-11-20T09:00", "2026-11-26T09:00"):
        assert nexts("FREQ=DAILY;INTERVAL=3", due, done) == Dates(due_on=date(2026, 11, 29))
    late = nexts("FREQ=DAILY;INTERVAL=3", due, "2026-12-02T09:00")
    assert late == Dates(due_on=date(2026, 12, 5))


def test_a_time_that_is_still_ahead_today_is_the_next_one() -> None:
    due = Dates(due_at=datetime(2026, 11, 20, 17, tzinfo=UTC))
    found = nexts("FREQ=DAILY", due, "2026-11-26T08:00")
    assert found == Dates(due_at=datetime(2026, 11, 26, 17, tzinfo=UTC))


def test_the_day_is_the_persons_that_may_last_until_the_small_hours() -> None:
    now = datetime(2026, 11, 27, 1, tzinfo=UTC)
    repeat = Repeat("FREQ=DAILY", "schedule", None, "UTC")
    found = next_task(Dates(due_on=date(2026, 11, 26)), repeat, now, date(2026, 11, 26))
    assert found is not None
    assert found.dates.due_on == date(2026, 11, 27)


def test_by_completion_it_counts_from_the_day_it_was_done() -> None:
    due = Dates(due_on=date(2026, 11, 1))
    found = nexts("FREQ=DAILY;INTERVAL=3", due, "2026-11-26T09:00", "completion")
    assert found == Dates(due_on=date(2026, 11, 29))
    timed = Dates(due_at=datetime(2026, 11, 1, 8, tzinfo=UTC))
    found = nexts("FREQ=WEEKLY;BYDAY=MO", timed, "2026-11-26T23:00", "completion")
    assert found == Dates(due_at=datetime(2026, 11, 30, 8, tzinfo=UTC))


def test_other_dates_move_along_on_the_wall() -> None:
    dates = Dates(
        due_on=date(2026, 3, 28),
        planned_on=date(2026, 3, 27),
        deadline=datetime(2026, 3, 28, 11, tzinfo=UTC),
        wait_until=datetime(2026, 3, 26, 8, tzinfo=UTC),
    )
    assert nexts("FREQ=DAILY;INTERVAL=2", dates, "2026-03-28T09:00") == Dates(
        due_on=date(2026, 3, 30),
        planned_on=date(2026, 3, 29),
        deadline=datetime(2026, 3, 30, 10, tzinfo=UTC),
        wait_until=datetime(2026, 3, 28, 8, tzinfo=UTC),
    )


def test_places_in_a_week_are_counted_from_its_first_day() -> None:
    start = datetime.combine(date(2026, 11, 25), time(9))
    rule = "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2"
    found = [at.date() for at in islice(series(rule, start, "UTC"), 2)]
    assert found == [date(2026, 12, 2), date(2026, 12, 9)]


def test_a_series_ends_where_no_task_is_due_any_more() -> None:
    start = datetime.combine(date(2150, 1, 1), time(9))
    assert len(list(series("FREQ=YEARLY;INTERVAL=20", start, "UTC"))) == 2


def test_until_in_utc_is_an_instant() -> None:
    for until, count in (("20261127T080000Z", 1), ("20261127T075959Z", 0), ("20261127", 1)):
        assert len(list(series(f"FREQ=DAILY;UNTIL={until}", THURSDAY, "Europe/Berlin"))) == count


@pytest.mark.parametrize(
    "rule",
    [
        "", ";", "=", "daily", "FREQ", "FREQ=", "FREQ=FORTNIGHTLY", "INTERVAL=2",
        "FREQ=HOURLY", "FREQ=MINUTELY", "FREQ=SECONDLY", "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=1_0",
        "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=9999999", "FREQ=DAILY;COUNT=\u0661",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101", "FREQ=DAILY;UNTIL=20270230", "FREQ=DAILY;UNTIL=x",
        "FREQ=DAILY;UNTIL=00000101T000000Z", "FREQ=DAILY;BYHOUR=9", "FREQ=DAILY;BYMINUTE=1",
        "FREQ=YEARLY;BYEASTER=0", "FREQ=DAILY;DTSTART=20260101", "FREQ=DAILY;TZID=UTC",
        "FREQ=DAILY\nDTSTART:20200101T000000", "DTSTART:20200101T000000\nRRULE:FREQ=DAILY",
        "FREQ=DAILY;BYDAY=MO\nDTSTART:20200101T000000", "FREQ=DAILY\nEXDATE:20261128T090000",
        "FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=54MO", "FREQ=WEEKLY;WKST=1", "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=YEARLY;BYMONTH=13", "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=YEARLY;BYYEARDAY=367", "FREQ=MONTHLY;BYSETPOS=1", "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYYEARDAY=1", "FREQ=MONTHLY;BYWEEKNO=1", "FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO",
    ],
)  # fmt: skip
def test_what_is_no_rule_by_the_day_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        check(rule)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=WEEKLY;BYDAY=MO;BYSETPOS=9",
        "FREQ=YEARLY;BYWEEKNO=1;BYMONTH=6", "FREQ=DAILY;BYDAY=MO;BYSETPOS=2",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6", "FREQ=YEARLY;INTERVAL=999999",
        "FREQ=DAILY;INTERVAL=999999", "FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
    ],
)  # fmt: skip
def test_what_never_comes_again_is_refused_soon(rule: str) -> None:
    with pytest.raises(BadRule, match="Never"):
        check(rule)


def test_a_day_that_is_rare_is_found() -> None:
    check("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=SU")
    for year in (1970, 1999, 2000, 2199):
        check("FREQ=YEARLY", datetime.combine(date(year, 12, 31), time()))


def test_what_repeats_has_a_day_to_count_from() -> None:
    with pytest.raises(BadRule, match="day"):
        check_repeat(Dates(), Repeat("FREQ=DAILY", "schedule", None, "UTC"))


def test_a_rule_is_read_whatever_its_case_and_name() -> None:
    assert text_of(parts_of(" rrule:freq=weekly;byday=mo,we ")) == "FREQ=WEEKLY;BYDAY=MO,WE"


@given(st.text(max_size=60) | rules().map(lambda rule: rule.replace("=", "=-")))
def test_any_text_is_a_rule_or_refused(text: str) -> None:
    try:
        parts = parts_of(text)
    except BadRule:
        return
    assert parts_of(text_of(parts)) == parts


@given(rules(), starts, zones)
def test_a_series_goes_on_and_never_back(rule: str, start: datetime, zone: str) -> None:
    found = list(islice(series(rule, start, zone), 4))
    assert all(before < after for before, after in pairwise([as_instant(start, zone), *found]))
