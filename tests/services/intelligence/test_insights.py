"""Insights by the stage on the tables and over the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.database import database, execute
from pipeline.steps.days import DAY_US
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following
from tests.services.web.api import Api

pytestmark = pytest.mark.services

NOW = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
_NINE = as_us(NOW) - 3 * 60 * MINUTE_US


async def live(
    api: Api, token: str, minutes: dict[int, int], now: datetime = NOW, usual: int = 90
) -> UUID:
    """Some hours on each of the last `usual` days, other ones so many days ago; followed."""
    user = UUID((await api.get("/me", token)).json["id"])
    random = Random(1)
    lengths = {ago: 300 + random.randrange(-20, 20) for ago in range(1, usual)} | minutes
    events = [
        usage_event(_NINE - ago * DAY_US, duration=length * MINUTE_US, user=user, id=f"{ago}")
        for ago, length in lengths.items()
        if length
    ]

    def run() -> None:
        with database.connection_context():
            execute("DELETE FROM usage_event WHERE user_id = %s", (user,))
            following = Following()
            following.apply(events)
            following.usage.rebuild(user)
            for stage in ("segmentation", "recommendation"):
                following.make_due(user)
                following.follow([user], now, stage)

    await asyncio.to_thread(run)
    return user


async def told(api: Api, token: str, query: str = "") -> list[dict[str, Any]]:
    answer = await api.get(f"/insights?{query}", token)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json["items"]
    return items


async def anomalies(api: Api, token: str, query: str = "") -> list[dict[str, Any]]:
    """Those of activity; as all of it is of one category, there are such of focus, too."""
    found = await told(api, token, f"kind=anomaly{query}")
    return [one for one in found if one["metric"] == "active_s"]


async def test_a_day_unlike_the_others_is_told_with_its_numbers(api: Api, token: str) -> None:
    await live(api, token, {2: 700})
    (one,) = await anomalies(api, token)
    assert one["day"] == (NOW - timedelta(days=2)).date().isoformat()
    assert one["value"] == 700 * 60
    assert abs(one["baseline"] - 300 * 60) < 1200
    assert one["p"] < 0.002
    assert "11 h 40 min of activity" in one["text"]


async def test_a_late_correction_takes_it_back(api: Api, token: str) -> None:
    user = await live(api, token, {2: 700})
    await live(api, token, {2: 300})
    assert await anomalies(api, token, "&state=new") == []
    states = api.rows(
        "SELECT DISTINCT state FROM insight WHERE user_id = %s AND kind = 'anomaly'", (user,)
    )
    assert states == [("expired",)]
    await live(api, token, {2: 700})
    assert len(await anomalies(api, token, "&state=new")) == 1


async def test_what_was_told_of_a_day_that_is_gone_is_taken_back(api: Api, token: str) -> None:
    await live(api, token, {2: 700})
    assert await anomalies(api, token, "&state=new")
    await live(api, token, {2: 0})
    assert await anomalies(api, token, "&state=new") == []


async def test_a_clock_before_the_data_is_no_error_and_heals(api: Api, token: str) -> None:
    await live(api, token, {2: 700}, NOW - timedelta(days=400))
    assert await told(api, token) == []
    features = (await api.get("/features/me", token)).json["values"]
    assert features["tenure_days"] is None
    await live(api, token, {2: 700})
    assert await anomalies(api, token, "&state=new")


async def test_one_a_day_is_pushed_and_the_others_wait(api: Api, token: str) -> None:
    await live(api, token, {2: 700, 3: 710})
    first = (await api.get("/insights", token)).json
    pushed = [one for one in first["items"] if one["pushed_on"]]
    assert [one["id"] for one in pushed] == [first["pushed"]]
    assert len(first["items"]) >= 2
    await live(api, token, {2: 700, 3: 710}, NOW + timedelta(days=1))
    later = (await api.get("/insights", token)).json
    assert sorted(one["pushed_on"] for one in later["items"] if one["pushed_on"]) == [
        NOW.date().isoformat(),
        (NOW + timedelta(days=1)).date().isoformat(),
    ]


async def test_what_was_dismissed_stays_so_and_can_be_restored(api: Api, token: str) -> None:
    await live(api, token, {2: 700})
    (one,) = await anomalies(api, token)
    dismissed = await api.post(f"/insights/{one['id']}/dismiss", token)
    assert dismissed.json["state"] == "dismissed"
    await live(api, token, {2: 705})
    assert await anomalies(api, token, "&state=new") == []
    restored = await api.post(f"/insights/{one['id']}/restore", token)
    assert restored.json["state"] == "new"
    await live(api, token, {2: 300})
    assert (await api.post(f"/insights/{one['id']}/dismiss", token)).status == 409


async def test_the_same_days_write_nothing(api: Api, token: str) -> None:
    user = await live(api, token, {2: 700})
    query = "SELECT xmin::text, key FROM insight WHERE user_id = %s ORDER BY key"
    before = api.rows(query, (user,))
    await live(api, token, {2: 700})
    assert api.rows(query, (user,)) == before


async def test_too_little_history_is_a_state_in_words(api: Api, token: str) -> None:
    empty = (await api.get("/insights", token)).json
    assert (empty["items"], empty["history"]) == ([], "not enough history: 0 of 42 days")
    await live(api, token, {}, usual=13)
    few = (await api.get("/insights", token)).json
    assert (few["items"], few["history"]) == ([], "not enough history: 12 of 42 days")


async def test_anothers_insight_is_not_there(api: Api, token: str) -> None:
    await live(api, token, {2: 700})
    (one,) = await anomalies(api, token)
    other = (await api.register("bob@example.org"))["access_token"]
    for deed in ("dismiss", "restore"):
        assert (await api.post(f"/insights/{one['id']}/{deed}", other)).status == 404
        assert (await api.post(f"/insights/{uuid4()}/{deed}", token)).status == 404
    assert await told(api, other) == []


async def test_pages_go_on_where_the_last_ended(api: Api, token: str) -> None:
    await live(api, token, {2: 700, 3: 710, 5: 720})
    whole = [one["id"] for one in await told(api, token)]
    found, page = [], (await api.get("/insights?limit=1", token)).json
    while page["next_cursor"]:
        found += [one["id"] for one in page["items"]]
        page = (await api.get(f"/insights?limit=1&cursor={page['next_cursor']}", token)).json
    assert [*found, *(one["id"] for one in page["items"])] == whole


async def test_a_goal_that_is_behind_is_told_by_name(api: Api, token: str) -> None:
    yesterday = (NOW - timedelta(days=1)).date()
    goal = {
        "name": "Write a lot",
        "metric": "active_s",
        "target": 500_000,
        "period": "week",
        # So that five days of the running week are closed.
        "week_starts_on": (yesterday - timedelta(days=4)).isoweekday(),
        "valid_from": (NOW - timedelta(days=60)).date().isoformat(),
    }
    assert (await api.post("/goals", token, json=goal)).status == 201
    await live(api, token, {})
    (one,) = await told(api, token, "kind=goal")
    assert one["text"].startswith("Write a lot: ")
    assert one["p"] is None
