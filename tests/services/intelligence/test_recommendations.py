"""What is recommended, by the stage on the tables and over the API."""

import asyncio
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest

from models import recommendations
from models.database import database, execute
from pipeline.steps.instants import as_us
from tests.people import MINUTE_US, usage_event
from tests.services.intelligence.conftest import Following
from tests.services.stage.driver import until
from tests.services.web.api import Api

pytestmark = pytest.mark.services

NOW = datetime.now(UTC).replace(microsecond=0)


async def follow(api: Api, token: str, now: datetime = NOW) -> UUID:
    """Let both stages catch up with the person, as of an instant."""
    user = UUID((await api.get("/me", token)).json["id"])

    def run() -> None:
        with database.connection_context():
            following = Following()
            with database.atomic():
                # A change of work reaches the stages by the tasks stage, which locks the person.
                execute(
                    "INSERT INTO user_state (user_id, rev) VALUES (%s, 1)"
                    " ON CONFLICT (user_id) DO UPDATE SET rev = user_state.rev + 1",
                    (user,),
                )
            following.follow([user], now)
            following.follow([user], now, "recommendation")

    await asyncio.to_thread(run)
    return user


async def add(api: Api, token: str, title: str, **fields: Any) -> str:
    made = await api.post("/tasks", token, json={"title": title, **fields})
    assert made.status == 201, made.body
    return str(made.json["id"])


async def recommended(api: Api, token: str, query: str = "kind=next_task") -> list[dict[str, Any]]:
    answer = await api.get(f"/recommendations?{query}", token)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def due_at(api: Api, user: UUID) -> datetime:
    """When the stage looks again, whatever happens."""
    query = "SELECT due_at FROM stage_progress WHERE stage = 'recommendation' AND user_id = %s"
    ((due,),) = api.rows(query, (user,))
    found: datetime = due
    return found


def titles(items: list[dict[str, Any]]) -> list[str]:
    return [item["title"] for item in items]


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


async def test_an_estimate_has_a_range_and_a_due_task_a_time(api: Api, token: str) -> None:
    due = (NOW + timedelta(days=3)).isoformat()
    task = await add(api, token, "report", estimate_s=3600, due_at=due)
    await follow(api, token)
    (range_,) = await recommended(api, token, "kind=estimate_range")
    assert (range_["subject"], range_["p50_s"]) == (task, 3600)
    assert range_["p80_s"] > 3600
    (slot,) = await recommended(api, token, "kind=time_slot")
    start, end = (datetime.fromisoformat(slot[name]) for name in ("start", "end"))
    assert end - start == timedelta(hours=1)
    assert start >= NOW
    assert 9 <= start.hour < 17


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
