"""Rules of WakaTime's dialect, as its real clients need them."""

import base64
from typing import Any

import pytest

from tests.services.web.api import Answer, Api
from tests.services.web.stream import usage_events

pytestmark = pytest.mark.services

PATH = "/api/v1/users/current/heartbeats"
#: As wakatime 13.1.0 sends it: nulls, a line number as text.
HEARTBEAT: dict[str, Any] = {
    "time": 1793610000.25,
    "entity": "/home/ada/a.py",
    "type": "file",
    "category": None,
    "is_write": True,
    "project": "engine",
    "branch": None,
    "language": "Python",
    "dependencies": ["sys"],
    "lines": 10,
    "lineno": "1",
    "cursorpos": None,
    "user_agent": "wakatime/13.1.0",
    "brand_new": {"x": 1},
}


@pytest.fixture
async def key(api: Api, token: str) -> str:
    """An API key as a plugin has it."""
    made = await api.key(token, "ingest", "read")
    return str(made["key"])


async def test_heartbeats_are_answered_in_order_each_with_its_status(api: Api, key: str) -> None:
    answer = await _post(api, key, [HEARTBEAT, HEARTBEAT | {"time": "soon"}, HEARTBEAT])
    assert answer.status in (201, 202)
    assert [status for _, status in answer.json["responses"]] == [201, 400, 201]
    first, bad, third = (body for body, _ in answer.json["responses"])
    assert first["data"]["id"] == third["data"]["id"]
    assert "time" in bad["error"]


async def test_a_heartbeat_becomes_an_event_of_its_machine(api: Api, key: str) -> None:
    await _post(api, key, [HEARTBEAT], headers={"X-Machine-Name": "desk"})
    (event,) = usage_events(api.settings)
    assert event["time"] == 1793610000_250_000
    assert (event["device"], event["entity"]) == ("desk", "/home/ada/a.py")
    assert (event["category"], event["project"]) == ("coding", "engine")
    assert event["source"] == "wakatime"
    assert event["data"] == {
        "type": "file", "is_write": True, "language": "Python", "dependencies": ["sys"],
        "lines": 10, "lineno": "1", "user_agent": "wakatime/13.1.0", "brand_new": {"x": 1},
    }  # fmt: skip


@pytest.mark.parametrize(
    "item",
    [1, None, [], {}, {"time": None}, {"time": "x"}, {"time": -1}, {"time": 1e300},
     HEARTBEAT | {"entity": "x" * 1001}, HEARTBEAT | {"project": "a\0"},
     HEARTBEAT | {"time": 4e9}],
)  # fmt: skip
async def test_an_item_never_fails_the_batch(api: Api, key: str, item: Any) -> None:
    answer = await _post(api, key, [HEARTBEAT, item])
    assert answer.status == 202
    assert [status for _, status in answer.json["responses"]] == [201, 400]


@pytest.mark.parametrize(
    "change",
    [{"time": "1793610000.25"}, {"category": "brewing"}, {"entity": 7}, {"project": None},
     {"lineno": 5, "lines": "x"}],
)  # fmt: skip
async def test_odd_values_are_taken(api: Api, key: str, change: dict[str, Any]) -> None:
    answer = await _post(api, key, [HEARTBEAT | change])
    assert [status for _, status in answer.json["responses"]] == [201]


async def test_a_single_heartbeat_is_created(api: Api, key: str) -> None:
    answer = await api.post(PATH, key, json=HEARTBEAT)
    assert answer.status == 201
    assert answer.json["data"]["id"] == usage_events(api.settings)[0]["id"]
    assert (await api.post(PATH, key, json={"time": "x"})).status == 400


async def test_an_empty_batch_is_fine(api: Api, key: str) -> None:
    assert (await _post(api, key, [])).json == {"responses": []}


async def test_a_plugin_sends_its_key_without_a_colon(api: Api, key: str) -> None:
    basic = base64.b64encode(key.encode()).decode()
    headers = {"Authorization": f"Basic {basic}"}
    answer = await api.post(f"{PATH}.bulk", headers=headers, json=[HEARTBEAT])
    assert answer.status == 202


async def test_a_wrong_key_is_401_so_that_the_plugin_keeps_its_heartbeats(api: Api) -> None:
    assert (await _post(api, "not a key", [HEARTBEAT])).status == 401


async def test_the_status_bar_has_the_shape_the_plugins_read(api: Api, key: str) -> None:
    answer = await api.get("/api/v1/users/current/statusbar/today", key)
    assert answer.status == 200
    total = answer.json["data"]["grand_total"]
    assert total["total_seconds"] == 0
    assert (total["digital"], total["text"]) == ("0:00", "0 mins")
    assert answer.json["data"]["range"]["timezone"] == "UTC"
    assert {"categories", "projects", "languages", "editors"} <= set(answer.json["data"])
    assert answer.json["cached_at"]


async def _post(api: Api, key: str, items: list[Any], **what: Any) -> Answer:
    return await api.post(f"{PATH}.bulk", key, json=items, **what)
