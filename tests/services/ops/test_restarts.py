"""A job of an operator survives whoever is at it, and does each thing once."""

from typing import Any
from uuid import UUID

import msgspec
import pytest

from models.uuid7 import uuid7
from pipeline.events import UsageEvent
from pipeline.steps.identity import identify
from tests.services.ops.conftest import NOON_US
from tests.services.ops.shop import Shop
from tests.sql import sql

pytestmark = pytest.mark.services

LETTERS = 60


def test_a_job_cancelled_half_way_goes_on_after_a_restart_and_does_each_thing_once(
    shop: Shop,
) -> None:
    me = UUID(shop.web.request("GET", "/me", token=shop.token)[1]["id"])
    for number in range(LETTERS):
        _bury(shop, me, number)
    seen = shop.web.request("GET", "/ops/dlq?state=open", token=shop.token)[1]
    # A job makes up for seconds in which nobody was at it, which may be all of it.
    shop.wait_owned()
    body = {"filter": {"state": "open"}, "as_of": seen["as_of"], "expected_count": seen["total"]}
    status, plan = shop.post("/ops/dlq/replay", {**body, "rate": 20})
    assert (status, plan["letters"]) == (202, LETTERS)
    path = f"/ops/jobs/{plan['job']['id']}"
    shop.until(lambda: _job(shop, path)["results"].get("applied", 0) >= LETTERS // 4, "a quarter")
    assert shop.post(f"{path}/cancel", None)[0] == 200
    shop.until(lambda: "begun" not in _job(shop, path)["results"], "what was begun has ended")
    cancelled = _job(shop, path)
    assert cancelled["state"] == "cancelled"
    assert set(cancelled["results"]) == {"applied", "waiting"}

    shop.worker.kill()
    shop.worker.start()
    assert shop.post(f"{path}/continue", None)[0] == 200
    shop.until(lambda: _job(shop, path)["done"] > cancelled["done"], "it goes on")
    shop.worker.kill()
    shop.worker.start()
    shop.until(lambda: _job(shop, path)["state"] == "done", "the job is done")
    assert _job(shop, path)["results"] == {"applied": LETTERS}
    assert shop.events() == LETTERS
    rows = sql(shop.environment["DATABASE_URL"], "SELECT count(*) FROM usage_event")
    assert rows == [(LETTERS,)]


def _job(shop: Shop, path: str) -> Any:
    status, job = shop.web.request("GET", path, token=shop.token)
    assert status == 200, job
    return job


def _bury(shop: Shop, user: UUID, number: int) -> None:
    time = NOON_US - 5 * 86_400_000_000 + number * 1_000_000
    event = identify(UsageEvent(user, "api", str(number), "", "usage.heartbeat", time, time))
    letter = uuid7()
    sql(
        shop.environment["DATABASE_URL"],
        'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
        " event, state, error_class, error_message, traceback, attempts, code_version)"
        " VALUES (%s, 'usage', 'usage', %s, %s, 0, 't', %s, %s, 'open', 'E', 'no', '', 1, '1')",
        (str(letter), user.int % 4, number + 1, str(user), msgspec.json.encode(event)),
    )
