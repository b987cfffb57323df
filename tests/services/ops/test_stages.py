"""Rules of looking at stages and pausing them, with workers that run."""

from uuid import UUID

import pytest

from tests.services.ops.conftest import Operated
from tests.services.ops.shop import Shop

pytestmark = pytest.mark.services


def test_a_stage_says_who_has_its_partitions_and_what_it_did(shop: Shop) -> None:
    shop.wait_owned()
    shop.send(1)
    shop.until(lambda: shop.stage()["processes"][0]["events"] == 1, "the event is reported")
    stage = shop.stage()
    assert (stage["state"], stage["paused"], stage["topic"]) == ("running", None, "usage")
    (process,) = stage["processes"]
    assert shop.worker.process is not None
    assert (process["pid"], process["partitions"]) == (shop.worker.process.pid, [0, 1, 2, 3])
    assert {p["process"] for p in stage["partitions"]} == {process["process"]}
    assert shop.stage("tasks")["state"] == "absent"
    shop.worker.stop()
    assert shop.stage()["state"] == "absent", "who leaves in order says so"


def test_a_paused_stage_applies_nothing_while_the_api_takes_events(shop: Shop) -> None:
    shop.send(1)
    shop.until(lambda: shop.events() == 1, "the first event counts")
    status, stage = shop.post("/ops/stages/usage/pause", {"reason": "a new rule"})
    assert (status, stage["state"], stage["paused"]["reason"]) == (200, "paused", "a new rule")
    _hears_of_it(shop)
    for number in range(2, 12):
        shop.send(number)
    lag = shop.web.request("GET", "/ops/streams", token=shop.token)[1]["items"]
    assert sum(item["lag_events"] for item in lag if item["topic"] == "usage") == 10
    # It also stands after a restart.
    shop.worker.kill()
    shop.worker.start()
    shop.until(lambda: any(p["partitions"] for p in shop.stage()["processes"]
                           if p["pid"] == shop.worker.process.pid),  # type: ignore[union-attr]
               "the new worker owns partitions")  # fmt: skip
    assert (shop.events(), shop.stage()["state"]) == (1, "paused")
    status, stage = shop.post("/ops/stages/usage/resume", {})
    assert (status, stage["paused"]) == (200, None)
    shop.until(lambda: shop.events() == 11, "all events count")


def test_a_paused_partition_stands_still_alone(shop: Shop) -> None:
    me = shop.web.request("GET", "/me", token=shop.token)[1]["id"]
    mine = int(me[-8:], 16) % 4
    other = (mine + 1) % 4
    assert shop.post("/ops/stages/usage/pause", {"partition": other})[0] == 200
    _hears_of_it(shop)
    shop.send(1)
    shop.until(lambda: shop.events() == 1, "other partitions go on")
    assert shop.post("/ops/stages/usage/pause", {"partition": mine})[0] == 200
    _hears_of_it(shop)
    shop.send(2)
    assert shop.stage()["state"] == "running"
    shown = {p["partition"]: bool(p["paused"]) for p in shop.stage()["partitions"]}
    assert shown == {n: n in (mine, other) for n in range(4)}
    assert shop.events() == 1
    assert shop.post("/ops/stages/usage/resume", {"partition": mine})[0] == 200
    shop.until(lambda: shop.events() == 2, "it goes on")
    assert shop.post("/ops/stages/usage/resume", {})[0] == 200
    assert not any(p["paused"] for p in shop.stage()["partitions"])


async def test_what_cannot_be_paused_or_resumed_is_told(operated: Operated) -> None:
    for path, body, status, code in (
        ("/ops/stages/lost/pause", {}, 404, "not-found"),
        ("/ops/stages/lost/resume", {}, 404, "not-found"),
        ("/ops/stages/lost/release", {}, 404, "not-found"),
        ("/ops/stages/usage/pause", {"partition": 4}, 422, "invalid"),
        ("/ops/stages/usage/pause", {"partition": -1}, 422, "invalid"),
        ("/ops/stages/usage/release", {}, 409, "nothing-matches"),
        ("/ops/stages/usage/release", {"expected_count": 2}, 409, "count-changed"),
    ):
        answer = await operated.post(path, body)
        assert (answer.status, answer.json["code"]) == (status, code), path
    assert (await operated.post("/ops/stages/usage/pause", {})).status == 200
    answer = await operated.post("/ops/stages/usage/resume", {"partition": 1})
    assert (answer.status, answer.json["code"]) == (409, "paused-as-a-whole")


async def test_pausing_twice_is_pausing_once_and_each_change_is_audited(
    operated: Operated,
) -> None:
    for body in ({"partition": 2}, {"partition": 2}, {}):
        assert (await operated.post("/ops/stages/usage/pause", body)).status == 200
    assert (await operated.post("/ops/stages/usage/resume", {})).status == 200
    assert (await operated.post("/ops/stages/usage/resume", {})).status == 200
    entries = (await operated.get("/ops/audit?action=stage."))["items"][::-1]
    assert [(e["action"], e["detail"]["before"], e["detail"]["after"]) for e in entries] == [
        ("stage.paused", [], [2]),
        ("stage.paused", [2], [2, -1]),
        ("stage.resumed", [2, -1], []),
    ]


async def test_quarantined_events_are_released_by_replaying_them(operated: Operated) -> None:
    user = UUID(int=4)
    quarantined = operated.bury(user, "deadly", error="Quarantined")
    operated.bury(user, "other")
    stage = (await operated.get("/ops/stages"))["items"][0]
    assert (stage["stage"], stage["open_letters"], stage["quarantined"]) == ("usage", 2, 1)
    job = await operated.began("/ops/stages/usage/release", {"expected_count": 1})
    assert (await operated.done(job))["results"] == {"applied": 1}
    assert (await operated.states())[quarantined] == "done"
    assert operated.applied() == {"deadly"}


def _hears_of_it(shop: Shop) -> None:
    """Wait until the worker has reported: with a report it hears of every pause before."""

    def reported_at() -> str:
        return max([process["reported_at"] for process in shop.stage()["processes"]], default="")

    seen = reported_at()
    shop.until(lambda: reported_at() > seen, "the worker reports")
