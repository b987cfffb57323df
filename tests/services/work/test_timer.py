"""The timer: one runs at a time, whoever starts it, and a forgotten one is told of."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from pipeline.settings import Settings
from pipeline.steps.instants import as_us
from tests.people import usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


async def start(api: Api, token: str, **body: Any) -> Any:
    answer = await api.post("/timer/start", token, json=body)
    assert answer.status == 201, answer.body
    return answer.json


async def stop(api: Api, token: str, **body: Any) -> Answer:
    return await api.post("/timer/stop", token, json=body)


async def timer(api: Api, token: str) -> Any:
    return (await api.get("/timer", token)).json


async def entries(api: Api, token: str) -> list[Any]:
    items: list[Any] = (await api.get("/time-entries?limit=1000", token)).json["items"]
    return items


async def seen(api: Api, token: str, until: datetime) -> None:
    """The person's laptop saw them for a minute until then."""
    user = UUID((await api.get("/me", token)).json["id"])
    minute = 60_000_000
    event = usage_event(as_us(until) - minute, user=user, duration=minute)

    def apply() -> None:
        with database.connection_context():
            Tables().apply([event])

    await asyncio.to_thread(apply)


async def test_a_timer_is_started_shown_and_stopped(api: Api, token: str) -> None:
    assert (await timer(api, token))["entry"] is None
    task = (await api.post("/tasks", token, json={"title": "x"})).json["id"]
    running = await start(api, token, task_id=task, description="Draft", tags=["deep"])
    assert (running["end"], running["source"]) == (None, "timer")
    shown = await timer(api, token)
    assert shown["entry"] == running
    assert 0 <= shown["elapsed_s"] < 30
    assert not shown["forgotten"]
    ended = (await api.post("/timer/stop", token)).json
    assert ended["id"] == running["id"]
    assert ended["end"] > ended["start"]
    assert (await timer(api, token))["entry"] is None
    again = await api.post("/timer/stop", token)
    assert (again.status, again.json["code"]) == (409, "not-running")


async def test_starting_switches_at_the_same_instant(api: Api, token: str) -> None:
    await start(api, token, start=ago(hours=1), description="one")
    two = await start(api, token, start=ago(minutes=10), description="two")
    three = (await api.post("/timer/start", token)).json
    found = await entries(api, token)
    assert [item["end"] for item in found] == [None, three["start"], two["start"]]
    assert [item["overlaps"] for item in found] == [[], [], []]
    late = await api.post("/timer/start", token, json={"start": ago(minutes=30)})
    assert (late.status, late.json["code"]) == (409, "started-later")


async def test_the_start_of_the_running_timer_is_changed(api: Api, token: str) -> None:
    running = await start(api, token)
    path, earlier = f"/time-entries/{running['id']}", ago(minutes=20)
    changed = await api.call("PATCH", path, token, json={"start": earlier})
    assert changed.json["end"] is None
    assert (await timer(api, token))["elapsed_s"] > 1190
    future = await api.call("PATCH", path, token, json={"start": "2100-01-01T00:00:00Z"})
    assert future.status == 422


async def test_a_timer_goes_on_with_what_was_done_last(api: Api, token: str) -> None:
    nothing = await api.post("/timer/continue", token)
    assert (nothing.status, nothing.json["code"]) == (409, "nothing-before")
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    task = (await api.post("/tasks", token, json={"title": "x"})).json["id"]
    what = {"task_id": task, "project_id": project, "description": "Draft", "tags": ["deep"]}
    first = await start(api, token, **what)
    await stop(api, token)
    second = (await api.post("/timer/continue", token)).json
    assert second["id"] != first["id"]
    assert {name: second[name] for name in what} == what
    await stop(api, token)
    for path in (f"/tasks/{task}", f"/projects/{project}"):
        await api.call("DELETE", path, token)
    third = (await api.post("/timer/continue", token)).json
    assert (third["task_id"], third["project_id"], third["tags"]) == (None, None, ["deep"])


async def test_a_timer_is_stopped_when_its_person_was_last_seen(api: Api, token: str) -> None:
    await start(api, token, start=ago(hours=3))
    none = await stop(api, token, last_activity=True)
    assert (none.status, none.json["code"]) == (409, "no-activity")
    left = datetime.now(UTC) - timedelta(hours=2)
    await seen(api, token, left)
    shown = await timer(api, token)
    assert shown["forgotten"]
    assert 7190 < shown["idle_s"] < 7260
    assert datetime.fromisoformat(shown["last_activity_at"]) == left
    ended = (await stop(api, token, last_activity=True)).json
    assert datetime.fromisoformat(ended["end"]) == left


async def test_who_sends_no_activity_is_told_of_a_long_timer_only(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(timer_longest_s=7200)) as api:
        token = (await api.register())["access_token"]
        await start(api, token, start=ago(hours=1.9))
        assert not (await timer(api, token))["forgotten"]
        await stop(api, token)
        await start(api, token, start=ago(hours=2.1))
        assert (await timer(api, token))["forgotten"]


@pytest.mark.parametrize(
    ("path", "body", "at"),
    [
        ("start", {"start": "2100-01-01T00:00:00Z"}, "start"),
        ("start", {"start": "1969-12-31T00:00:00Z"}, "start"),
        ("start", {"task_id": "018f0000-0000-7000-8000-000000000000"}, "task_id"),
        ("start", {"end": "2026-01-01T00:00:00Z"}, "end"),
        ("stop", {"at": "2100-01-01T00:00:00Z"}, "at"),
        ("stop", {"at": "2020-01-01T00:00:00Z"}, "at"),
        ("stop", {"at": "2020-01-01T00:00:00Z", "last_activity": True}, "at"),
    ],
)
async def test_bad_input_is_told_where_and_the_timer_runs_on(
    api: Api, token: str, path: str, body: Any, at: str
) -> None:
    running = await start(api, token)
    answer = await api.post(f"/timer/{path}", token, json=body)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [at]
    assert (await timer(api, token))["entry"] == running


async def test_of_fifty_starts_at_once_one_runs_and_none_is_lost_or_empty(
    api: Api, token: str
) -> None:
    answers = await asyncio.gather(
        *(
            api.post("/timer/start", token, json={"description": str(number)})
            for number in range(50)
        )
    )
    assert {answer.status for answer in answers} == {201}
    found = await entries(api, token)
    assert [item["end"] is None for item in found] == [True] + [False] * (len(found) - 1)
    assert all(item["end"] is None or item["end"] > item["start"] for item in found)
    assert not any(item["overlaps"] for item in found)
    # One that another followed at the very same instant was nothing, and is deleted.
    (count,) = api.rows("SELECT count(*) FROM time_entry")[0]
    (gone,) = api.rows("SELECT count(*) FROM time_entry WHERE deleted_at IS NOT NULL")[0]
    assert (count, len(found)) == (50, 50 - gone)


async def test_of_fifty_starts_with_one_key_there_is_one(api: Api, token: str) -> None:
    headers = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(api.post("/timer/start", token, json={}, headers=headers) for _ in range(50))
    )
    assert len({answer.body for answer in answers}) == 1
    assert len(await entries(api, token)) == 1


async def test_the_database_holds_one_running_entry_whatever_the_code_does(
    api: Api, token: str
) -> None:
    await start(api, token)
    copy = (
        "INSERT INTO time_entry (id, user_id, version, start_at, time_zone, source, created_at,"
        " updated_at) SELECT gen_random_uuid(), user_id, version, start_at, time_zone, source,"
        " created_at, updated_at FROM time_entry"
    )
    with pytest.raises(Exception, match="time_entry_running"):
        api.rows(copy)
