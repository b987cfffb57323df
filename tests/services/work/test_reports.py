"""What was tracked, planned and done, over HTTP: by day, week and project."""

import asyncio
import csv
import io
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from models.database import database, execute
from models.uuid7 import uuid7
from pipeline.steps.days import HOUR_US
from tests.people import instant, usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Api
from tests.services.work.conftest import Work

pytestmark = pytest.mark.services

NINE = instant("2026-11-17T08:00") // 60_000_000  # on a Tuesday in Berlin


@pytest.fixture
async def ada(api: Api) -> dict[str, Any]:
    """A person in Berlin."""
    login: dict[str, Any] = await api.register(time_zone="Europe/Berlin")
    return login


async def changed(change: Callable[[Work], Any]) -> Any:
    """What of the person's work is changed, and told to the stage."""

    def run() -> Any:
        with database.connection_context():
            work = Work()
            result = change(work)
            work.deliver(Random(1))
            return result

    return await asyncio.to_thread(run)


async def ask(api: Api, ada: dict[str, Any], path: str) -> Any:
    answer = await api.get(f"/analytics/{path}", ada["access_token"])
    assert answer.status == 200, answer.body
    return answer.json


def named(user: UUID, name: str) -> UUID:
    """A project of this name."""
    id = Work().project(user)
    execute("UPDATE project SET name = %s WHERE id = %s", (name, id))
    return id


async def test_a_day_says_what_was_tracked_planned_and_done(
    api: Api,
    ada: dict[str, Any],
) -> None:
    user, task = UUID(ada["user"]["id"]), uuid7()

    def change(work: Work) -> UUID:
        project = work.project(user)
        work.put_task(user, task, NINE, NINE + 60, date(2026, 11, 17), estimate_s=1800)
        work.put_entry(user, uuid7(), NINE, NINE + 60, project, task)
        work.put_entry(user, uuid7(), NINE + 90, NINE + 100)
        return project

    project = await changed(change)
    answer = await ask(api, ada, "daily?from=2026-11-17&to=2026-11-18")
    day, other = answer["days"]
    assert day["tracked_s"] == 4200
    assert day["entries"] == 2
    assert day["tracked_by_project"] == {str(project): 3600, "": 600}
    assert (day["tasks_created"], day["tasks_done"], day["tasks_planned"]) == (1, 1, 1)
    assert day["planned_s"] == 1800
    assert day["estimate_log_error"] == pytest.approx(0.6931, abs=1e-4)
    assert day["active_s"] == 0
    assert other["tracked_s"] == 0
    assert other["estimate_log_error"] is None
    assert answer["as_of"] is not None


async def test_a_summary_by_project_joins_what_was_tracked_and_what_was_used_by_name(
    api: Api,
    ada: dict[str, Any],
) -> None:
    user = UUID(ada["user"]["id"])

    def change(work: Work) -> None:
        used = usage_event(NINE * 60_000_000, user=user, duration=HOUR_US, project="timeflow")
        Tables().apply([used])
        work.put_entry(user, uuid7(), NINE, NINE + 30, named(user, "TimeFlow"))
        work.put_entry(user, uuid7(), NINE + 60, NINE + 70, named(user, "Garden"))
        work.put_entry(user, uuid7(), NINE + 80, NINE + 85)

    await changed(change)
    answer = await ask(api, ada, "summary?group_by=project&from=2026-11-17&to=2026-11-17")
    assert [(one["key"], one["active_s"], one["tracked_s"]) for one in answer["groups"]] == [
        ("timeflow", 3600, 1800),
        ("Garden", 0, 600),
        ("", 0, 300),
    ]
    assert answer["before"] is None


async def test_a_summary_is_compared_with_as_many_days_before(
    api: Api,
    ada: dict[str, Any],
) -> None:
    user = UUID(ada["user"]["id"])

    def change(_: Work) -> None:
        start = NINE * 60_000_000
        day = 24 * HOUR_US
        used = [(start, 3600, "a"), (start - 2 * day, 60, "a"), (start - 3 * day, 120, "b"),
                (start - 4 * day, 999, "a")]  # fmt: skip
        Tables().apply(
            [
                usage_event(at, user=user, duration=s * 1_000_000, category=category)
                for at, s, category in used
            ]
        )

    await changed(change)
    answer = await ask(
        api, ada, "summary?group_by=category&from=2026-11-16&to=2026-11-17&compare=true"
    )
    assert answer["before"] == {"from": "2026-11-14", "to": "2026-11-15"}
    assert [(one["key"], one["active_s"], one["active_before_s"]) for one in answer["groups"]] == [
        ("a", 3600, 60),
        ("b", 0, 120),
    ]


async def test_the_heat_map_is_by_weekday_and_hour_of_the_clock(
    api: Api,
    ada: dict[str, Any],
) -> None:
    user = UUID(ada["user"]["id"])
    used = usage_event(NINE * 60_000_000, user=user, duration=HOUR_US)
    await changed(lambda _: Tables().apply([used]))
    answer = await ask(api, ada, "heatmap?from=2026-11-16&to=2026-11-24")
    assert [one["days"] for one in answer["weekdays"]] == [2, 2, 1, 1, 1, 1, 1]
    tuesday = answer["weekdays"][1]
    assert tuesday["weekday"] == 2
    assert tuesday["active_s"] == [0] * 9 + [3600] + [0] * 14


async def test_a_timesheet_cuts_entries_at_midnight_and_counts_the_running_one(
    api: Api,
    ada: dict[str, Any],
) -> None:
    user = UUID(ada["user"]["id"])
    midnight = instant("2026-11-17T23:00") // 60_000_000

    def change(work: Work) -> None:
        project = named(user, "=SUM(A1)")
        work.put_entry(user, uuid7(), midnight - 30, midnight + 60, project)
        work.put_entry(user, uuid7(), NINE, NINE + 6)
        now = int(datetime.now(UTC).timestamp()) // 60
        work.put_entry(user, uuid7(), now - 3, None, project)

    await changed(change)
    sheet = await ask(api, ada, "timesheet?date=2026-11-22")
    assert [sheet["days"][0], sheet["days"][-1]] == ["2026-11-16", "2026-11-22"]
    project, none = sheet["rows"]
    assert (project["project"], none["project"], none["project_id"]) == ("=SUM(A1)", "", None)
    assert project["days_s"] == [0, 1800, 3600, 0, 0, 0, 0]
    assert none["days_s"] == [0, 360, 0, 0, 0, 0, 0]
    assert sheet["days_s"] == [0, 2160, 3600, 0, 0, 0, 0]
    assert sheet["total_s"] == 5760
    now = await ask(api, ada, "timesheet?starts_on=7")
    assert date.fromisoformat(now["days"][0]).isoweekday() == 7
    assert 180 <= now["total_s"] < 600

    answer = await api.get("/analytics/timesheet.csv?date=2026-11-22", ada["access_token"])
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(answer.body.decode())))
    assert table[0] == ["project", *sheet["days"], "total"]
    # A spreadsheet takes it for a text.
    assert table[1][0] == "'=SUM(A1)"
    assert table[1][2:4] == ["0.5000", "1.0000"]
    assert table[-1] == ["total", "0.0000", "0.6000", "1.0000", *["0.0000"] * 4, "1.6000"]


async def test_an_empty_week_has_its_days_and_no_rows(
    api: Api,
    ada: dict[str, Any],
) -> None:
    sheet = await ask(api, ada, "timesheet?date=1970-01-01&starts_on=1")
    first = date.fromisoformat(sheet["days"][0])
    assert [date.fromisoformat(day) - first for day in sheet["days"]] == [
        timedelta(days=number) for number in range(7)
    ]
    assert sheet["rows"] == []
    assert sheet["total_s"] == 0


async def test_estimates_are_compared_with_what_was_tracked(api: Api, ada: dict[str, Any]) -> None:
    user = UUID(ada["user"]["id"])
    task, other = uuid7(), uuid7()

    def change(work: Work) -> None:
        work.put_task(user, task, NINE, NINE + 90, estimate_s=1800)
        work.put_entry(user, uuid7(), NINE, NINE + 40, None, task)
        work.put_entry(user, uuid7(), NINE + 50, NINE + 70, None, task)
        work.put_task(user, other, NINE, NINE + 30, estimate_s=600)  # took nobody knows what

    await changed(change)
    found = await ask(api, ada, "estimates?from=2026-11-17&to=2026-11-17")
    (item,) = found["items"]
    assert (item["id"], item["estimate_s"], item["actual_s"]) == (str(task), 1800, 3600)
    assert item["ratio"] == 2
    assert found["overall"]["tasks"] == 1
    assert found["overall"]["bias"] == pytest.approx(0.6931, abs=1e-4)
    assert found["projects"] == [{**found["overall"], "project_id": None}]
    nothing = await ask(api, ada, "estimates?from=2026-11-18&to=2026-11-18")
    assert nothing["overall"] == {
        "tasks": 0, "median_ratio": None, "within_quarter": None, "bias": None, "error": None,
    }  # fmt: skip
    assert nothing["items"] == nothing["projects"] == []


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("timesheet?date=1969-12-31", "date"),
        ("timesheet?date=2026-02-30", "date"),
        ("timesheet?starts_on=8", "starts_on"),
        ("timesheet.csv?week=2026-W01", "week"),
        ("heatmap?from=2026-11-21&to=2026-11-20", "from"),
        ("summary?group_by=project&from=2026-11-20&to=2026-11-20&compare=maybe", "compare"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_where(
    api: Api,
    ada: dict[str, Any],
    path: str,
    at: str,
) -> None:
    answer = await api.get(f"/analytics/{path}", ada["access_token"])
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [at]
