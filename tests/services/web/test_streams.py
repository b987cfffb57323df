"""How far the streams are read, as the operator and Prometheus see it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from pipeline.settings import Settings
from tests.services.web.api import Api

pytestmark = pytest.mark.services

EVENTS = [
    {"type": "usage.heartbeat", "time": f"2026-03-02T09:0{minute}:00Z"} for minute in range(3)
]


async def test_what_nobody_applied_yet_is_lag(api: Api, token: str) -> None:
    await api.post("/events", token, json={"events": EVENTS})
    answer = await api.get("/ops/streams", token)
    assert answer.status == 200, answer.body
    usage = [item for item in answer.json["items"] if item["topic"] == "usage"]
    assert [item["partition"] for item in usage] == [0, 1, 2, 3]
    assert {item["group"] for item in usage} == {"timeflow-usage"}
    (behind,) = [item for item in usage if item["lag_entries"]]
    assert (behind["lag_entries"], behind["lag_events"]) == (1, 3)
    assert (behind["committed"], behind["end"]) == (1, 2)
    assert behind["oldest_age_s"] >= 0
    assert behind["bytes"] > 0


async def test_the_metrics_tell_the_lag(api: Api, token: str) -> None:
    await api.post("/events", token, json={"events": EVENTS})
    answer = await api.get("/metrics", token)
    assert answer.status == 200, answer.body
    lags = [
        line.rpartition(" ")[2]
        for line in answer.body.decode().splitlines()
        if line.startswith('timeflow_lag_events{group="timeflow-usage"')
    ]
    assert sorted(lags) == ["0.0", "0.0", "0.0", "3.0"]


async def test_only_an_operator_sees_the_streams(api: Api, token: str) -> None:
    somebody = await api.register("bob@example.org")
    assert (await api.get("/ops/streams", somebody["access_token"])).status == 403
    assert (await api.get("/ops/streams")).status == 401


async def test_the_outbox_and_the_memory_are_told(api: Api, token: str) -> None:
    await api.post("/tasks", token, json={"title": "write"})
    found = (await api.get("/ops/streams", token)).json
    assert found["outbox"]["waiting"] == 1
    assert found["outbox"]["oldest_age_s"] >= 0
    assert found["memory"]["policy"] == "noeviction"
    assert found["memory"]["used_bytes"] > 0
    assert [topic["topic"] for topic in found["topics"]] == [
        "usage",
        "tasks",
        "activity",
        "profiles",
    ]


async def test_a_rate_nobody_reports_is_unknown_and_nothing_behind_is_drained_at_once(
    api: Api, token: str
) -> None:
    await api.post("/events", token, json={"events": EVENTS})
    (behind,) = await _behind(api, token)
    assert (behind["lag_events"], behind["rate_events_s"], behind["drain_s"]) == (3, None, None)
    api.rows(
        "INSERT INTO stage_report (process, stage, host, pid, code_version, started_at, state,"
        " partitions, careful, waiting, events, failed, retries, rates, last_error)"
        " VALUES (gen_random_uuid(), 'usage', 'x', 1, '1', now(), 'running', '{}', '{}', '{}',"
        " 0, 0, 0, %s, '')",
        (json.dumps({str(n): 2.0 for n in range(4)}),),
    )
    (behind,) = await _behind(api, token)
    assert (behind["rate_events_s"], behind["drain_s"]) == (2.0, 1.5)
    await _advance(api, behind["partition"], 2)
    items = (await api.get("/ops/streams", token)).json["items"]
    (there,) = [x for x in items if x["topic"] == "usage" and x["end"] == 2]
    assert there["drain_s"] == 0.0


async def test_what_blocks_a_trim_is_told_by_name(
    configured: Callable[..., Settings], redis_url: str
) -> None:
    async with Api(configured(retention_bytes=1)) as api:
        token = (await api.register())["access_token"]
        for event in EVENTS:
            await api.post("/events", token, json={"events": [event]})
        partition = int((await api.get("/me", token)).json["id"][-8:], 16) % 4
        assert await _blocked(api, token) == [(partition, "timeflow-usage", "behind")]
        await _advance(api, partition, 4)
        assert await _blocked(api, token) == []
        api.rows("DELETE FROM stream_cursor")
        await _advance(api, (partition + 1) % 4, 1)
        assert await _blocked(api, token) == [(partition, "timeflow-usage", "no cursor")]
        with Redis.from_url(redis_url) as redis:
            redis.xgroup_destroy(f"{{timeflow:usage:{partition}}}", "timeflow-usage")
        assert await _blocked(api, token) == [
            (partition, "timeflow-usage", "missing"),
            (partition, "timeflow-usage", "no cursor"),
        ]


async def test_a_group_of_no_stage_is_shown_and_can_be_forgotten(
    api: Api, token: str, redis_url: str
) -> None:
    with Redis.from_url(redis_url) as redis:
        redis.xgroup_create("{timeflow:usage:2}", "timeflow-retired", "0")
    api.rows(
        "INSERT INTO stream_cursor (stage, topic, partition, epoch, next_offset, tag, clean)"
        " VALUES ('retired', 'usage', 2, 1, 1, '', true)"
    )
    assert "timeflow-retired" in await _groups(api, token)
    path, key = "/ops/streams/timeflow-retired/forget", {"Idempotency-Key": "once"}
    for _ in range(2):
        answer = await api.post(path, token, headers=key)
        assert answer.status == 200, answer.body
        assert answer.json["removed_from"] == [{"topic": "usage", "partition": 2}]
    assert "timeflow-retired" not in await _groups(api, token)
    assert api.rows("SELECT count(*) FROM stream_cursor") == [(0,)]
    (entry,) = (await api.get("/ops/audit?action=group.", token)).json["items"]
    assert (entry["action"], entry["subject"]) == ("group.forgotten", "timeflow-retired")
    again = await api.post(path, token)
    assert (again.status, again.json["code"]) == (404, "not-found")


async def test_nothing_of_a_stage_that_is_there_is_forgotten(
    api: Api, token: str, redis_url: str
) -> None:
    await _advance(api, 2, 7)
    answer = await api.post("/ops/streams/timeflow-usage/forget", token)
    assert (answer.status, answer.json["code"]) == (409, "group-declared")
    assert (await api.post("/ops/streams/usage/forget", token)).status == 404
    # A stranger's group may be called as a stage is.
    with Redis.from_url(redis_url) as redis:
        redis.xgroup_create("{timeflow:usage:2}", "usage", "0")
    assert (await api.post("/ops/streams/usage/forget", token)).status == 200
    assert api.rows("SELECT stage, next_offset FROM stream_cursor") == [("usage", 7)]
    groups = await _groups(api, token)
    assert "timeflow-usage" in groups
    assert "usage" not in groups


async def _behind(api: Api, token: str) -> list[dict[str, Any]]:
    items = (await api.get("/ops/streams", token)).json["items"]
    return [x for x in items if x["lag_events"]]


async def _groups(api: Api, token: str) -> set[str]:
    return {x["group"] for x in (await api.get("/ops/streams", token)).json["items"]}


async def _blocked(api: Api, token: str) -> list[tuple[int, str, str]]:
    found = (await api.get("/ops/streams", token)).json["topics"][0]
    return [(b["partition"], b["group"], b["reason"]) for b in found["blocked_by"]]


async def _advance(api: Api, partition: int, next_offset: int) -> None:
    api.rows(
        "INSERT INTO stream_cursor (stage, topic, partition, epoch, next_offset, tag, clean)"
        " VALUES ('usage', 'usage', %s, 1, %s, '', true) ON CONFLICT (stage, topic, partition)"
        " DO UPDATE SET next_offset = excluded.next_offset",
        (partition, next_offset),
    )
