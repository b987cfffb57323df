"""What a person says of what is recommended: accept, dismiss, snooze, and taking it back."""

import asyncio
from contextlib import closing
from datetime import datetime, timedelta
from uuid import uuid4

import psycopg2
import pytest

from tests.services.intelligence.recommended import NOW, add, due_at, follow, recommended, titles
from tests.services.stage.driver import until
from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_a_dismissed_task_is_gone_until_tomorrow(api: Api, token: str) -> None:
    await add(api, token, "a", priority=2)
    await add(api, token, "b", priority=1)
    await follow(api, token)
    first = (await recommended(api, token))[0]
    answer = await api.post(f"/recommendations/{first['id']}/dismiss", token)
    assert answer.json["state"] == "dismissed"
    assert titles(await recommended(api, token)) == ["b"]
    await follow(api, token, NOW + timedelta(seconds=1))
    assert titles(await recommended(api, token)) == ["b"]
    await follow(api, token, NOW + timedelta(days=1))
    assert titles(await recommended(api, token)) == ["a", "b"]


async def test_a_snoozed_task_comes_back_when_its_time_is_over(api: Api, token: str) -> None:
    await add(api, token, "a")
    await follow(api, token)
    (shown,) = await recommended(api, token)
    path = f"/recommendations/{shown['id']}/snooze"
    answer = await api.post(path, token, json={"minutes": 1})
    until = datetime.fromisoformat(answer.json["snoozed_until"])
    user = await follow(api, token, until - timedelta(seconds=1))
    assert await recommended(api, token) == []
    assert due_at(api, user) <= until
    await follow(api, token, until)
    assert titles(await recommended(api, token)) == ["a"]


@pytest.mark.parametrize("deed", ["accept", "dismiss", "snooze"])
async def test_what_was_said_is_taken_back(api: Api, token: str, deed: str) -> None:
    await add(api, token, "a")
    await follow(api, token)
    (shown,) = await recommended(api, token)
    path = f"/recommendations/{shown['id']}"
    assert (await api.post(f"{path}/restore", token)).status == 409, "nothing was said"
    assert (await api.post(f"{path}/{deed}", token)).status == 200
    restored = await api.post(f"{path}/restore", token)
    assert restored.json["state"] == "shown"
    assert await recommended(api, token) == [shown]
    await follow(api, token, NOW + timedelta(minutes=1))
    assert titles(await recommended(api, token)) == ["a"]


async def test_an_accepted_task_stays_so_and_is_done_with_the_task(api: Api, token: str) -> None:
    task = await add(api, token, "a")
    await follow(api, token)
    (shown,) = await recommended(api, token)
    for _ in range(2):
        answer = await api.post(f"/recommendations/{shown['id']}/accept", token)
        assert answer.json["state"] == "accepted"
    user = await follow(api, token)
    assert [one["state"] for one in await recommended(api, token)] == ["accepted"]
    await api.post(f"/tasks/{task}/complete", token)
    await follow(api, token)
    assert await recommended(api, token) == []
    states = api.rows("SELECT state FROM recommendation WHERE user_id = %s", (user,))
    assert states == [("done",)]
    assert (await api.post(f"/recommendations/{shown['id']}/accept", token)).status == 409


async def test_an_accepted_task_stays_so_also_when_others_are_ten_or_it_waits(
    api: Api, token: str
) -> None:
    ids = {title: await add(api, token, title) for title in ("passed", "waiting")}
    user = await follow(api, token)
    for one in await recommended(api, token):
        await api.post(f"/recommendations/{one['id']}/accept", token)
    until = (NOW + timedelta(days=2)).isoformat()
    path = f"/tasks/{ids['waiting']}"
    changed = await api.call("PATCH", path, token, json={"wait_until": until})
    assert changed.status == 200, changed.body
    for number in range(10):
        await add(api, token, f"urgent {number}", priority=3)
    await follow(api, token)
    states = api.rows(
        "SELECT state FROM recommendation WHERE user_id = %s AND subject = ANY(%s)",
        (user, list(ids.values())),
    )
    assert states == [("accepted",)] * 2


async def test_a_word_that_meets_the_stage_waits_for_it_and_is_refused_if_it_ended_that(
    api: Api, token: str
) -> None:
    await add(api, token, "a")
    user = await follow(api, token)
    (shown,) = await recommended(api, token)
    with closing(psycopg2.connect(api.settings.database_url)) as connection:
        with connection, connection.cursor() as stage:
            stage.execute(
                "SELECT FROM stage_progress WHERE stage = 'recommendation' AND user_id = %s"
                " FOR UPDATE",
                (str(user),),
            )
            word = asyncio.create_task(api.post(f"/recommendations/{shown['id']}/accept", token))
            await until(lambda: api.rows("SELECT 1 FROM pg_locks WHERE NOT granted"))
            stage.execute(
                "UPDATE recommendation SET state = 'expired' WHERE id = %s", (shown["id"],)
            )
        assert (await word).status == 409


async def test_a_word_on_what_is_over_or_is_nobodys_is_refused(api: Api, token: str) -> None:
    await add(api, token, "a")
    await follow(api, token)
    (shown,) = await recommended(api, token)
    other = (await api.register("bob@example.org"))["access_token"]
    for deed in ("accept", "dismiss", "snooze", "restore"):
        assert (await api.post(f"/recommendations/{shown['id']}/{deed}", other)).status == 404
        assert (await api.post(f"/recommendations/{uuid4()}/{deed}", token)).status == 404
    await api.post(f"/recommendations/{shown['id']}/dismiss", token)
    assert (await api.post(f"/recommendations/{shown['id']}/accept", token)).status == 409
    bad = await api.post(f"/recommendations/{shown['id']}/snooze", token, json={"minutes": 0})
    assert bad.status == 422
