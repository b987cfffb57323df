"""Goals over HTTP: what they measure, how they go, what a change of them leaves alone."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from pipeline.settings import Settings
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Api
from tests.services.work.conftest import Work

pytestmark = pytest.mark.services

TODAY = datetime.now(UTC).date()


async def goal(api: Api, token: str, **body: Any) -> Any:
    new = {"name": "Focus", "metric": "active_s", "target": 3600, **body}
    answer = await api.post("/goals", token, json=new)
    assert answer.status == 201, answer.body
    return answer.json


async def followed(api: Api, token: str) -> Any:
    (found,) = (await api.get("/goals", token)).json["items"]
    return found


async def lived(
    api: Api, token: str, days_ago: int, minutes: int, hour: int = 0, **fields: Any
) -> None:
    """So long the person was active that day, from the hour on."""
    user = UUID((await api.get("/me", token)).json["id"])
    midnight = datetime.combine(TODAY, datetime.min.time(), UTC)
    begin = midnight - timedelta(days=days_ago) + timedelta(hours=hour)
    event = usage_event(as_us(begin), user=user, duration=minutes * MINUTE_US, **fields)

    def apply() -> None:
        with database.connection_context():
            Tables().apply([event])

    await asyncio.to_thread(apply)


async def derived() -> None:
    """The tasks stage has all that was told."""

    def deliver() -> None:
        with database.connection_context():
            Work().deliver(Random(1))

    await asyncio.to_thread(deliver)


async def test_a_goal_is_made_read_changed_deleted_and_restored(api: Api, token: str) -> None:
    made = await goal(api, token, weekdays=[5, 1, 1])
    assert made["weekdays"] == [1, 5]
    assert made["valid_from"] == str(TODAY)
    path = f"/goals/{made['id']}"
    read = await api.get(path, token)
    assert (read.json, read.headers["ETag"]) == (made, f'"{made["version"]}"')
    changed = await api.call("PATCH", path, token, json={"target": 7200, "name": "Deep"})
    assert (changed.json["target"], changed.json["name"]) == (7200, "Deep")
    same = await api.call("PATCH", path, token, json={"target": 7200})
    assert same.json == changed.json
    old = {"If-Match": read.headers["ETag"]}
    assert (await api.call("DELETE", path, token, headers=old)).status == 412
    assert (await api.call("DELETE", path, token)).status == 204
    assert (await api.get(path, token)).status == 404
    assert (await api.post(f"/goals/{made['id']}/restore", token)).json["name"] == "Deep"


async def test_a_change_holds_from_today_on(api: Api, token: str) -> None:
    since = TODAY - timedelta(days=3)
    made = await goal(api, token, valid_from=str(since))
    for ago in (3, 2, 1):
        await lived(api, token, ago, 60)
    assert (await followed(api, token))["streak"] == 3
    await api.call("PATCH", f"/goals/{made['id']}", token, json={"target": 7200})
    found = await followed(api, token)
    assert (found["streak"], found["now"]["target"], found["now"]["met"]) == (3, 7200, False)
    asked = f"from={since - timedelta(days=1)}&to={TODAY}"
    items = (await api.get(f"/goals/{made['id']}/history?{asked}", token)).json["items"]
    assert [item["target"] for item in items] == [None, 3600, 3600, 3600, 7200]
    assert [item["met"] for item in items] == [False, True, True, True, False]
    await lived(api, token, 0, 120)
    assert (await followed(api, token))["streak"] == 4


@pytest.mark.parametrize(
    ("of", "value"),
    [
        ({"metric": "active_s"}, 3000), ({"metric": "active_s", "category": "coding"}, 1800),
        ({"metric": "active_s", "category": "play"}, 1200),
        ({"metric": "active_s", "category": "pla"}, 0),
        ({"metric": "active_s", "project": "GARDEN"}, 1200), ({"metric": "focus_s"}, 1800),
        ({"metric": "active_s", "category": "nothing"}, 0),
    ],
)  # fmt: skip
async def test_what_devices_saw_is_measured(
    api: Api, token: str, of: dict[str, Any], value: float
) -> None:
    await lived(api, token, 0, 30)
    await lived(api, token, 0, 20, hour=2, device="phone", category="play/games", project="garden")
    await goal(api, token, **of)
    assert (await followed(api, token))["now"]["value"] == value


async def test_what_was_tracked_and_done_is_measured_by_the_week(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    start = datetime.now(UTC) - timedelta(minutes=2)
    times = {"start": start.isoformat(), "end": (start + timedelta(minutes=1)).isoformat()}
    for body in ({"project_id": project}, {}):
        await api.post("/time-entries", token, json={**times, **body})
    for _ in range(2):
        await api.post("/tasks", token, json={"title": "x", "status": "done"})
    await derived()
    for metric, more, value in (
        ("tracked_s", {}, 120), ("tracked_s", {"project_id": project}, 60), ("tasks_done", {}, 2)
    ):  # fmt: skip
        made = await goal(api, token, metric=metric, period="week", target=1, **more)
        now = (await followed(api, token))["now"]
        # Unless a week has begun just now.
        assert now["value"] == value or start.date() < date.fromisoformat(now["from"])
        await api.call("DELETE", f"/goals/{made['id']}", token)


async def test_what_has_not_begun_is_not_told(api: Api, token: str) -> None:
    path = f"/goals/{(await goal(api, token, op='at_most'))['id']}/history"
    yesterday, later = TODAY - timedelta(days=1), TODAY + timedelta(days=3)
    items = (await api.get(f"{path}?from={yesterday}&to={later}", token)).json["items"]
    assert [item["from"] for item in items] == [str(yesterday), str(TODAY)]


async def test_a_person_has_so_many_goals_at_most(configured: Callable[..., Settings]) -> None:
    async with Api(configured(max_goals=1)) as api:
        token = (await api.register())["access_token"]
        id = (await goal(api, token))["id"]
        new = {"name": "x", "metric": "focus_s", "target": 1}
        assert (await api.post("/goals", token, json=new)).status == 409
        await api.call("DELETE", f"/goals/{id}", token)
        await goal(api, token)
        assert (await api.post(f"/goals/{id}/restore", token)).status == 409


async def test_goals_are_read_page_by_page(api: Api, token: str) -> None:
    ids = [(await goal(api, token))["id"] for _ in range(3)]
    first = (await api.get("/goals?limit=2", token)).json
    second = (await api.get(f"/goals?limit=2&cursor={first['next_cursor']}", token)).json
    assert [one["id"] for one in first["items"] + second["items"]] == ids
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"metric": "mood"}, "metric"), ({"target": -1}, "target"), ({"target": 0}, "target"),
        ({"op": "about"}, "op"), ({"period": "year"}, "period"), ({"weekdays": []}, "weekdays"),
        ({"weekdays": [0]}, "weekdays[0]"), ({"period": "week", "weekdays": [1]}, "weekdays"),
        ({"metric": "focus_s", "category": "coding"}, "category"),
        ({"project_id": "018f0000-0000-7000-8000-000000000000"}, "project_id"),
        ({"metric": "tracked_s", "project_id": "018f0000-0000-7000-8000-000000000000"},
         "project_id"),
        ({"category": "a", "project": "b"}, "project"), ({"name": " "}, "name"),
        ({"valid_from": "1969-01-01"}, "valid_from"), ({"valid_from": "2199-01-01"}, "valid_from"),
    ],
)  # fmt: skip
async def test_bad_input_is_told_where(api: Api, token: str, body: Any, path: str) -> None:
    new = {"name": "Focus", "metric": "active_s", "target": 3600, **body}
    answer = await api.post("/goals", token, json=new)
    assert answer.status == 422, answer.body
    assert [error["path"] for error in answer.json["errors"]] == [path]
    assert (await api.get("/goals", token)).json["items"] == []
