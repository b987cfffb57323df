"""Rules of reading one's own events: as sent, by local dates, page by page."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from models import usage_events as stored
from models import user_state
from models.database import database
from tests.services.web.api import Api
from tests.services.web.stream import usage_events

pytestmark = pytest.mark.services


async def test_events_come_back_as_sent_with_when_they_were_received(api: Api) -> None:
    login = await api.register()
    sent = {
        "id": "b", "type": "usage.interval", "time": "2026-11-02T10:00:00.000001Z",
        "duration": 1.5, "device": "desk", "data": {"a": [1, "x"]},
    }  # fmt: skip
    await _store(api, login, [_point("a", "2026-11-02T09:00:00Z"), sent])
    items = (await api.get("/events", login["access_token"])).json["items"]
    assert [item.pop("source") for item in items] == ["api", "api"]
    assert all(item.pop("received_at") for item in items)
    assert items == [_point("a", "2026-11-02T09:00:00Z"), sent]


async def test_from_and_to_are_local_dates_both_included(api: Api) -> None:
    login = await api.register(time_zone="America/New_York")
    times = ["2026-11-02T04:59:59Z", "2026-11-02T05:00:00Z", "2026-11-04T04:59:59.999999Z",
             "2026-11-04T05:00:00Z"]  # fmt: skip
    await _store(api, login, [_point(str(n), time) for n, time in enumerate(times)])
    query = {"from": "2026-11-02", "to": "2026-11-03"}
    assert await _ids(api, login, query) == ["1", "2"]


async def test_a_day_is_in_the_zone_that_was_in_force_then(api: Api) -> None:
    login = await api.register(time_zone="UTC")
    change = {"time_zone": "Asia/Tokyo", "time_zone_from": "2026-06-10T12:00:00Z"}
    await api.call("PATCH", "/me", login["access_token"], json=change)
    times = ["2026-06-10T11:00:00Z", "2026-06-10T12:00:00Z", "2026-06-10T16:00:00Z"]
    await _store(api, login, [_point(str(n), time) for n, time in enumerate(times)])
    assert await _ids(api, login, {"from": "2026-06-10", "to": "2026-06-10"}) == ["0", "1"]
    assert await _ids(api, login, {"from": "2026-06-11", "to": "2026-06-11"}) == ["2"]


async def test_pages_follow_each_other_without_gap_or_overlap(api: Api) -> None:
    login = await api.register()
    points = [_point(f"{n:02}", f"2026-11-02T09:00:{n // 3:02}Z") for n in range(20)]
    await _store(api, login, points)
    found, query = [], {"limit": "7"}
    while True:
        page = (await api.get("/events", login["access_token"], params=query)).json
        found += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == [point["id"] for point in points]


async def test_nobody_reads_another_persons_events(api: Api) -> None:
    login = await api.register()
    await _store(api, login, [_point("a", "2026-11-02T09:00:00Z")])
    other = await api.register("bob@example.org")
    assert await _ids(api, other, {}) == []


async def test_one_device_can_be_asked_for(api: Api) -> None:
    login = await api.register()
    points = [_point(d, "2026-11-02T09:00:00Z") | {"device": d} for d in ("desk", "lap")]
    await _store(api, login, points)
    assert await _ids(api, login, {"device": "lap"}) == ["lap"]


@pytest.mark.parametrize(
    "query",
    ["from=yesterday", "from=2026-02-30", "from=2026-01-02&to=2026-01-01", "limit=0", "limit=x",
     "limit=1001", "cursor=x", "cursor=W10=", "cursor=WzEsIlx1MDAwMCIsImEiXQ==", "colour=red",
     "device=a%00b", "device=a&device=b", "from=0001-01-01", "to=9999-12-31"],
)  # fmt: skip
async def test_a_senseless_query_is_told_by_its_path(api: Api, token: str, query: str) -> None:
    answer = await api.get(f"/events?{query}", token)
    assert answer.status == 422, answer.body
    assert answer.json["errors"][0]["path"] in ["from", *query.replace("&", "=").split("=")]


def _point(id: str, time: str) -> dict[str, Any]:
    return {"id": id, "type": "usage.heartbeat", "time": time}


async def _store(api: Api, login: Any, events: list[dict[str, Any]]) -> None:
    answer = await api.post("/events", login["access_token"], json={"events": events})
    assert answer.json["accepted"] == len(events)
    with database.connection_context(), database.atomic():
        user_state.lock([UUID(login["user"]["id"])])
        stored.insert([msgspec.json.encode(event) for event in usage_events(api.settings)])


async def _ids(api: Api, login: Any, query: dict[str, str]) -> list[str]:
    answer = await api.get("/events", login["access_token"], params=query)
    assert answer.status == 200, answer.body
    return [item["id"] for item in answer.json["items"]]
