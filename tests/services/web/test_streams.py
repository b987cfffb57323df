"""How far the streams are read, as the operator and Prometheus see it."""

import pytest

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
