"""What is recommended, by the stage on the tables and over the API."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import recommendations
from models.database import database, execute
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following
from tests.services.intelligence.recommended import NOW, add, due_at, follow, recommended, titles
from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_the_next_task_is_the_most_urgent_and_says_why(api: Api, token: str) -> None:
    await add(api, token, "someday")
    await add(api, token, "important", priority=3)
    await follow(api, token)
    items = await recommended(api, token)
    assert titles(items) == ["important", "someday"]
    assert items[0]["reasons"][0] == {"words": "high priority", "weight": 6.0}
    assert items[0]["model_version"] == "ranking@1 urgency"
    assert (items[0]["rank"], items[0]["state"]) == (1, "shown")


async def test_too_little_history_is_said_and_no_share_is_invented(api: Api, token: str) -> None:
    await add(api, token, "one")
    await follow(api, token)
    record = (await api.get("/recommendations", token)).json["record"]
    assert record == {
        "ranking": "urgency",
        "choices": 0,
        "top3_share": None,
        "newest_share": None,
        "state": "not enough history: 0 of 30 choices",
    }


async def test_behind_is_who_was_described_and_not_recommended_anew(api: Api, token: str) -> None:
    async def is_behind() -> bool:
        return bool((await api.get("/recommendations", token)).json["behind"])

    await add(api, token, "one")
    user = await follow(api, token)
    assert not await is_behind()
    api.rows("UPDATE user_state SET rev = rev + 1 RETURNING 1")
    assert await is_behind()

    def describe() -> None:
        with database.connection_context():
            Following().follow([user], NOW)

    await asyncio.to_thread(describe)
    assert await is_behind()
    await follow(api, token)
    assert not await is_behind()


async def test_a_record_says_how_often_the_first_three_held_what_was_done_next(
    api: Api, token: str
) -> None:
    start = NOW - timedelta(days=60)
    for number in range(40):
        id = await add(api, token, f"task {number}", priority=number % 4)
        begin = start + timedelta(days=number)
        times = {"start": begin.isoformat(), "end": (begin + timedelta(hours=1)).isoformat()}
        await api.post("/time-entries", token, json={"task_id": id, **times})
    api.rows("UPDATE task SET created_at = now() - interval '90 days' RETURNING 1")
    await follow(api, token)
    record = (await api.get("/recommendations", token)).json["record"]
    assert record["choices"] == 40
    assert 0 <= record["top3_share"] <= 1
    assert 0 <= record["newest_share"] <= 1


async def test_what_was_done_because_it_was_recommended_praises_no_ranking(
    api: Api, token: str
) -> None:
    ids = {title: await add(api, token, title) for title in "ab"}
    await follow(api, token)
    shown = {one["title"]: one["id"] for one in await recommended(api, token)}
    await api.post(f"/recommendations/{shown['a']}/accept", token)
    for title in "ab":
        started = await api.post("/timer/start", token, json={"task_id": ids[title]})
        assert started.status == 201, started.body
    # A ranking is learnt once a day.
    await follow(api, token, NOW + timedelta(days=1))
    assert (await api.get("/recommendations", token)).json["record"]["choices"] == 1


async def test_what_fits_into_the_time_comes_first(api: Api, token: str) -> None:
    await add(api, token, "long", priority=3, estimate_s=7200)
    await add(api, token, "unknown", priority=2)
    await add(api, token, "short", priority=1, estimate_s=1800)
    await follow(api, token)
    assert titles(await recommended(api, token)) == ["long", "unknown", "short"]
    by_time = await recommended(api, token, "kind=next_task&minutes=60")
    assert titles(by_time) == ["short", "unknown", "long"]


async def test_the_next_task_is_there_all_day_and_looked_at_again_after_hours(
    api: Api, token: str
) -> None:
    await add(api, token, "a")
    user = await follow(api, token)
    (shown,) = await recommended(api, token)
    assert due_at(api, user) <= NOW + timedelta(hours=3)
    expires = datetime.fromisoformat(shown["expires_at"])
    assert due_at(api, user) <= expires, "it does not vanish before somebody looks"


async def test_a_task_that_waits_is_recommended_when_its_waiting_ends(api: Api, token: str) -> None:
    until = NOW + timedelta(minutes=1)
    await add(api, token, "a", wait_until=until.isoformat())
    user = await follow(api, token)
    assert await recommended(api, token) == []
    assert due_at(api, user) <= until
    await follow(api, token, until)
    assert titles(await recommended(api, token)) == ["a"]


async def test_a_clock_before_the_data_is_no_error_and_heals(api: Api, token: str) -> None:
    await add(api, token, "a", due_at=(NOW + timedelta(hours=1)).isoformat())
    await follow(api, token, NOW - timedelta(days=400))
    assert await recommended(api, token) == []
    await follow(api, token)
    assert titles(await recommended(api, token)) == ["a"]


async def test_an_estimate_has_a_range_and_a_due_task_a_time(api: Api, token: str) -> None:
    # A slot is shown until it begins: of one that begins now the test might see nothing.
    early = (NOW + timedelta(days=1)).replace(hour=6)
    due = (NOW + timedelta(days=3)).isoformat()
    task = await add(api, token, "report", estimate_s=3600, due_at=due)
    await follow(api, token, early)
    (range_,) = await recommended(api, token, "kind=estimate_range")
    assert (range_["subject"], range_["p50_s"]) == (task, 3600)
    assert range_["p80_s"] > 3600
    (slot,) = await recommended(api, token, "kind=time_slot")
    start, end = (datetime.fromisoformat(slot[name]) for name in ("start", "end"))
    assert end - start == timedelta(hours=1)
    assert start == early.replace(hour=9, minute=0, second=0)


async def test_a_break_is_recommended_while_somebody_works_on(api: Api, token: str) -> None:
    user = UUID((await api.get("/me", token)).json["id"])
    noon = NOW.replace(hour=12, minute=0, second=0)
    events = [usage_event(as_us(noon), duration=70 * MINUTE_US, user=user)]

    def apply() -> None:
        with database.connection_context():
            Following().apply(events)

    await asyncio.to_thread(apply)
    await follow(api, token, noon + timedelta(minutes=71))
    ((minutes, reasons),) = api.rows(
        "SELECT (features ->> 'unbroken_s')::float / 60, reasons FROM recommendation"
        " WHERE kind = 'break'"
    )
    assert minutes == 70
    assert reasons[0][0] == "70 minutes without a break of five"


async def test_the_same_tables_write_nothing(api: Api, token: str) -> None:
    for number in range(3):
        await add(api, token, f"task {number}", priority=number, estimate_s=900)
    user = await follow(api, token)

    def rows() -> list[Any]:
        found: list[Any] = api.rows(
            "SELECT xmin::text, id, kind, state FROM recommendation WHERE user_id = %s ORDER BY id",
            (user,),
        )
        return found

    before = rows()
    assert before
    await follow(api, token)
    assert rows() == before


async def test_that_time_passes_writes_nothing_but_what_it_changes(api: Api, token: str) -> None:
    for number in range(3):
        await add(api, token, f"task {number}", priority=number, estimate_s=900)
    api.rows("UPDATE task SET created_at = created_at - interval '20 days' RETURNING 1")
    user = await follow(api, token, NOW + timedelta(minutes=1))
    written = "SELECT xmin::text, id FROM recommendation WHERE user_id = %s ORDER BY id"
    before = api.rows(written, (user,))
    assert len(before) == 6
    await follow(api, token, NOW + timedelta(minutes=1, seconds=1))
    assert api.rows(written, (user,)) == before


async def test_what_ended_long_ago_is_forgotten(api: Api, token: str) -> None:
    await add(api, token, "a")
    user = await follow(api, token)
    api.rows(
        "UPDATE recommendation SET state = 'expired', created_at = now() - interval '31 days'"
        " RETURNING 1"
    )
    await follow(api, token)
    states = api.rows("SELECT state FROM recommendation WHERE user_id = %s", (user,))
    assert states == [("shown",)]


def test_a_person_without_anything_is_recommended_nothing(following: Following) -> None:
    user = following.person()
    execute("UPDATE user_state SET rev = rev + 1 WHERE user_id = %s", (user,))
    following.follow([user], NOW)
    following.follow([user], NOW, "recommendation")
    assert recommendations.live(user) == []
