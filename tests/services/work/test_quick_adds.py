"""A task from a line of text is what was shown of it before."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

TEXT = "write report tomorrow 14:00 2h #work @website !high"


async def parsed(api: Api, token: str, text: str) -> Any:
    answer = await api.post("/tasks/parse", token, json={"text": text})
    assert answer.status == 200, answer.body
    return answer.json


def paths(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.body
    return [error["path"] for error in answer.json["errors"]]


async def test_what_is_shown_is_what_is_saved(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Website"})).json["id"]
    shown = await parsed(api, token, TEXT)
    assert (await api.get("/tasks", token)).json["items"] == []
    assert (await api.get("/tags", token)).json["items"] == []
    made = await api.post("/tasks", token, json={"text": TEXT})
    assert made.status == 201
    pieces = shown.pop("pieces")
    assert {name: made.json[name] for name in shown} == shown
    assert (shown["title"], shown["tags"], shown["priority"]) == ("write report", ["work"], 3)
    assert (shown["estimate_s"], shown["project_id"]) == (7200, project)
    words = {piece["kind"]: TEXT[piece["start"] : piece["end"]] for piece in pieces}
    assert words["due"] == "tomorrow"
    assert words["project"] == "@website"


async def test_a_time_is_on_the_persons_wall(api: Api) -> None:
    ada = await api.register("wall@example.org", time_zone="Pacific/Auckland")
    zone = ZoneInfo("Pacific/Auckland")
    before = datetime.now(zone).date()
    due = datetime.fromisoformat((await parsed(api, ada["access_token"], TEXT))["due_at"])
    after = datetime.now(zone).date()
    wall = due.astimezone(zone)
    assert (wall.hour, wall.minute) == (14, 0)
    assert before <= wall.date() - timedelta(days=1) <= after


async def test_today_is_the_persons_day(api: Api) -> None:
    token = (await api.register("day@example.org", time_zone="Asia/Tokyo"))["access_token"]
    assert (await api.call("PATCH", "/me", token, json={"day_start": "12:00"})).status == 200
    before = datetime.now(UTC)
    shown = await parsed(api, token, "rest today")
    bounds = {
        (at.astimezone(ZoneInfo("Asia/Tokyo")) - timedelta(hours=12)).date().isoformat()
        for at in (before, datetime.now(UTC))
    }
    assert shown["due_on"] in bounds


async def test_words_of_repetition_make_a_series(api: Api, token: str) -> None:
    made = (await api.post("/tasks", token, json={"text": "water plants every! 3 days"})).json
    assert (made["title"], made["rrule"]) == ("water plants", "FREQ=DAILY;INTERVAL=3")
    assert made["repeat_mode"] == "completion"
    await api.post(f"/tasks/{made['id']}/complete", token)
    (following,) = (await api.get("/tasks?status=open", token)).json["items"]
    assert following["due_on"] > made["due_on"]


async def test_fields_beside_the_text_say_it_better(api: Api, token: str) -> None:
    body = {"text": "write tomorrow 14:00 !low 2h", "priority": 2, "due_on": "2027-01-01"}
    made = (await api.post("/tasks", token, json=body)).json
    assert (made["title"], made["priority"], made["estimate_s"]) == ("write", 2, 7200)
    assert (made["due_on"], made["due_at"]) == ("2027-01-01", None)


async def test_a_project_is_ones_own_and_not_put_away(api: Api, token: str) -> None:
    other = (await api.register("bob@example.org"))["access_token"]
    project = (await api.post("/projects", token, json={"name": "Website"})).json["id"]
    assert (await parsed(api, other, "mow @website"))["title"] == "mow @website"
    await api.call("PATCH", f"/projects/{project}", token, json={"archived": True})
    assert (await parsed(api, token, "mow @website"))["project_id"] is None


@pytest.mark.parametrize("path", ["/tasks", "/tasks/parse"])
@pytest.mark.parametrize(
    "text",
    ["", "  ", "tomorrow", "#work 2h", "x" * 501, "x" * 10_000, "a\0b",
     "x " + " ".join(f"#tag{number}" for number in range(51))],
)  # fmt: skip
async def test_a_text_that_makes_no_task_is_refused(
    api: Api, token: str, path: str, text: str
) -> None:
    assert paths(await api.post(path, token, json={"text": text})) == ["text"]
    assert (await api.get("/tasks", token)).json["items"] == []


@pytest.mark.parametrize("path", ["/tasks", "/tasks/parse"])
async def test_half_a_character_is_no_text(api: Api, token: str, path: str) -> None:
    raw, headers = b'{"text": "x \\ud800"}', {"Content-Type": "application/json"}
    assert (await api.post(path, token, data=raw, headers=headers)).status in (400, 422)


async def test_any_script_is_a_title(api: Api, token: str) -> None:
    text = "🚀 \u05e9\u05dc\u05d5\u05dd \u202etomorrow #\u05e2\u05d1\u05d5\u05d3\u05d4"
    made = (await api.post("/tasks", token, json={"text": text})).json
    assert made["title"] == text.split(" #")[0]
    assert made["tags"] == ["\u05e2\u05d1\u05d5\u05d3\u05d4"]
