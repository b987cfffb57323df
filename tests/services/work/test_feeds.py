"""Feeds as calendars read them: stable, tagged, secret."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from icalendar import Calendar

from pipeline.settings import Settings
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


async def feed(api: Api, token: str, **body: Any) -> str:
    """The path of a new feed."""
    answer = await api.post("/feeds", token, json=body)
    assert answer.status == 201, answer.body
    return str(urlsplit(answer.json["url"]).path)


async def read(api: Api, path: str) -> tuple[Answer, dict[str, Any]]:
    """The answer, and its components by UID."""
    answer = await api.get(path)
    assert answer.status == 200, answer.body
    calendar = Calendar.from_ical(answer.body)
    return answer, {str(one["uid"]): one for one in calendar.walk() if "uid" in one}


async def made(api: Api, token: str, path: str, **body: Any) -> Any:
    answer = await api.post(path, token, json=body)
    assert answer.status == 201, answer.body
    return answer.json


def ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()


async def test_a_feed_shows_entries_and_tasks_that_have_a_day(api: Api, token: str) -> None:
    project = (await made(api, token, "/projects", name="Site; und, mehr"))["id"]
    task = await made(
        api, token, "/tasks", title="Zeile\u2028 mit 🎉, Komma; und \\", notes="a\nb", priority=3,
        due_at="2030-01-01T15:00:00Z", estimate_s=3600, tags=["deep, work"], project_id=project,
    )  # fmt: skip
    planned = await made(api, token, "/tasks", title="p", planned_on="2030-01-02")
    await made(api, token, "/tasks", title="no day")
    entry = await made(
        api, token, "/time-entries", start=ago(hours=2), end=ago(hours=1), task_id=task["id"]
    )
    await made(api, token, "/timer/start")
    answer, found = await read(api, await feed(api, token, name="Work"))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"X-PUBLISHED-TTL:PT15M\r\n" in answer.body
    assert found.keys() == {
        f"{entry['id']}@timeflow", f"{task['id']}@timeflow", f"{task['id']}-day@timeflow",
        f"{planned['id']}@timeflow", f"{planned['id']}-day@timeflow",
    }  # fmt: skip
    todo = found[f"{task['id']}@timeflow"]
    assert str(todo["summary"]) == task["title"]
    assert str(todo["description"]) == "a\nb"
    assert (todo["priority"], str(todo["status"])) == (1, "NEEDS-ACTION")
    assert todo["due"].dt == datetime(2030, 1, 1, 15, tzinfo=UTC)
    day = found[f"{task['id']}-day@timeflow"]
    assert day["dtstart"].dt == datetime(2030, 1, 1, 14, tzinfo=UTC)
    event = found[f"{entry['id']}@timeflow"]
    assert str(event["summary"]) == task["title"]
    assert event["dtend"].dt - event["dtstart"].dt == timedelta(hours=1)


async def test_what_is_changed_keeps_its_uid_and_what_is_deleted_goes(api: Api, token: str) -> None:
    task = await made(api, token, "/tasks", title="old", due_on="2030-01-01")
    path, uid = await feed(api, token, tasks="todo"), f"{task['id']}@timeflow"
    before, found = await read(api, path)
    assert str(found[uid]["summary"]) == "old"
    known = {"If-None-Match": before.headers["ETag"]}
    assert (await api.get(path, headers=known)).status == 304
    where = f"/tasks/{task['id']}"
    await api.call("PATCH", where, token, json={"title": "new", "status": "done"})
    after, anew = await read(api, path)
    assert after.headers["ETag"] != before.headers["ETag"]
    assert (str(anew[uid]["summary"]), str(anew[uid]["status"])) == ("new", "COMPLETED")
    assert anew[uid]["sequence"] > found[uid]["sequence"]
    await api.call("DELETE", where, token)
    assert (await read(api, path))[1] == {}


async def test_a_feed_shows_what_it_was_made_for(api: Api, token: str) -> None:
    await made(api, token, "/tasks", title="x", due_on="2030-01-01")
    await made(api, token, "/time-entries", start=ago(hours=2), end=ago(hours=1))
    for body, count in (
        ({"tasks": "none"}, 1), ({"entries": False}, 2), ({"entries": False, "tasks": "event"}, 1)
    ):  # fmt: skip
        assert len((await read(api, await feed(api, token, **body)))[1]) == count


async def test_who_has_not_the_address_reads_nothing(
    api: Api, token: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await feed(api, token)
    await read(api, path)
    listed = (await api.get("/feeds", token)).json["items"]
    assert listed[0]["last_used_at"] is not None
    secret = path.removeprefix("/feeds/").removesuffix(".ics")
    for text in ((await api.get("/feeds", token)).body.decode(), str(api.rows("TABLE feed"))):
        assert secret not in text
    printed = capsys.readouterr()
    assert secret not in printed.out + printed.err
    wrong = secret[::-1]
    assert (await api.get(f"/feeds/{wrong}.ics")).status == 404
    assert (await api.get("/feeds/x.ics")).status == 422
    eve = (await api.register("eve@example.org"))["access_token"]
    assert (await api.call("DELETE", f"/feeds/{listed[0]['id']}", eve)).status == 404
    assert (await api.call("DELETE", f"/feeds/{listed[0]['id']}", token)).status == 204
    assert (await api.get(path)).status == 404


async def test_a_person_has_so_many_feeds_at_most(configured: Callable[..., Settings]) -> None:
    async with Api(configured(max_feeds=1)) as api:
        token = (await api.register())["access_token"]
        await feed(api, token)
        assert (await api.post("/feeds", token)).status == 409


@pytest.mark.parametrize(
    ("body", "path"),
    [({"name": ""}, "name"), ({"tasks": "all"}, "tasks"), ({"entries": 1}, "entries"),
     ({"url": "x"}, "url")],
)  # fmt: skip
async def test_bad_input_is_told_where(api: Api, token: str, body: Any, path: str) -> None:
    answer = await api.post("/feeds", token, json=body)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]
