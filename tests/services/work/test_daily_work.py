"""What days hold of work is a function of the rows, in whatever order one was told of them."""

import math
from collections import defaultdict
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.database import database
from pipeline.steps.days import BEGINNING, Period
from tests.services.work.conftest import Work

pytestmark = pytest.mark.services

HOUR = 60
MINUTE_US = 60_000_000

#: A day of 25 hours, one of 23, one that begins at one o'clock, and half-hour steps.
ZONES = {
    "Europe/Berlin": datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin")),
    "America/Sao_Paulo": datetime(2018, 11, 3, 12, tzinfo=ZoneInfo("America/Sao_Paulo")),
    "Australia/Lord_Howe": datetime(2026, 4, 4, 12, tzinfo=ZoneInfo("Australia/Lord_Howe")),
    "Pacific/Apia": datetime(2011, 12, 29, 12, tzinfo=ZoneInfo("Pacific/Apia")),
}


def noon(zone: str) -> int:
    """Noon before the strange day of the zone, in minutes since 1970."""
    return int(ZONES[zone].timestamp()) // 60


def day_of(minute: int, zone: str, day_start_min: int) -> date:
    """The day of a minute by the wall clock alone."""
    wall = datetime.fromtimestamp(minute * 60, ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(minutes=day_start_min)).date()


class Reference:
    """Counts minute by minute."""

    def __init__(self, zone: str, day_start_min: int) -> None:
        self.zone, self.day_start_min = zone, day_start_min
        self.entries: dict[UUID, tuple[int, int, str, UUID | None]] = {}
        self.tasks: dict[UUID, tuple[int, int | None, date | None, int | None]] = {}

    def days(self) -> dict[date, dict[str, Any]]:
        tracked: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        entries: dict[date, set[UUID]] = defaultdict(set)
        for id, (start, end, project, _) in self.entries.items():
            for minute in range(start, end):
                day = self._day(minute)
                tracked[day][project] += MINUTE_US
                entries[day].add(id)
        created, done, planned, errors, planned_us = (defaultdict[date, Any](t) for t in
                                                      (int, int, int, list, int))  # fmt: skip
        for id, (at, done_at, planned_on, estimate_s) in self.tasks.items():
            created[self._day(at)] += 1
            if planned_on:
                planned[planned_on] += 1
                planned_us[planned_on] += (estimate_s or 0) * 1_000_000
            if done_at is not None:
                done[self._day(done_at)] += 1
                actual = sum(e - s for s, e, _, task in self.entries.values() if task == id)
                if estimate_s and actual:
                    errors[self._day(done_at)].append(math.log(actual * 60 / estimate_s))
        return {
            day: {
                "local_date": day,
                "tracked_us": sum(tracked[day].values()),
                "entries": len(entries[day]),
                "by_project": dict(tracked[day]),
                "tasks_created": created[day],
                "tasks_done": done[day],
                "tasks_planned": planned[day],
                "planned_us": planned_us[day],
                "estimate_log_error": (
                    pytest.approx(sum(errors[day]) / len(errors[day])) if errors[day] else None
                ),
            }
            for day in {*tracked, *created, *done, *planned}
        }

    def _day(self, minute: int) -> date:
        return day_of(minute, self.zone, self.day_start_min)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    zone=st.sampled_from(sorted(ZONES)),
    day_start_min=st.sampled_from([0, 90, 240]),
    seed=st.integers(0, 2**32),
    changes=st.lists(st.sampled_from("eeeemdtttcc"), min_size=1, max_size=14),
)
def test_days_of_work_equal_the_reference_in_any_order(  # noqa: C901 - one story
    work: Work, zone: str, day_start_min: int, seed: int, changes: list[str]
) -> None:
    random = Random(seed)
    reference = Reference(zone, day_start_min)
    user = work.person([Period(BEGINNING, zone, day_start_min)])
    projects = [None, work.project(user)]
    first = noon(zone)

    def put_entry(id: UUID) -> None:
        start = first + random.randint(0, 48 * HOUR)
        end = start + random.randint(1, 30 * HOUR)
        project, task = random.choice(projects), random.choice([None, *reference.tasks])
        work.put_entry(user, id, start, end, project, task)
        reference.entries[id] = (start, end, str(project or ""), task)

    def put_task(id: UUID) -> None:
        created, _, _, _ = reference.tasks.get(id, (first, None, None, None))
        done = random.choice([None, first + random.randint(0, 48 * HOUR)])
        planned_on = random.choice([None, day_of(first, zone, 0)])
        estimate = random.choice([None, 1800, 7200])
        work.put_task(user, id, created, done, planned_on, estimate)
        reference.tasks[id] = (created, done, planned_on, estimate)

    for change in changes:
        if change == "m" and reference.entries:
            id = random.choice(list(reference.entries))
            put_entry(id)
        elif change == "d" and reference.entries:
            id = random.choice(list(reference.entries))
            work.delete_entry(user, id)
            del reference.entries[id]
        elif change == "c" and reference.tasks:
            put_task(random.choice(list(reference.tasks)))
        elif change in "tc":
            put_task(uuid4())
        else:
            put_entry(uuid4())
        if random.random() < 0.3:
            work.deliver(random, again=0.5)
    # What a task took may change with entries that moved from it: the API tells of its day, too.
    for id in list(reference.tasks):
        work.put_task(user, id, *reference.tasks[id])
    work.deliver(random, again=0.5)
    assert work.days(user) == reference.days()
    assert list(work.tables.rebuild(user)) == []


def test_an_entry_over_midnight_is_cut_there(work: Work) -> None:
    user = work.person([Period(BEGINNING, "Europe/Berlin")])
    midnight = int(datetime(2026, 11, 2, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()) // 60
    work.put_entry(user, uuid4(), midnight - 30, midnight + 45)
    assert work.deliver(Random(1)) == {user: [date(2026, 11, 1), date(2026, 11, 2)]}
    days = work.days(user)
    assert [day["tracked_us"] // MINUTE_US for day in days.values()] == [30, 45]


def test_a_running_entry_counts_when_it_ends(work: Work) -> None:
    user, id = work.person(), uuid4()
    work.put_entry(user, id, 1000, None)
    assert work.deliver(Random(1)) == {user: []}
    work.put_entry(user, id, 1000, 1010)
    assert work.deliver(Random(1)) == {user: [date(1970, 1, 1)]}


def test_what_is_deleted_leaves_no_day(work: Work) -> None:
    user, id = work.person(), uuid4()
    work.put_entry(user, id, 1000, 1010)
    work.deliver(Random(1))
    work.delete_entry(user, id)
    work.deliver(Random(1))
    assert work.days(user) == {}


def test_a_rebuild_mends_days_and_says_which(work: Work) -> None:
    user = work.person()
    work.put_entry(user, uuid4(), 1000, 1010)
    work.deliver(Random(1))
    database.execute_sql("UPDATE daily_work SET tracked_us = 7")
    database.execute_sql(
        "INSERT INTO daily_work SELECT user_id, '1999-01-01', 1, 1, '{}', 0, 0, 0, 0, NULL, 1,"
        " now() FROM daily_work"
    )
    assert list(work.tables.rebuild(user)) == [date(1970, 1, 1), date(1999, 1, 1)]
    assert work.days(user)[date(1970, 1, 1)]["tracked_us"] == 10 * MINUTE_US


def test_another_zone_files_the_work_anew(work: Work) -> None:
    user = work.person([Period(BEGINNING, "UTC")])
    work.put_entry(user, uuid4(), 30, 60)
    work.deliver(Random(1))
    work.tables.set_parameters(user, [Period(BEGINNING, "America/New_York")])
    work.tables.rebuild(user)
    assert list(work.days(user)) == [date(1969, 12, 31)]
