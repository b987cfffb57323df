"""A week on one page."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from pipeline.steps.days import DAY_US
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following
from tests.services.web.api import Api

pytestmark = pytest.mark.services

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def live(api: Api, token: str, category: str = "coding") -> None:
    """An hour on Monday, two on Tuesday; half an hour on the Tuesday before."""
    user = UUID((await api.get("/me", token)).json["id"])
    start = as_us(MONDAY)
    events = [
        usage_event(start + n * DAY_US, duration=minutes * MINUTE_US, user=user, category=category)
        for n, minutes in ((0, 60), (1, 120), (-6, 30))
    ]

    def run() -> None:
        with database.connection_context():
            following = Following()
            following.apply(events)
            following.follow([user], MONDAY + timedelta(days=7))

    await asyncio.to_thread(run)


async def digest(api: Api, token: str, query: str = "date=2026-03-04") -> Any:
    answer = await api.get(f"/digest?{query}", token)
    assert answer.status == 200, answer.body
    return answer.json


async def test_a_week_adds_up_beside_the_one_before(api: Api, token: str) -> None:
    await live(api, token)
    found = await digest(api, token)
    assert (found["from"], found["to"]) == ("2026-03-02", "2026-03-08")
    assert (found["totals"]["active_s"], found["before"]["active_s"]) == (10_800, 1800)
    assert [day["active_s"] for day in found["days"]] == [3600, 7200, 0, 0, 0, 0, 0]
    assert found["days"][2]["type"] is None
    assert found["categories"] == [{"key": "coding", "active_s": 10_800, "before_s": 1800}]
    assert found["top_day"] == "2026-03-03"


async def test_a_week_may_begin_on_another_day(api: Api, token: str) -> None:
    await live(api, token)
    found = await digest(api, token, "date=2026-03-02&starts_on=7")
    assert (found["from"], found["to"]) == ("2026-03-01", "2026-03-07")


async def test_a_week_without_anything_is_empty_and_no_error(api: Api, token: str) -> None:
    found = await digest(api, token, "date=2020-01-01")
    assert (found["top_day"], found["categories"], found["totals"]["active_days"]) == (None, [], 0)
    last = await api.get("/digest", token)
    assert datetime.fromisoformat(last.json["to"]).date() < datetime.now(UTC).date()
    assert (await api.get("/digest?date=1066-01-01", token)).status == 422


async def test_the_page_says_the_same_and_runs_nothing(api: Api, token: str) -> None:
    await live(api, token, category="<script>alert(1)</script>")
    answer = await api.get("/digest.html?date=2026-03-04", token)
    page = answer.body.decode()
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "3 h 00 min" in page
    assert "Tuesday 2026-03-03" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


async def test_insights_of_the_week_are_in_it(api: Api, token: str) -> None:
    await live(api, token)
    user = (await api.get("/me", token)).json["id"]
    api.rows(
        "INSERT INTO insight (id, user_id, key, kind, metric, day, severity, value, baseline,"
        " method, n, window_days, score, text, evidence, state, created_at)"
        " VALUES (gen_random_uuid(), %s, 'k', 'streak', 'x', '2026-03-03', 0, 1, 1, '', 1, 1, 0,"
        " 'Nine & ten.', '{}', 'new', now()) RETURNING 1",
        (user,),
    )
    assert [one["text"] for one in (await digest(api, token))["insights"]] == ["Nine & ten."]
    page = await api.get("/digest.html?date=2026-03-04", token)
    assert "Nine &amp; ten." in page.body.decode()
    ((id,),) = api.rows("SELECT id FROM insight")
    dismissed = await api.post(f"/insights/{id}/dismiss", token)
    assert dismissed.status == 200, dismissed.body
    assert (await digest(api, token))["insights"] == []
