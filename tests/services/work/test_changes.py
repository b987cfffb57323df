"""A client that follows the changes has, in the end, what the lists say."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.web.api import Api

pytestmark = pytest.mark.services

ID = "018f0000-0000-7000-8000-000000000000"
LISTS = {"project": "/projects", "tag": "/tags", "task": "/tasks", "time_entry": "/time-entries"}


class Copy:
    """What a client keeps: the objects it knows by their ids."""

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, Any]] = {kind: {} for kind in LISTS}
        self.cursor = ""

    async def follow(self, api: Api, token: str, limit: int = 500) -> int:
        """Apply what there is; how many items there were."""
        count = 0
        while True:
            page = (await api.get(f"/changes?limit={limit}{self.cursor}", token)).json
            count += len(page["items"])
            for item in page["items"]:
                known = self.objects[item["kind"]]
                if item["deleted"]:
                    known.pop(item["id"], None)
                else:
                    assert item["object"]["version"] == item["version"]
                    known[item["id"]] = item["object"]
            self.cursor = f"&cursor={page['next_cursor']}"
            if not page["has_more"]:
                return count


async def lists(api: Api, token: str) -> dict[str, dict[str, Any]]:
    found = {}
    for kind, path in LISTS.items():
        items = (await api.get(f"{path}?limit=1000", token)).json["items"]
        found[kind] = {item["id"]: {**item} for item in items}
        for item in found[kind].values():
            item.pop("overlaps", None)
    return found


def named(kind: str) -> dict[str, Any]:
    """Fields of a kind, with a new name; tags are made and renamed by the way."""
    name = str(uuid4())
    if kind == "time_entry":
        times = {"start": "2026-11-02T09:00:00Z", "end": "2026-11-02T10:00:00Z"}
        return {**times, "description": name, "tags": [name]}
    return {"title": name, "tags": [name]} if kind == "task" else {"name": name}


steps = st.lists(
    st.tuples(
        st.sampled_from(sorted(LISTS)),
        st.sampled_from(["make", "change", "delete", "follow"]),
        st.integers(0, 5),
    ),
    max_size=25,
)


@given(steps, st.integers(1, 4))
@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
async def test_changes_replayed_on_an_empty_client_equal_the_lists(
    api: Api, token: str, some: list[tuple[str, str, int]], limit: int
) -> None:
    follower = Copy()
    for kind, step, which in some:
        path = LISTS[kind]
        if step == "follow":
            await follower.follow(api, token, limit)
            continue
        ids = sorted((await lists(api, token))[kind])
        if step == "make":
            await api.post(path, token, json=named(kind))
        elif ids:
            one = f"{path}/{ids[which % len(ids)]}"
            if step == "change":
                await api.call("PATCH", one, token, json=named(kind))
            else:
                await api.call("DELETE", one, token)
    beginner = Copy()
    await follower.follow(api, token, limit)
    await beginner.follow(api, token, limit)
    assert follower.objects == beginner.objects == await lists(api, token)
    assert await follower.follow(api, token, limit) == 0


async def test_whoever_writes_meanwhile_is_not_missed(api: Api, token: str) -> None:
    follower, done = Copy(), asyncio.Event()

    async def write(number: int) -> None:
        for step in range(10):
            await api.post("/tags", token, json={"name": f"{number} {step}"})

    async def follow() -> None:
        while not done.is_set():
            await follower.follow(api, token, 3)

    following = asyncio.create_task(follow())
    await asyncio.gather(*(write(number) for number in range(4)))
    done.set()
    await following
    await follower.follow(api, token)
    assert len(follower.objects["tag"]) == 40


async def test_who_begins_is_not_told_of_what_is_gone(api: Api, token: str) -> None:
    made = (await api.post("/tags", token, json={"name": "gone"})).json
    await api.call("DELETE", f"/tags/{made['id']}", token)
    page = (await api.get("/changes", token)).json
    assert page["items"] == []
    assert not page["has_more"]
    later = (await api.get(f"/changes?cursor={page['next_cursor']}", token)).json
    assert later["items"] == []


async def test_a_tag_that_is_deleted_is_a_tombstone(api: Api, token: str) -> None:
    made = (await api.post("/tags", token, json={"name": "gone"})).json
    cursor = (await api.get("/changes", token)).json["next_cursor"]
    await api.call("DELETE", f"/tags/{made['id']}", token)
    (item,) = (await api.get(f"/changes?cursor={cursor}", token)).json["items"]
    assert (item["kind"], item["id"], item["deleted"]) == ("tag", made["id"], True)
    assert item["object"] is None


@pytest.mark.parametrize(
    "cursor",
    ["x", "1", f"1-{ID}x", f"-1-{ID}", f"99-{ID}", f"{10**17}-{ID}",
     f"{10**30}-{ID}", f"1-{ID}%00"],
)  # fmt: skip
async def test_a_cursor_that_is_none_of_ours_is_refused(api: Api, token: str, cursor: str) -> None:
    answer = await api.get(f"/changes?cursor={cursor}", token)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == ["cursor"]
