"""Projects and tags: made, changed, deleted, restored; nobody's change is lost."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


async def made(api: Api, token: str, path: str, **body: Any) -> Any:
    answer = await api.post(path, token, json=body)
    assert answer.status == 201, answer.body
    return answer.json


async def change(api: Api, token: str, path: str, **body: Any) -> Answer:
    return await api.call("PATCH", path, token, json=body)


async def test_a_project_is_made_read_changed_deleted_and_restored(api: Api, token: str) -> None:
    project = await made(api, token, "/projects", name="Website", default_estimate_s=3600)
    path = f"/projects/{project['id']}"
    read = await api.get(path, token)
    assert read.json == project
    assert read.headers["ETag"] == f'"{project["version"]}"'
    changed = (await change(api, token, path, name="Site", archived=True)).json
    assert changed["name"] == "Site"
    assert changed["archived_at"] is not None
    assert changed["version"] > project["version"]
    assert (await change(api, token, path, archived=False)).json["archived_at"] is None
    assert (await api.call("DELETE", path, token)).status == 204
    assert (await api.get(path, token)).status == 404
    assert (await api.get("/projects", token)).json["items"] == []
    restored = await api.post(f"/projects/{project['id']}/restore", token)
    assert restored.json["name"] == "Site"
    assert restored.json["deleted_at"] is None
    assert (await api.get(path, token)).json == restored.json


async def test_a_colour_that_is_not_chosen_follows_from_the_name(api: Api, token: str) -> None:
    one = await made(api, token, "/projects", name="Website")
    other = await made(api, token, "/tags", name="WEBSITE")
    assert one["color"] == other["color"]
    assert (await made(api, token, "/tags", name="x", color="#123abc"))["color"] == "#123abc"


async def test_a_change_that_changes_nothing_keeps_the_version(api: Api, token: str) -> None:
    project = await made(api, token, "/projects", name="Website")
    same = await change(api, token, f"/projects/{project['id']}", name="Website", archived=False)
    assert same.json == project


@pytest.mark.parametrize("path", ["/projects", "/tags"])
async def test_a_name_belongs_to_one(api: Api, token: str, path: str) -> None:
    one = await made(api, token, path, name="Website")
    other = await made(api, token, path, name="Garden")
    assert (await api.post(path, token, json={"name": "WEBSITE"})).status == 409
    taken = await change(api, token, f"{path}/{other['id']}", name="website")
    assert (taken.status, taken.json["code"]) == (409, "name-taken")
    # One may write one's own name otherwise, and a deleted one is free.
    assert (await change(api, token, f"{path}/{one['id']}", name="WebSite")).status == 200
    assert (await api.call("DELETE", f"{path}/{one['id']}", token)).status == 204
    assert (await change(api, token, f"{path}/{other['id']}", name="website")).status == 200
    if path == "/projects":
        assert (await api.post(f"{path}/{one['id']}/restore", token)).status == 409


async def test_projects_make_a_tree(api: Api, token: str) -> None:
    root = await made(api, token, "/projects", name="Root")
    child = await made(api, token, "/projects", name="Child", parent_id=root["id"])
    leaf = await made(api, token, "/projects", name="Leaf", parent_id=child["id"])
    for parent in (root["id"], leaf["id"], str(uuid4())):
        answer = await change(api, token, f"/projects/{root['id']}", parent_id=parent)
        assert answer.status == 422
        assert [error["path"] for error in answer.json["errors"]] == ["parent_id"]
    assert (await change(api, token, f"/projects/{leaf['id']}", parent_id=None)).status == 200


async def test_only_who_knows_the_version_changes_it(api: Api, token: str) -> None:
    project = await made(api, token, "/projects", name="Website")
    path, old = f"/projects/{project['id']}", {"If-Match": f'"{project["version"]}"'}
    first = await api.call("PATCH", path, token, json={"name": "A"}, headers=old)
    second = await api.call("PATCH", path, token, json={"name": "B"}, headers=old)
    assert (first.status, second.status) == (200, 412)
    assert (await api.call("DELETE", path, token, headers=old)).status == 412
    assert (await api.get(path, token)).json["name"] == "A"
    known = {"If-None-Match": first.headers["ETag"]}
    assert (await api.get(path, token, headers=known)).status == 304


async def test_twenty_at_once_with_one_key_make_one_project(api: Api, token: str) -> None:
    headers = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(
            api.post("/projects", token, json={"name": "Website"}, headers=headers)
            for _ in range(20)
        )
    )
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert len((await api.get("/projects", token)).json["items"]) == 1
    other = await api.post("/projects", token, json={"name": "Garden"}, headers=headers)
    assert other.status == 422


async def test_a_list_is_read_page_by_page(api: Api, token: str) -> None:
    names = [f"P{number}" for number in range(5)]
    for name in names:
        await made(api, token, "/projects", name=name)
    archived = (await api.get("/projects", token)).json["items"][2]
    await change(api, token, f"/projects/{archived['id']}", archived=True)
    seen, cursor = [], ""
    while cursor is not None:
        page = (await api.get(f"/projects?limit=2{cursor}", token)).json
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"
    assert seen == names
    only = (await api.get("/projects?archived=true", token)).json["items"]
    assert [item["name"] for item in only] == ["P2"]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\0b"}, "name"),
        ({"name": "a", "color": "red"}, "color"),
        ({"name": "a", "default_estimate_s": 0}, "default_estimate_s"),
        ({"name": "a", "parent_id": "x"}, "parent_id"),
        ({"name": "a", "owner": "me"}, "owner"),
        ({}, "name"),
    ],
)
async def test_bad_input_is_told_where(api: Api, token: str, body: Any, path: str) -> None:
    answer = await api.post("/projects", token, json=body)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]


async def test_half_a_character_is_no_name(api: Api, token: str) -> None:
    raw = b'{"name": "\\ud800"}'
    answer = await api.post("/tags", token, data=raw, headers={"Content-Type": "application/json"})
    assert answer.status in (400, 422)
    assert (await api.get("/tags", token)).json["items"] == []
