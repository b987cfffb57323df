"""Rules of ActivityWatch's dialect, as its real clients need them."""

import base64
import json
from typing import Any

import pytest

from tests.services.web.api import Api
from tests.services.web.applying import apply
from tests.services.web.buckets import DATA, WINDOW, api, at, beat, day, events, key, make, report
from tests.services.web.stream import usage_events

__all__ = ["api", "key"]

pytestmark = pytest.mark.services


async def test_everybody_may_ask_who_is_there(api: Api) -> None:
    answer = await api.get("/api/0/info")
    assert (answer.status, answer.json["testing"]) == (200, False)
    assert set(answer.json) == {"hostname", "version", "testing", "device_id"}


async def test_a_client_logs_in_by_the_host_part_of_its_address(api: Api, key: str) -> None:
    basic = base64.b64encode(f"user:{key}".encode()).decode()
    answer = await api.get("/api/0/buckets/", headers={"Authorization": f"Basic {basic}"})
    assert (answer.status, answer.json) == (200, {})
    assert (await api.get("/api/0/buckets/")).status == 401


async def test_a_bucket_is_made_once(api: Api, key: str) -> None:
    first = await make(api, key)
    assert (first.status, first.json) == (200, {})
    assert (await make(api, key, type="other")).status == 304
    kept = (await api.get(f"/api/0/buckets/{WINDOW}", key)).json
    assert (kept["type"], kept["hostname"]) == ("currentwindow", "desk")
    assert (await api.get("/api/0/buckets/", key)).json == {WINDOW: kept}


async def test_a_bucket_tells_when_it_was_last_written(api: Api, key: str) -> None:
    await make(api, key)
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=[report(0, 5), report(20, 7)])
    apply(api.settings)
    listed = (await api.get("/api/0/buckets/", key)).json[WINDOW]
    assert listed["last_updated"] == "2026-11-20T12:00:27Z"


async def test_an_ingest_key_is_enough_for_a_watcher(api: Api, token: str) -> None:
    narrow = (await api.key(token, "ingest"))["key"]
    assert (await make(api, narrow)).status == 200
    assert (await beat(api, narrow, 0)).status == 200
    assert (await api.get(f"/api/0/buckets/{WINDOW}/events", narrow)).status == 403
    assert (await api.call("DELETE", f"/api/0/buckets/{WINDOW}", narrow)).status == 403


async def test_another_persons_bucket_is_not_there(api: Api, key: str) -> None:
    await make(api, key)
    await beat(api, key, 0)
    other = (await api.register("bob@example.org"))["access_token"]
    for method, path in (
        ("GET", ""), ("DELETE", ""), ("GET", "/events"), ("GET", "/events/count"),
        ("GET", "/events/1"), ("DELETE", "/events/1"),
    ):  # fmt: skip
        answer = await api.call(method, f"/api/0/buckets/{WINDOW}{path}", other)
        assert answer.status == 404, (method, path)
    assert (await beat(api, other, 0)).status == 404


async def test_shuffled_heartbeats_give_the_merged_truth(api: Api, key: str) -> None:
    await make(api, key)
    for second in (0, 5, 10, 40, 12, 45):
        assert (await beat(api, key, second)).status == 200
    found = await events(api, key)
    assert [(e["timestamp"][17:19], e["duration"]) for e in found] == [("40", 5.0), ("00", 12.0)]
    assert all(e["data"] == DATA for e in found)
    assert (await day(api, key))["active_s"] == 17
    counted = await api.get(f"/api/0/buckets/{WINDOW}/events/count", key)
    assert counted.json == 2


async def test_a_heartbeat_is_answered_with_what_it_adds_up_to(api: Api, key: str) -> None:
    await make(api, key)
    first = (await beat(api, key, 0)).json
    merged = (await beat(api, key, 8)).json
    assert (merged["id"], merged["timestamp"]) == (first["id"], first["timestamp"])
    assert (merged["duration"], merged["data"]) == (8.0, DATA)
    assert (await beat(api, key, 30)).json["duration"] == 0


async def test_a_heartbeat_sent_again_counts_once(api: Api, key: str) -> None:
    await make(api, key)
    ids = {(await beat(api, key, 3, duration=4)).json["id"] for _ in range(3)}
    (found,) = await events(api, key)
    assert {found["id"]} == ids
    assert found["duration"] == 4


async def test_what_is_wrong_with_a_heartbeat_is_told(api: Api, key: str) -> None:
    await make(api, key)
    path = f"/api/0/buckets/{WINDOW}/heartbeat"
    assert (await api.post(path, key, json=report(0))).status == 422
    answer = await api.post(f"{path}?pulsetime=1", key, json={"timestamp": "soon"})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "timestamp")
    answer = await api.post(f"{path}?pulsetime=1", key, json=report(0, x={"a": "\0"}))
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "data")
    assert usage_events(api.settings) == []


async def test_events_never_fail_each_other(api: Api, key: str) -> None:
    await make(api, key)
    bad = [1, {}, report(0) | {"duration": -1}, report(0, x="\0"), {"timestamp": "2199-01-01"}]
    posted = [report(0, 5), *bad, report(20, 5)]
    answer = await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=posted)
    assert (answer.status, answer.json["accepted"]) == (200, 2)
    paths = [error["path"] for error in answer.json["rejected"]]
    assert paths == ["[1]", "[2].timestamp", "[3].duration", "[4].data", "[5].timestamp"]
    assert len(await events(api, key)) == 2


async def test_a_lone_event_needs_no_list(api: Api, key: str) -> None:
    await make(api, key)
    answer = await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=report(0, 5))
    assert answer.json == {"accepted": 1, "rejected": []}


async def test_inserted_events_stay_apart_where_heartbeats_would_not(api: Api, key: str) -> None:
    await make(api, key)
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=[report(0, 5), report(5, 5)])
    assert len(await events(api, key)) == 2


async def test_what_lasts_longer_than_a_day_stays_one_event(api: Api, key: str) -> None:
    await make(api, key)
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=[report(0, 200_000)])
    (found,) = await events(api, key)
    assert (found["timestamp"], found["duration"]) == ("2026-11-20T12:00:00Z", 200_000)
    assert (await day(api, key))["active_s"] == 12 * 3600


async def test_a_client_reads_by_limit_and_time(api: Api, key: str) -> None:
    await make(api, key)
    posted = [report(0, 30, minute=minute, n=minute) for minute in range(10)]
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=posted)
    newest = await events(api, key, limit=2)
    assert [e["data"]["n"] for e in newest] == [9, 8]
    assert await events(api, key, limit=0) == []
    part = await events(api, key, start=at(15, 3), end=at(10, 5))
    assert [(e["data"]["n"], e["duration"]) for e in part] == [(5, 10), (4, 30), (3, 15)]
    count = f"/api/0/buckets/{WINDOW}/events/count"
    assert (await api.get(count, key, params={"start": at(0, 8)})).json == 2


async def test_what_would_be_too_much_is_refused_and_not_cut(api: Api, key: str) -> None:
    await make(api, key)
    posted = [report(n / 4, 0.1, n=n) for n in range(201)]
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=posted)
    apply(api.settings)
    answer = await api.get(f"/api/0/buckets/{WINDOW}/events", key)
    assert (answer.status, answer.json["code"]) == (413, "too-many-events")
    assert len(await events(api, key, limit=20)) == 20


async def test_an_event_is_deleted_with_all_its_heartbeats(api: Api, key: str) -> None:
    await make(api, key)
    for second in (0, 5, 40):
        await beat(api, key, second)
    number = (await events(api, key))[1]["id"]
    path = f"/api/0/buckets/{WINDOW}/events/{number}"
    assert (await api.get(path, key)).json["duration"] == 5
    assert (await api.call("DELETE", path, key)).json == {"success": True}
    assert api.rows("SELECT count(*) FROM usage_event") == [(1,)]
    assert api.rows("SELECT reason FROM rebuild_request") == [("event deleted",)]
    assert (await api.call("DELETE", path, key)).json == {"success": False}
    assert (await api.get(path, key)).status == 404


async def test_a_bucket_goes_with_its_events_and_no_others(api: Api, key: str) -> None:
    await make(api, key)
    await make(api, key, "other")
    for bucket in (WINDOW, "other"):
        await api.post(f"/api/0/buckets/{bucket}/events", key, json=[report(0, 5)])
    apply(api.settings)
    assert (await api.call("DELETE", f"/api/0/buckets/{WINDOW}?force=1", key)).status == 200
    assert api.rows("SELECT source FROM usage_event") == [("activitywatch:other",)]
    assert api.rows("SELECT reason FROM rebuild_request") == [("bucket deleted",)]
    assert (await beat(api, key, 0)).status == 404


async def test_nobody_is_active_who_is_away(api: Api, key: str) -> None:
    await make(api, key)
    await make(api, key, "afk", "afkstatus")
    await api.post(f"/api/0/buckets/{WINDOW}/events", key, json=[report(0, 1800)])
    here, gone = report(0, 600, status="not-afk"), report(0, 900, minute=10, status="afk")
    await api.post("/api/0/buckets/afk/events", key, json=[here, gone])
    found = await day(api, key)
    assert found["active_s"] == 900
    assert found["by_category"] == {"app": 900.0}
    assert len(await events(api, key, "afk")) == 2


@pytest.mark.parametrize(
    ("type", "data", "entity", "category", "project"),
    [
        ("currentwindow", DATA, "Editor — main.py", "app", ""),
        ("web.tab.current", {"url": "https://a.example/x", "title": "A"}, "https://a.example/x",
         "browsing", ""),
        ("app.editor.activity", {"file": "/a.py", "project": "p", "language": "python"}, "/a.py",
         "coding", "p"),
        ("mine", {"label": "walk"}, "walk", "mine", ""),
        ("mine", {"n": 1}, '{"n":1}', "mine", ""),
        ("currentwindow", {"app": "x" * 3000}, "x" * 1000, "app", ""),
    ],
)  # fmt: skip
async def test_a_buckets_type_tells_what_its_events_are(
    api: Api, key: str, type: str, data: dict[str, Any], entity: str, category: str, project: str
) -> None:
    await make(api, key, "some", type)
    await api.post("/api/0/buckets/some/events", key, json=[report(0, 5, **data)])
    (event,) = usage_events(api.settings)
    assert (event["type"], event["device"]) == ("usage.interval", "desk")
    assert (event["entity"], event["category"]) == (entity, category)
    assert event.get("project", "") == project
    assert event["data"] == data
    assert event["source"] == "activitywatch:some"


async def test_an_export_is_imported_elsewhere_as_it_was(api: Api, key: str) -> None:
    await make(api, key)
    for second in (0, 5, 40):
        await beat(api, key, second)
    apply(api.settings)
    exported = (await api.get("/api/0/export", key)).json
    assert exported == (await api.get(f"/api/0/buckets/{WINDOW}/export", key)).json | {
        "buckets": exported["buckets"]
    }
    other = (await api.register("bob@example.org"))["access_token"]
    for _ in range(2):
        answer = await api.post("/api/0/import", other, json=exported)
        assert (answer.status, answer.json) == (200, {"accepted": 2, "rejected": []})
    apply(api.settings)
    again = (await api.get("/api/0/export", other)).json["buckets"][WINDOW]
    for name in ("id", "type", "client", "hostname", "created"):
        assert again[name] == exported["buckets"][WINDOW][name]
    assert [(e["timestamp"], e["duration"]) for e in again["events"]] == [
        (e["timestamp"], e["duration"]) for e in exported["buckets"][WINDOW]["events"]
    ]


async def test_an_import_tells_what_it_did_not_take(api: Api, key: str) -> None:
    bucket = {"type": "t", "client": "c", "hostname": "h", "events": [report(0), {"timestamp": 1}]}
    answer = await api.post("/api/0/import", key, json={"buckets": {"b": bucket}})
    assert (answer.status, answer.json["accepted"]) == (200, 1)
    assert answer.json["rejected"][0]["path"] == "buckets.b.events[1].timestamp"
    assert (await api.post("/api/0/import", key, json={"buckets": {"b": {}}})).status == 422


async def test_settings_are_kept_as_they_are(api: Api, key: str, token: str) -> None:
    assert (await api.get("/api/0/settings/classes", key)).status == 404
    values: list[Any] = [[{"name": ["Work"], "rule": {"regex": "a\\w"}}], "text", 1, None, {}]
    for value in values:
        sent = {"data": json.dumps(value), "headers": {"Content-Type": "application/json"}}
        answer = await api.post("/api/0/settings/classes", key, **sent)
        assert (answer.status, answer.json) == (200, value)
        assert (await api.get("/api/0/settings/classes", key)).json == value
    assert (await api.get("/api/0/settings", key)).json == {"classes": {}}
    other = (await api.register("bob@example.org"))["access_token"]
    assert (await api.get("/api/0/settings/classes", other)).status == 404


async def test_a_setting_that_cannot_be_kept_is_refused(api: Api, key: str) -> None:
    for value, status in (("x" * 20_000, 413), ("\0", 422)):
        assert (await api.post("/api/0/settings/a", key, json=value)).status == status
