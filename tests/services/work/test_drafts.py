"""The day's unclaimed time, proposed and accepted over HTTP."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from tests.people import MINUTE_US, instant, usage_event
from tests.services.usage.conftest import Tables
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

DAY = "2026-11-20"


async def used(api: Api, token: str, *times: tuple[str, int, str]) -> None:
    """(from, minutes, project) on the day, in one go each."""
    user = UUID((await api.get("/me", token)).json["id"])
    events = [
        usage_event(
            instant(f"{DAY}T{at}"), user=user, duration=minutes * MINUTE_US, project=project,
            entity=f"{project}.py",
        )
        for at, minutes, project in times
    ]  # fmt: skip

    def apply() -> None:
        with database.connection_context():
            Tables().apply(events)

    await asyncio.to_thread(apply)


async def drafts(api: Api, token: str) -> list[tuple[str, str, str]]:
    answer = await api.get(f"/drafts?date={DAY}", token)
    assert answer.status == 200, answer.body
    items = answer.json["items"]
    return [(one["start"][11:16], one["end"][11:16], one["project"]) for one in items]


async def accept(api: Api, token: str, **body: Any) -> Answer:
    return await api.post("/drafts/accept", token, json={"date": DAY, **body})


def at(time: str) -> str:
    return f"{DAY}T{time}:00Z"


async def test_the_day_is_proposed_and_accepted_whole(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "TimeFlow"})).json["id"]
    await used(api, token, ("09:00", 60, "timeflow"), ("10:30", 20, "garden"))
    assert await drafts(api, token) == [
        ("09:00", "10:00", "timeflow"),
        ("10:30", "10:50", "garden"),
    ]
    made = (await accept(api, token, all=True)).json["items"]
    assert [(one["project_id"], one["description"], one["source"]) for one in made] == [
        (project, "timeflow.py", "claimed"),
        (None, "garden.py", "claimed"),
    ]
    assert await drafts(api, token) == []
    assert (await accept(api, token, all=True)).json["items"] == []


async def test_what_an_entry_claims_is_not_proposed(api: Api, token: str) -> None:
    await used(api, token, ("09:00", 60, "a"))
    body = {"start": at("09:20"), "end": at("09:30")}
    made = (await api.post("/time-entries", token, json=body)).json
    assert await drafts(api, token) == [("09:00", "09:20", "a"), ("09:30", "10:00", "a")]
    await api.call("DELETE", f"/time-entries/{made['id']}", token)
    assert await drafts(api, token) == [("09:00", "10:00", "a")]
    # Nor what the running timer does.
    await api.post("/timer/start", token, json={"start": at("09:10")})
    assert await drafts(api, token) == [("09:00", "09:10", "a")]


async def test_one_is_accepted_trimmed_assigned_and_split(api: Api, token: str) -> None:
    task = (await api.post("/tasks", token, json={"title": "x"})).json["id"]
    await used(api, token, ("09:00", 40, "a"), ("09:40", 4, "b"), ("09:44", 16, "a"))
    item = {
        "start": at("09:10"), "end": at("09:44"), "split_at": [at("09:40")], "task_id": task,
        "tags": ["deep"],
    }  # fmt: skip
    made = (await accept(api, token, items=[item])).json["items"]
    assert [(one["start"], one["end"], one["description"]) for one in made] == [
        (at("09:10"), at("09:40"), "a.py"),
        (at("09:40"), at("09:44"), "b.py"),
    ]
    assert {(one["task_id"], *one["tags"]) for one in made} == {(task, "deep")}
    assert await drafts(api, token) == [("09:00", "09:10", "a"), ("09:44", "10:00", "a")]


async def test_all_that_are_named_are_accepted_or_none(api: Api, token: str) -> None:
    await used(api, token, ("09:00", 60, "a"))
    twice = [{"start": at("09:00"), "end": at("09:30")}, {"start": at("09:20"), "end": at("10:00")}]
    answer = await accept(api, token, items=twice)
    assert (answer.status, answer.json["code"]) == (409, "claimed")
    assert "items[1]" in answer.json["detail"]
    assert await drafts(api, token) == [("09:00", "10:00", "a")]


HALF = {"start": at("09:00"), "end": at("09:30")}
NOBODYS = "018f0000-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "items"),
        ({"all": True, "items": [HALF]}, "items"),
        ({"items": [{"start": at("09:30"), "end": at("09:00")}]}, "items[0].end"),
        ({"items": [{**HALF, "split_at": [at("09:00")]}]}, "items[0].split_at[0]"),
        ({"items": [{**HALF, "split_at": [at("09:40")]}]}, "items[0].end"),
        ({"items": [{**HALF, "end": "2100-01-01T00:00:00Z"}]}, "items[0].end"),
        ({"items": [{**HALF, "tags": [""]}]}, "items[0].tags[0]"),
        ({"items": [{**HALF, "project_id": NOBODYS}]}, "items[0].project_id"),
        ({"all": True, "date": "1969-12-31"}, "date"),
    ],
)
async def test_bad_input_is_told_where(api: Api, token: str, body: Any, path: str) -> None:
    answer = await accept(api, token, **body)
    assert answer.status == 422, answer.body
    assert [error["path"] for error in answer.json["errors"]] == [path]
    assert (await api.get("/time-entries", token)).json["items"] == []
    assert (await api.get("/drafts?date=2026-02-30", token)).status == 422
