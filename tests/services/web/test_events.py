"""Rules of POST /events: each item is judged alone, and what is accepted is on the stream."""

import asyncio
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from redis import Redis

from pipeline.settings import Settings
from tests.services.web.api import Answer, Api
from tests.services.web.stream import raw_usage_events, usage_events

pytestmark = pytest.mark.services

POINT: dict[str, Any] = {"id": "e1", "type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z"}


async def test_accepted_events_are_on_the_stream_when_the_answer_comes(
    api: Api, token: str
) -> None:
    events = [
        POINT,
        {"type": "usage.interval", "time": "2026-11-02T10:00:00.5+01:00", "duration": 90.25,
         "device": "desk", "entity": "a.py", "category": "coding", "project": "p",
         "data": {"branch": "main"}},
    ]  # fmt: skip
    answer = await _post(api, token, events)
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 2, 0)
    assert [result["status"] for result in answer.json["results"]] == ["accepted"] * 2
    by_id = {event["id"]: event for event in usage_events(api.settings)}
    assert list(by_id) == [result["id"] for result in answer.json["results"]]
    assert by_id["e1"]["time"] == datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp() * 1_000_000
    interval = by_id[answer.json["results"][1]["id"]]
    assert interval["duration"] == 90_250_000
    assert interval["data"] == {"branch": "main"}
    assert interval["time"] % 1_000_000 == 500_000


async def test_an_event_without_an_id_gets_the_same_one_again(api: Api, token: str) -> None:
    event = {key: value for key, value in POINT.items() if key != "id"}
    one, other = await _post(api, token, [event]), await _post(api, token, [event])
    assert one.json["results"] == other.json["results"]


async def test_a_bad_item_never_costs_the_others(api: Api, token: str) -> None:
    bad = POINT | {"time": "yesterday"}
    answer = await _post(api, token, [POINT, bad, POINT | {"id": "e3"}])
    assert answer.status == 202
    assert [result["status"] for result in answer.json["results"]] == [
        "accepted", "rejected", "accepted"
    ]  # fmt: skip
    assert answer.json["results"][1]["id"] == "e1"
    assert answer.json["results"][1]["error"]["path"] == "events[1].time"
    assert len(usage_events(api.settings)) == 2


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"type": "usage.other"}, ".type"),
        ({"type": None}, ".type"),
        ({"time": 5}, ".time"),
        ({"time": "2026-11-02T09:00:00"}, ".time"),
        ({"time": "2026-02-30T09:00:00Z"}, ".time"),
        ({"time": "1969-12-31T23:59:59Z"}, ".time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, ".time"),
        ({"id": ""}, ".id"),
        ({"id": 7}, ".id"),
        ({"id": "x" * 1001}, ".id"),
        ({"id": "\U0001f600" * 501}, ".id"),
        ({"device": "x" * 1001}, ".device"),
        ({"entity": None}, ".entity"),
        ({"entity": "x" * 1001}, ".entity"),
        ({"project": "a\0b"}, ".project"),
        ({"colour": "red"}, ".colour"),
        ({"duration": 5}, ".duration"),
        ({"type": "usage.interval"}, ".duration"),
        ({"type": "usage.interval", "duration": -1}, ".duration"),
        ({"type": "usage.interval", "duration": 86_401}, ".duration"),
        ({"type": "usage.interval", "duration": "5"}, ".duration"),
        ({"data": []}, ".data"),
        ({"data": "x"}, ".data"),
        ({"data": {"a": ["b\0"]}}, ".data"),
        ({"data": {"a\0": 1}}, ".data"),
        ({"data": {"a": "x" * 20_000}}, ".data"),
    ],
)
async def test_what_is_wrong_with_an_item_is_told_by_its_path(
    api: Api, token: str, change: dict[str, Any], path: str
) -> None:
    answer = await _post(api, token, [POINT | change])
    assert (answer.status, answer.json["accepted"], answer.json["rejected"]) == (202, 0, 1)
    assert answer.json["results"][0]["error"]["path"] == "events[0]" + path
    assert usage_events(api.settings) == []


@pytest.mark.parametrize("item", [b"1", b"null", b"[]", b'"x"', b"{}"])
async def test_an_item_that_is_no_event_is_rejected(api: Api, token: str, item: bytes) -> None:
    answer = await _send(api, token, b'{"events": [' + item + b"]}")
    assert (answer.status, answer.json["rejected"]) == (202, 1)


@pytest.mark.parametrize(
    "data",
    [rb'{"a": "\ud800 and more of it"}', rb'{"a": 1e400}', rb'{"\udfff and more of it": 1}'],
)
async def test_what_json_can_say_and_nobody_can_keep_is_rejected(
    api: Api, token: str, data: bytes
) -> None:
    head = b'{"events": [{"type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z", "data": '
    answer = await _send(api, token, head + data + b"}]}")
    assert answer.status in (202, 400), answer.body
    assert usage_events(api.settings) == []


async def test_a_number_too_large_is_told_by_where_it_stands(api: Api, token: str) -> None:
    head = b'{"events": [{"type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z", "data": '
    answer = await _send(api, token, head + b'{"a": 1e400}}]}')
    assert answer.json["results"][0]["error"]["path"] == "events[0].data[...]"


@pytest.mark.parametrize("number", [b"1e-20000", b"0." + b"0" * 15_900 + b"1e-999"])
async def test_a_number_too_small_for_the_database_is_kept_as_zero(
    api: Api, token: str, number: bytes
) -> None:
    head = b'{"events": [{"type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z", "data": '
    answer = await _send(api, token, head + b'{"a": ' + number + b"}}]}")
    assert answer.json["accepted"] == 1
    assert b'"data":{"a":0.0}' in raw_usage_events(api.settings)[0]


async def test_time_may_be_a_day_ahead_and_no_more(api: Api, token: str) -> None:
    ahead = [datetime.now(UTC) + timedelta(hours=hours) for hours in (23, 25)]
    answer = await _post(api, token, [POINT | {"time": time.isoformat()} for time in ahead])
    assert [result["status"] for result in answer.json["results"]] == ["accepted", "rejected"]
    assert answer.json["results"][1]["error"]["path"] == "events[1].time"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b'{"events": [NaN]}', 400),
        (b'\xff\xfe{"events": []}', 400),
        (b'{"events": ["\xff"]}', 400),
        (b'{"events": ' + b"[" * 5000 + b"]" * 5000 + b"}", 400),
        (b"[]", 422),
        (b"{}", 422),
        (b'{"events": []}', 422),
        (b'{"events": {}}', 422),
        (b'{"events": null}', 422),
        (b'{"events": [{}], "more": 1}', 422),
    ],
)
async def test_what_is_wrong_with_the_envelope_fails_the_request(
    api: Api, token: str, body: bytes, status: int
) -> None:
    answer = await _send(api, token, body)
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"


async def test_a_request_holds_at_most_1000_events(api: Api, token: str) -> None:
    events = [POINT | {"id": str(n)} for n in range(1001)]
    assert (await _post(api, token, events)).status == 413
    assert (await _post(api, token, events[:1000])).json["accepted"] == 1000


async def test_a_request_with_one_bad_of_1001_is_too_large_too(api: Api, token: str) -> None:
    assert (await _post(api, token, [POINT] * 1000 + [{}])).status == 413


async def test_a_full_size_request_is_taken_whole(api: Api, token: str) -> None:
    events = [POINT | {"id": str(n), "data": {"x": "y" * 1900}} for n in range(1000)]
    body = json.dumps({"events": events}).encode()
    answer = await _send(api, token, body)
    assert (answer.status, answer.json["accepted"]) == (202, 1000)
    assert len(usage_events(api.settings)) == 1000


async def test_data_is_nested_100_levels_at_most(api: Api, token: str) -> None:
    head = b'{"events": [{"type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z", "data": {"a":'
    for levels in (99, 100, 900, 980, 990, 1000, 5000):
        answer = await _send(api, token, head + b"[" * levels + b"]" * levels + b"}}]}")
        if levels == 99:
            assert answer.json["accepted"] == 1
        elif answer.status == 202:
            assert answer.json["results"][0]["error"]["path"] == "events[0].data"
        else:
            assert answer.status == 400
    assert (await _post(api, token, [POINT | {"data": {"a": "[" * 500}}])).json["accepted"] == 1


async def test_events_of_many_people_go_their_own_ways(api: Api, token: str) -> None:
    logins = [await api.register(f"p{n}@example.org") for n in range(6)]
    await asyncio.gather(*(_post(api, login["access_token"], [POINT]) for login in logins))
    users = {event["user"] for event in usage_events(api.settings)}
    assert users == {login["user"]["id"] for login in logins}


async def test_without_redis_nothing_is_taken_and_the_client_is_told_so(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured()) as running:
        token = (await running.register())["access_token"]
    settings = configured(redis_url="redis://127.0.0.1:1/0", intake_deadline_s=0.5)
    async with Api(settings, declare=False) as api:
        answer = await _post(api, token, [POINT])
        assert (answer.status, answer.json["code"]) == (503, "not-taken")
        assert int(answer.headers["Retry-After"]) >= 1


async def test_a_full_redis_takes_nothing(api: Api, token: str) -> None:
    with Redis.from_url(api.settings.redis_url) as redis:
        before = redis.config_get("maxmemory")["maxmemory"]
        redis.config_set("maxmemory", redis.info("memory")["used_memory"])
        try:
            answer = await _post(api, token, [POINT])
        finally:
            redis.config_set("maxmemory", before)
    assert (answer.status, answer.json["code"]) == (503, "not-taken")


async def test_a_trace_goes_with_the_event(api: Api, token: str) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await _post(api, token, [POINT], headers={"traceparent": trace})
    assert usage_events(api.settings)[0]["traceparent"] == trace


async def _post(api: Api, token: str, events: list[Any], **what: Any) -> Answer:
    return await api.post("/events", token, json={"events": events}, **what)


async def _send(api: Api, token: str, body: bytes) -> Answer:
    headers = {"Content-Type": "application/json"}
    return await api.post("/events", token, data=io.BytesIO(body), headers=headers)
