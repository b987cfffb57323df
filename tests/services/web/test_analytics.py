"""A person's hours over HTTP: what clients rely on."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from pipeline.steps.days import HOUR_US
from tests.people import MINUTE_US, instant, usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Api

pytestmark = pytest.mark.services

MORNING = instant("2026-11-20T07:00")


@pytest.fixture
async def ada(api: Api) -> dict[str, Any]:
    """A person in Berlin."""
    login: dict[str, Any] = await api.register(time_zone="Europe/Berlin")
    return login


async def used(ada: dict[str, Any], *events: dict[str, Any]) -> None:
    """These events of Ada were applied."""
    user = UUID(ada["user"]["id"])

    def apply() -> None:
        with database.connection_context():
            Tables().apply([usage_event(**event, user=user) for event in events])

    await asyncio.to_thread(apply)


async def ask(api: Api, ada: dict[str, Any], path: str) -> Any:
    answer = await api.get(f"/analytics/{path}", ada["access_token"])
    assert answer.status == 200, answer.body
    return answer.json


def minutes(start: int, count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"time": start + n * MINUTE_US, **fields} for n in range(count + 1)]


async def test_daily_says_what_each_day_adds_up_to(api: Api, ada: dict[str, Any]) -> None:
    await used(ada, *minutes(MORNING, 30), {"time": MORNING + 30 * MINUTE_US + 1})
    answer = await ask(api, ada, "daily?from=2026-11-20&to=2026-11-20")
    assert answer["time_zone"] == "Europe/Berlin"
    assert answer["day_start"] == "00:00"
    assert answer["timeout_s"] == 600
    assert answer["as_of"].endswith("Z")
    (day,) = answer["days"]
    assert day["date"] == "2026-11-20"
    assert day["length_s"] == 86400
    assert day["active_s"] == 1800.000001
    assert day["focus_s"] == 1800.000001
    assert day["tracked_s"] == 0
    assert day["events"] == 32
    assert day["first_at"] == "2026-11-20T07:00:00Z"
    assert day["last_at"] == "2026-11-20T07:30:00.000001Z"
    assert day["by_category"] == {"coding": 1800.000001}
    assert day["by_project"] == {"timeflow": 1800.000001}
    assert day["by_device"] == {"laptop": 1800.000001}
    assert len(day["by_hour"]) == 24
    assert day["by_hour"][8] == {"start": "2026-11-20T07:00:00Z", "active_s": 1800.000001}


async def test_days_without_activity_are_there_and_as_long_as_they_were(
    api: Api, ada: dict[str, Any]
) -> None:
    answer = await ask(api, ada, "daily?from=2026-03-28&to=2026-03-30")
    assert answer["as_of"] is None
    assert [(day["date"], day["length_s"]) for day in answer["days"]] == [
        ("2026-03-28", 86400),
        ("2026-03-29", 82800),
        ("2026-03-30", 86400),
    ]
    assert {day["active_s"] for day in answer["days"]} == {0}
    assert [len(day["by_hour"]) for day in answer["days"]] == [24, 23, 24]


async def test_a_day_that_does_not_exist_is_absent(api: Api) -> None:
    samoan = await api.register("lani@example.org", time_zone="Pacific/Apia")
    answer = await ask(api, samoan, "daily?from=2011-12-29&to=2011-12-31")
    assert [day["date"] for day in answer["days"]] == ["2011-12-29", "2011-12-31"]


async def test_the_timeline_is_in_order_and_merged(api: Api, ada: dict[str, Any]) -> None:
    await used(
        ada,
        *minutes(MORNING, 4, entity="a.py"),
        *minutes(MORNING + 5 * MINUTE_US, 5, entity="b.py"),
        {"time": MORNING + 2 * MINUTE_US, "duration": HOUR_US, "device": "phone", "entity": "call"},
    )
    answer = await ask(api, ada, "timeline?date=2026-11-20")
    assert answer["date"] == "2026-11-20"
    assert answer["time_zone"] == "Europe/Berlin"
    at = "2026-11-20T{}:00Z".format
    assert [
        (each["start"], each["end"], each["device"], each["entity"], each["events"])
        for each in answer["intervals"]
    ] == [
        (at("07:00"), at("07:05"), "laptop", "a.py", 5),
        (at("07:02"), at("08:02"), "phone", "call", 1),
        (at("07:05"), at("07:10"), "laptop", "b.py", 6),
    ]
    assert {(each["category"], each["project"]) for each in answer["intervals"]} == {
        ("coding", "timeflow")
    }


@pytest.mark.parametrize(
    ("group_by", "groups"),
    [
        ("category", {"coding": 600, "meeting": 3000}),
        ("project", {"timeflow": 3600}),
        ("entity", {"main.py": 600, "call": 3000}),
        ("device", {"laptop": 600, "phone": 3600}),
    ],
)
async def test_groups_share_the_active_time_and_devices_have_their_own(
    api: Api, ada: dict[str, Any], group_by: str, groups: dict[str, int]
) -> None:
    call = {"device": "phone", "entity": "call", "category": "meeting", "duration": HOUR_US}
    await used(ada, *minutes(MORNING, 10), {"time": MORNING - MINUTE_US, **call})
    answer = await ask(api, ada, f"summary?group_by={group_by}&from=2026-11-20&to=2026-11-20")
    assert {group["key"]: group["active_s"] for group in answer["groups"]} == groups
    assert sum(group["events"] for group in answer["groups"]) == 12
    assert {group["tracked_s"] for group in answer["groups"]} == {0}
    assert answer["timeout_s"] == 600


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("daily?from=2026-11-21&to=2026-11-20", "from"),
        ("daily?from=1900-01-01&to=2026-11-20", "from"),
        ("daily?from=2020-01-01&to=2026-11-20", "to"),
        ("daily?from=2026-11-20", "to"),
        ("daily?from=yesterday&to=2026-11-20", "from"),
        ("daily?from=9999-12-31&to=9999-12-31", "from"),
        ("timeline?date=2026-02-30", "date"),
        ("timeline", "date"),
        ("summary?group_by=mood&from=2026-11-20&to=2026-11-20", "group_by"),
        ("summary?group_by=project&from=2020-01-01&to=2026-11-20", "to"),
    ],
)
async def test_a_question_that_makes_no_sense_is_told_where(
    api: Api, ada: dict[str, Any], path: str, at: str
) -> None:
    answer = await api.get(f"/analytics/{path}", ada["access_token"])
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [at]


async def test_nobody_sees_the_hours_of_another(api: Api, ada: dict[str, Any]) -> None:
    await used(ada, *minutes(MORNING, 5))
    eve = await api.register("eve@example.org")
    day = "from=2026-11-20&to=2026-11-20"
    assert (await ask(api, eve, f"daily?{day}"))["days"][0]["active_s"] == 0
    assert (await ask(api, eve, "timeline?date=2026-11-20"))["intervals"] == []
    assert (await ask(api, eve, f"summary?group_by=entity&{day}"))["groups"] == []


async def test_reading_hours_needs_a_login_or_the_scope(api: Api, ada: dict[str, Any]) -> None:
    path = "/analytics/timeline?date=2026-11-20"
    ingest = await api.key(ada["access_token"], "ingest")
    read = await api.key(ada["access_token"], "read")
    assert (await api.get(path)).status == 401
    assert (await api.get(path, ingest["key"])).status == 403
    assert (await api.get(path, read["key"])).status == 200


async def test_what_another_timeout_would_make_of_a_day_is_told_and_not_kept(
    api: Api, ada: dict[str, Any]
) -> None:
    late = MORNING + 30 * MINUTE_US
    await used(ada, {"time": MORNING}, {"time": MORNING + 8 * MINUTE_US}, {"time": late})
    days = "from=2026-11-20&to=2026-11-20"
    for timeout_s, would_be_s in ((300, 0), (600, 480), (1500, 1800)):
        answer = await ask(api, ada, f"what-if?{days}&if_timeout_s={timeout_s}")
        assert (answer["timeout_s"], answer["if_timeout_s"]) == (600, timeout_s)
        assert (answer["active_s"], answer["would_be_s"]) == (480, would_be_s)
        assert answer["days"] == [{"date": "2026-11-20", "active_s": 480, "would_be_s": would_be_s}]
    assert (await ask(api, ada, f"daily?{days}"))["days"][0]["active_s"] == 480


async def test_a_timeout_that_could_not_be_chosen_is_not_tried(
    api: Api, ada: dict[str, Any]
) -> None:
    path = "/analytics/what-if?from=2026-11-20&to=2026-11-20&if_timeout_s=0"
    assert (await api.get(path, ada["access_token"])).status == 422
