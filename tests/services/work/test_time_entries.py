"""Time entries: booked by hand, changed, shown with what they overlap."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

TIMES = {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z"}


async def entry(api: Api, token: str, **body: Any) -> Any:
    answer = await api.post("/time-entries", token, json={**TIMES, **body})
    assert answer.status == 201, answer.body
    return answer.json


async def change(api: Api, token: str, id: str, **body: Any) -> Answer:
    return await api.call("PATCH", f"/time-entries/{id}", token, json=body)


async def listed(api: Api, token: str, query: str = "") -> list[Any]:
    answer = await api.get(f"/time-entries?{query}", token)
    assert answer.status == 200, answer.body
    items: list[Any] = answer.json["items"]
    return items


def paths(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.body
    return [error["path"] for error in answer.json["errors"]]


async def test_an_entry_is_made_read_changed_deleted_and_restored(api: Api, token: str) -> None:
    made = await entry(api, token, description="Draft", tags=["deep"])
    assert (made["source"], made["time_zone"]) == ("manual", "UTC")
    read = await api.get(f"/time-entries/{made['id']}", token)
    assert read.json == made
    assert read.headers["ETag"] == f'"{made["version"]}"'
    changed = await change(api, token, made["id"], end="2026-11-02T11:30:00Z", tags=[])
    assert (changed.json["end"], changed.json["tags"]) == ("2026-11-02T11:30:00Z", [])
    same = await change(api, token, made["id"], description="Draft")
    assert same.json == changed.json
    assert (await api.call("DELETE", f"/time-entries/{made['id']}", token)).status == 204
    assert (await api.get(f"/time-entries/{made['id']}", token)).status == 404
    assert await listed(api, token) == []
    back = await api.post(f"/time-entries/{made['id']}/restore", token)
    assert back.json["deleted_at"] is None


async def test_an_entry_of_a_task_is_one_of_its_project(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    other = (await api.post("/projects", token, json={"name": "Garden"})).json["id"]
    body = {"title": "x", "project_id": project}
    task = (await api.post("/tasks", token, json=body)).json["id"]
    assert (await entry(api, token, task_id=task))["project_id"] == project
    assert (await entry(api, token, task_id=task, project_id=other))["project_id"] == other
    assert (await entry(api, token, task_id=task, project_id=None))["project_id"] is None


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"end": TIMES["start"]}, "end"), ({"end": "2026-11-02T08:00:00Z"}, "end"),
        ({"start": "2100-01-01T00:00:00Z"}, "start"), ({"end": "2100-01-01T00:00:00Z"}, "end"),
        ({"start": "1969-12-31T23:59:59Z"}, "start"), ({"start": "2026-11-02T09:00:00"}, "start"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"), ({"task_id": str(uuid4())}, "task_id"),
        ({"project_id": str(uuid4())}, "project_id"), ({"project_id": "x"}, "project_id"),
        ({"description": "x" * 2001}, "description"), ({"description": "a\0"}, "description"),
        ({"tags": [" "]}, "tags[0]"), ({"source": "timer"}, "source"), ({"id": "x"}, "id"),
    ],
)  # fmt: skip
async def test_bad_input_is_told_where_and_nothing_is_made(
    api: Api, token: str, body: Any, path: str
) -> None:
    new = {**TIMES, "tags": ["new"], **body}
    assert paths(await api.post("/time-entries", token, json=new)) == [path]
    assert await listed(api, token) == []
    assert (await api.get("/tags", token)).json["items"] == []


async def test_overlaps_are_shown_also_with_the_running_timer(api: Api, token: str) -> None:
    one = await entry(api, token)
    other = await entry(api, token, start="2026-11-02T09:30:00Z", end="2026-11-02T12:00:00Z")
    touching = await entry(api, token, start="2026-11-02T12:00:00Z", end="2026-11-02T13:00:00Z")
    start = (datetime.now(UTC) - timedelta(hours=2)).isoformat()
    end = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    recent = await entry(api, token, start=start, end=end)
    running = (await api.post("/timer/start", token, json={"start": start})).json
    found = {item["id"]: item["overlaps"] for item in await listed(api, token)}
    assert found == {
        one["id"]: [other["id"]],
        other["id"]: [one["id"]],
        touching["id"]: [],
        recent["id"]: [running["id"]],
        running["id"]: [recent["id"]],
    }


async def test_overlaps_are_shown_of_entries_that_lie_far_apart(api: Api, token: str) -> None:
    overlapped = {}
    for month in ("03", "07", "11"):
        times = {"start": f"2026-{month}-02T09:00:00Z", "end": f"2026-{month}-02T10:00:00Z"}
        first = await entry(api, token, **times, tags=["far"] if month != "07" else [])
        second = await entry(api, token, **times)
        if month != "07":
            overlapped[first["id"]] = [second["id"]]
    found = {item["id"]: item["overlaps"] for item in await listed(api, token, "tag=far")}
    assert found == overlapped


async def test_a_list_is_filtered_by_days_and_what_it_is_for(api: Api) -> None:
    ada = await api.register("filter@example.org", time_zone="Europe/Berlin")
    token = ada["access_token"]
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    task = (await api.post("/tasks", token, json={"title": "x"})).json["id"]
    await entry(
        api, token, start="2026-11-01T22:30:00Z", end="2026-11-01T23:30:00Z", description="night"
    )
    await entry(api, token, project_id=project, tags=["deep"], description="Morning draft")
    await entry(api, token, start="2026-11-03T09:00:00Z", end="2026-11-03T10:00:00Z", task_id=task)
    for query, count in {
        "": 3, "from=2026-11-02&to=2026-11-02": 2, "to=2026-11-01": 1, "from=2026-11-03": 1,
        f"project={project}": 1, f"task={task}": 1, "tag=deep": 1, "q=DRAFT": 1, "q=x": 0,
    }.items():  # fmt: skip
        assert len(await listed(api, token, query)) == count, query


async def test_all_are_seen_once_page_by_page_the_latest_first(api: Api, token: str) -> None:
    for number in range(7):
        # Some begin at the same instant.
        start = f"2026-11-02T0{number // 2}:00:00Z"
        await entry(api, token, start=start, end="2026-11-02T10:00:00Z", description=str(number))
    whole = [item["id"] for item in await listed(api, token)]
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await api.get(f"/time-entries?limit=3{cursor}", token)).json
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == whole
    assert len(set(seen)) == 7


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("from=2026-11-03&to=2026-11-02", "from"), ("from=1969-01-01", "from"), ("to=x", "to"),
        ("project=none", "project"), ("cursor=x", "cursor"), ("cursor=e30=", "cursor"),
        ("limit=0", "limit"), ("q=", "q"), ("task=1", "task"), ("sort=start", "sort"),
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_told_where(
    api: Api, token: str, query: str, path: str
) -> None:
    assert paths(await api.get(f"/time-entries?{query}", token)) == [path]


async def test_many_are_changed_at_once_or_none(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    ids = [(await entry(api, token))["id"] for _ in range(3)]
    body = {"ids": ids, "set": {"project_id": project, "tags": ["billed"]}}
    changed = (await api.call("PATCH", "/time-entries", token, json=body)).json["items"]
    assert [item["id"] for item in changed] == ids
    assert {(item["project_id"], *item["tags"]) for item in changed} == {(project, "billed")}
    wrong = {"ids": [ids[0], str(uuid4())], "set": {"description": "x"}}
    assert paths(await api.call("PATCH", "/time-entries", token, json=wrong)) == ["ids[1]"]
    wrong = {"ids": ids, "set": {"project_id": str(uuid4())}}
    assert paths(await api.call("PATCH", "/time-entries", token, json=wrong)) == ["set.project_id"]
    assert {item["description"] for item in await listed(api, token)} == {""}


async def test_only_one_entry_runs(api: Api, token: str) -> None:
    running = await entry(api, token, end=None)
    ended = await entry(api, token)
    other = await api.post("/time-entries", token, json={"start": TIMES["start"]})
    assert (other.status, other.json["code"]) == (409, "timer-running")
    assert (await change(api, token, ended["id"], end=None)).status == 409
    await api.call("DELETE", f"/time-entries/{running['id']}", token)
    assert (await change(api, token, ended["id"], end=None)).json["end"] is None
    assert (await api.post(f"/time-entries/{running['id']}/restore", token)).status == 409


moves = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["read", "description", "end"])), max_size=20
)


@given(moves)
@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
async def test_two_clients_that_say_what_they_know_lose_no_change(
    api: Api, token: str, moves: list[tuple[int, str]]
) -> None:
    made = await entry(api, token)
    path, truth = f"/time-entries/{made['id']}", dict(made)
    known = [dict(made), dict(made)]
    for number, (client, step) in enumerate(moves):
        if step == "read":
            known[client] = (await api.get(path, token)).json
            continue
        body = {name: known[client][name] for name in ("start", "end", "description")}
        body[step] = f"2026-11-02T11:00:{number:02}Z" if step == "end" else str(number)
        headers = {"If-Match": f'"{known[client]["version"]}"'}
        answer = await api.call("PATCH", path, token, json=body, headers=headers)
        if known[client]["version"] == truth["version"]:
            assert answer.status == 200
            truth |= body | {"version": answer.json["version"]}
            known[client] = answer.json
        else:
            assert answer.status == 412
    stands = (await api.get(path, token)).json
    for name in ("start", "end", "description", "version"):
        assert stands[name] == truth[name]
