"""Rules of redaction: what a person wants less of is less before it is stored."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from pipeline.settings import Settings
from tests.services.stage.driver import until
from tests.services.web.api import Answer, Api
from tests.services.web.stream import usage_events
from web.problems import Problem
from web.redactions import Redactions

pytestmark = pytest.mark.services

POINT = {"id": "1", "type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z"}
BANK = {"field": "entity", "pattern": "bank", "action": "drop"}


async def test_an_event_is_redacted_before_it_is_on_the_stream(api: Api, token: str) -> None:
    await _rule(api, token, **BANK)
    await _rule(api, token, field="url", pattern="", action="shorten")
    event = POINT | {"entity": "my bank", "data": {"url": "https://example.org/x", "n": 1}}
    await api.post("/events", token, json={"events": [event]})
    (kept,) = usage_events(api.settings)
    assert kept.get("entity", "") == ""
    assert kept["data"] == {"url": "example.org", "n": 1}


async def test_the_dialect_of_wakatime_is_redacted_too(api: Api, token: str) -> None:
    await _rule(api, token, field="entity", pattern="/home", action="shorten")
    path = "/api/v1/users/current/heartbeats"
    beat = {"time": 1762074000.5, "entity": "/home/ada/diary.txt", "type": "file"}
    assert (await api.post(path, token, json=beat)).status == 201
    assert (await api.post(f"{path}.bulk", token, json=[beat | {"time": 1}])).status == 202
    assert [event["entity"] for event in usage_events(api.settings)] == ["diary.txt"] * 2


async def test_the_dialect_of_activitywatch_is_redacted_in_all_that_is_made_of_a_field(
    api: Api, token: str
) -> None:
    await _rule(api, token, field="title", pattern="bank", action="drop")
    bucket = "/api/0/buckets/windows"
    made = {"client": "test", "type": "currentwindow", "hostname": "desk"}
    assert (await api.post(bucket, token, json=made)).status == 200
    report = {"timestamp": "2026-03-02T09:00:00Z", "data": {"app": "web", "title": "my bank"}}
    assert (await api.post(f"{bucket}/heartbeat?pulsetime=5", token, json=report)).status == 200
    assert (await api.post(f"{bucket}/events", token, json=[report])).status == 200
    for kept in usage_events(api.settings):
        assert (kept["entity"], kept["data"]) == ("web", {"app": "web"})


async def test_an_event_without_an_id_is_known_by_what_is_kept_of_it(api: Api, token: str) -> None:
    await _rule(api, token, **BANK)
    nameless = {name: value for name, value in POINT.items() if name != "id"}
    for entity in ("my bank", "your bank", ""):
        await api.post("/events", token, json={"events": [nameless | {"entity": entity}]})
    assert len({event["id"] for event in usage_events(api.settings)}) == 1


async def test_a_rule_is_its_owners_alone(api: Api, token: str) -> None:
    other = (await api.register("bob@example.org"))["access_token"]
    rule = (await _rule(api, token, **BANK)).json
    assert (await api.get("/redaction-rules", other)).json["items"] == []
    assert (await api.call("DELETE", f"/redaction-rules/{rule['id']}", other)).status == 404
    await api.post("/events", other, json={"events": [POINT | {"entity": "bank"}]})
    assert usage_events(api.settings)[0]["entity"] == "bank"
    assert (await api.get("/redaction-rules", token)).json["items"] == [rule]


async def test_a_new_and_an_ended_rule_hold_in_other_processes_without_a_restart(
    api: Api, token: str
) -> None:
    async with Api(api.settings) as other:
        rule = (await _rule(api, token, **BANK)).json

        async def last_entity() -> Any:
            await other.post("/events", token, json={"events": [POINT | {"entity": "bank"}]})
            return usage_events(api.settings)[-1].get("entity", "")

        await _until(last_entity, "")
        assert (await api.call("DELETE", f"/redaction-rules/{rule['id']}", token)).status == 204
        await _until(last_entity, "bank")


async def test_a_process_that_cannot_know_the_rules_takes_no_events(
    configured: Callable[..., Settings],
) -> None:
    redactions = Redactions(configured(revocation_stale_s=0.3))
    anybody = uuid4()

    def is_refused() -> bool:
        try:
            return redactions.of(anybody) is not None
        except Problem as problem:
            return problem.status == 503

    assert is_refused()
    await redactions.look()
    assert not is_refused()
    await until(is_refused)
    await redactions.close()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"pattern": "("}, "pattern"),
        ({"pattern": "(?<=a)b"}, "pattern"),
        ({"pattern": "((a{99}){99}){99}"}, "pattern"),
        ({"pattern": "x" * 1001}, "pattern"),
        ({"pattern": "a\0"}, "pattern"),
        ({"field": ""}, "field"),
        ({"action": "burn"}, "action"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_an_unusable_rule_is_told_by_its_path(
    api: Api, token: str, change: dict[str, Any], path: str
) -> None:
    answer = await _rule(api, token, **BANK | change)
    assert answer.status == 422
    assert answer.json["errors"][0]["path"] == path
    assert (await api.get("/redaction-rules", token)).json["items"] == []


async def test_there_may_be_so_many_rules_and_no_more(configured: Callable[..., Settings]) -> None:
    async with Api(configured(max_redaction_rules=2)) as api:
        token = (await api.register())["access_token"]
        statuses = [(await _rule(api, token, **BANK)).status for _ in range(3)]
        assert statuses == [201, 201, 409]


async def test_a_run_over_history_waits_until_every_process_knows_the_rules(
    api: Api, token: str
) -> None:
    answer = await api.post("/redaction-rules/apply", token)
    assert (answer.status, answer.json["done_at"]) == (202, None)
    assert (await api.get("/redaction-rules", token)).json["run"] == answer.json
    ((wait_s,),) = api.rows(
        "SELECT extract(epoch FROM not_before - requested_at)::float8 FROM redaction_run"
    )
    assert wait_s >= api.settings.revocation_stale_s + api.settings.intake_deadline_s


async def _rule(api: Api, token: str, **rule: Any) -> Answer:
    return await api.post("/redaction-rules", token, json=rule)


async def _until(ask: Callable[[], Any], wanted: object) -> None:
    found: list[object] = []

    async def look() -> None:
        while not found or found[-1] != wanted:
            found.append(await ask())

    await asyncio.wait_for(look(), 20)
