"""Rules of one's devices: labelled, ranked and merged, never by or with those of others."""

from typing import Any
from uuid import UUID

import pytest

from models import devices
from models.database import database
from models.devices import Sighting
from tests.people import instant
from tests.services.web.api import Api

pytestmark = pytest.mark.services

LONG_AGO, NOON = instant("2020-01-01T12:00"), instant("2026-11-20T12:00")


async def _seen(api: Api, token: str, *names: str, at: int = NOON) -> dict[str, Any]:
    """Devices as the stage makes them; their ids by name."""
    user_id = UUID((await api.get("/me", token)).json["id"])
    with database.connection_context():
        devices.see([Sighting(user_id, name, "api", at, at) for name in names])
    found = (await api.get("/devices?limit=1000", token)).json["items"]
    return {device["name"]: device["id"] for device in found}


async def _patch(api: Api, token: str, id: str, change: dict[str, Any]) -> Any:
    answer = await api.call("PATCH", f"/devices/{id}", token, json=change)
    assert answer.status == 200, answer.body
    return answer.json


async def test_a_device_is_what_its_events_call_it_until_it_is_labelled(
    api: Api, token: str
) -> None:
    ids = await _seen(api, token, "dell-7")
    device = await _patch(api, token, ids["dell-7"], {"label": "Desk"})
    assert (device["name"], device["label"]) == ("dell-7", "Desk")
    assert (device["priority"], device["merged_into"]) == (0, None)
    assert device["first_seen"] == device["last_seen"] == "2026-11-20T12:00:00Z"
    assert (await api.get("/devices", token)).json == {"items": [device], "next_cursor": None}


async def test_a_label_is_only_a_label_and_leaves_the_days_alone(api: Api, token: str) -> None:
    ids = await _seen(api, token, "dell-7")
    await _patch(api, token, ids["dell-7"], {"label": "Desk"})
    assert api.rows("SELECT user_id FROM rebuild_request") == []


@pytest.mark.parametrize("change", [{"priority": 5}, {"merged_into": "desk"}])
async def test_priority_and_merging_queue_the_rebuild(
    api: Api, token: str, change: dict[str, Any]
) -> None:
    ids = await _seen(api, token, "dell-7", "desk")
    change = {name: ids.get(value, value) for name, value in change.items()}
    device = await _patch(api, token, ids["dell-7"], change)
    assert change.items() <= device.items()
    assert api.rows("SELECT reason FROM rebuild_request") == [("devices",)]
    assert api.rows("SELECT rev FROM user_state") == [(1,)]


async def test_a_merge_is_undone_by_null(api: Api, token: str) -> None:
    ids = await _seen(api, token, "old", "new")
    await _patch(api, token, ids["old"], {"merged_into": ids["new"]})
    assert (await _patch(api, token, ids["old"], {"label": "x"}))["merged_into"] == ids["new"]
    assert (await _patch(api, token, ids["old"], {"merged_into": None}))["merged_into"] is None


async def test_devices_are_never_merged_in_a_circle(api: Api, token: str) -> None:
    ids = await _seen(api, token, "a", "b", "c")
    await _patch(api, token, ids["a"], {"merged_into": ids["b"]})
    await _patch(api, token, ids["b"], {"merged_into": ids["c"]})
    for into in "abc":
        path = f"/devices/{ids['c']}"
        answer = await api.call("PATCH", path, token, json={"merged_into": ids[into]})
        assert (answer.status, answer.json["errors"][0]["path"]) == (422, "merged_into")
    assert api.rows("SELECT name FROM device WHERE merged_into IS NULL") == [("c",)]


async def test_a_device_of_another_is_not_there(api: Api, token: str) -> None:
    other = (await api.register("bob@example.org"))["access_token"]
    theirs = (await _seen(api, other, "phone"))["phone"]
    mine = (await _seen(api, token, "phone"))["phone"]
    assert mine != theirs
    answer = await api.call("PATCH", f"/devices/{theirs}", token, json={"label": "x"})
    assert answer.status == 404
    answer = await api.call("PATCH", f"/devices/{mine}", token, json={"merged_into": theirs})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "merged_into")
    assert api.rows("SELECT user_id FROM rebuild_request") == []


async def test_a_device_is_silent_after_long_and_one_that_goes_on_under_a_new_name_is_not(
    api: Api, token: str
) -> None:
    ids = await _seen(api, token, "old", "gone", at=LONG_AGO)
    ids = await _seen(api, token, "new", at=instant("2199-12-31T00:00"))
    await _patch(api, token, ids["new"], {"merged_into": ids["old"]})
    found = {each["name"]: each for each in (await api.get("/devices", token)).json["items"]}
    assert {name: each["silent_since"] for name, each in found.items()} == {
        "old": None,
        "new": None,
        "gone": "2020-01-01T12:00:00Z",
    }
    assert found["old"]["last_seen"] == "2020-01-01T12:00:00Z"


async def test_no_more_devices_are_changed_than_the_setting_allows(
    configured: Any,
) -> None:
    async with Api(configured(max_devices=2)) as api:
        token = (await api.register())["access_token"]
        ids = await _seen(api, token, "a", "b", "c")
        for name in "ab":
            await _patch(api, token, ids[name], {"priority": 1})
        answer = await api.call("PATCH", f"/devices/{ids['c']}", token, json={"priority": 1})
        assert (answer.status, answer.json["code"]) == (422, "too-many-devices")
        assert api.rows("SELECT count(*) FROM device WHERE priority = 1") == [(2,)]
        assert api.rows("SELECT rev FROM user_state") == [(2,)]


async def test_devices_come_page_by_page(api: Api, token: str) -> None:
    names = [f"device {number:03}" for number in range(5)]
    await _seen(api, token, *names)
    found, cursor = [], ""
    while cursor is not None:
        page = (await api.get(f"/devices?limit=2{cursor and f'&cursor={cursor}'}", token)).json
        found += [device["name"] for device in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(found) == names


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"label": "x" * 101}, "label"),
        ({"priority": 1001}, "priority"),
        ({"priority": 0.5}, "priority"),
        ({"merged_into": "desk"}, "merged_into"),
        ({"name": "x"}, "name"),
    ],
)
async def test_an_unusable_change_is_told_by_its_path(
    api: Api, token: str, change: dict[str, Any], path: str
) -> None:
    ids = await _seen(api, token, "desk")
    answer = await api.call("PATCH", f"/devices/{ids['desk']}", token, json=change)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]
