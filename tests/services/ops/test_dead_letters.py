"""Rules of finding and understanding events that could not be applied."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest

from pipeline.letter_limits import Limits, prune, standing
from tests.services.ops.conftest import Operated
from tests.services.web.api import Api

pytestmark = pytest.mark.services

ADA, BOB = UUID(int=4), UUID(int=5)


async def test_letters_are_listed_newest_first_page_by_page_and_counted(
    operated: Operated,
) -> None:
    ids = [operated.bury(ADA, str(n), state="open" if n % 2 else "retrying") for n in range(5)]
    first = await operated.get("/ops/dlq?limit=3")
    rest = await operated.get(f"/ops/dlq?limit=3&cursor={first['next_cursor']}")
    assert [item["id"] for item in first["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None
    assert first["counts"] == {"retrying": 3, "open": 2, "discarded": 0, "done": 0}
    assert (first["total"], rest["total"]) == (5, 5)
    assert "traceback" not in first["items"][0]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["ada", "bob", "raw"]),
        ("state=open", ["ada", "raw"]),
        ("error=KeyError", ["bob"]),
        (f"user={ADA}", ["ada"]),
        (f"user={UUID(int=9)}", []),
        ("stage=usage", ["ada", "bob", "raw"]),
        ("stage=other", []),
        ("partition=0", ["ada"]),
        ("topic=tasks", []),
        ("q=event-of-ada", ["ada"]),
        ("q=NO+SUCH+KEY", ["bob"]),
        ("q=%25", []),
        ("q=%C3%BC", ["raw"]),
        ("state=open&error=KeyError", []),
    ],
)
async def test_letters_are_found(operated: Operated, query: str, found: list[str]) -> None:
    letters = {
        operated.bury(ADA, "event-of-ada"): "ada",
        operated.bury(BOB, "x", state="done", error="KeyError", message="no such key"): "bob",
        operated.bury(UUID(int=6), "y", raw=b"\xff{ \xc3\xbc"): "raw",
    }
    page = await operated.get(f"/ops/dlq?{query}")
    assert sorted(letters[item["id"]] for item in page["items"]) == found
    assert page["total"] == len(found)


async def test_letters_are_found_by_when_they_failed_first(operated: Operated) -> None:
    old, new = operated.bury(ADA, "old"), operated.bury(ADA, "new")
    operated.api.rows(
        "UPDATE dead_letter SET first_failed_at = now() - interval '1 day' WHERE id = %s", (old,)
    )
    as_of = (await operated.get("/ops/dlq"))["as_of"]
    noon = quote((datetime.fromisoformat(as_of) - timedelta(hours=12)).isoformat())
    for query, found in ((f"since={noon}", new), (f"until={noon}", old)):
        assert [x["id"] for x in (await operated.get(f"/ops/dlq?{query}"))["items"]] == [found]


async def test_errors_are_counted_by_their_class(operated: Operated) -> None:
    for n in range(3):
        operated.bury(ADA, str(n))
    operated.bury(ADA, "x", error="KeyError")
    assert (await operated.get("/ops/dlq"))["errors"] == [
        {"stage": "usage", "error_class": "ValueError", "letters": 3},
        {"stage": "usage", "error_class": "KeyError", "letters": 1},
    ]


@pytest.mark.parametrize(
    "query", ["state=lost", "partition=x", "user=x", "colour=red", "since=today", "limit=0",
              "cursor=x", "q=", "q=%00"]
)  # fmt: skip
async def test_what_cannot_be_asked_for_is_told(operated: Operated, query: str) -> None:
    answer = await operated.api.get(f"/ops/dlq?{query}", operated.token)
    assert (answer.status, answer.json["code"]) == (422, "invalid")


async def test_one_letter_is_shown_whole_with_what_lies_around_it(
    operated: Operated, api: Api, token: str
) -> None:
    for n in range(4):
        event = {"id": str(n), "type": "usage.heartbeat", "time": "2026-03-02T09:00:00Z"}
        assert (await api.post("/events", token, json={"events": [event]})).status == 202
    me = UUID((await operated.get("/me"))["id"])
    id = operated.bury(me, "one")
    tag = await _tag_at(operated, me, 2)
    api.rows('UPDATE dead_letter SET "offset" = 2, tag = %s WHERE id = %s', (tag, id))
    letter = await operated.get(f"/ops/dlq/{id}")
    assert (letter["event"]["id"], letter["traceback"], letter["original"]) == (
        "one",
        "trace",
        None,
    )
    assert letter["origin"]["is_there"]
    assert [(e["offset"], e["events"]) for e in letter["origin"]["entries"]] == [
        (1, 1), (2, 1), (3, 1), (4, 1)
    ]  # fmt: skip
    api.rows("UPDATE dead_letter SET tag = 'other' WHERE id = %s", (id,))
    assert not (await operated.get(f"/ops/dlq/{id}"))["origin"]["is_there"]
    assert (await operated.api.get(f"/ops/dlq/{uuid4()}", token)).status == 404


async def test_an_event_that_is_no_json_is_shown_as_text(operated: Operated) -> None:
    id = operated.bury(ADA, "x", raw=b"\xff{")
    assert (await operated.get(f"/ops/dlq/{id}"))["event"] == "\\xff{"


async def test_there_is_an_alarm_before_any_letter_is_let_go(operated: Operated) -> None:
    ids = [operated.bury(ADA, str(n), state="done" if n == 2 else "open") for n in range(4)]
    run = operated.api.threads.run
    assert (await run(standing, Limits(6, 1e9, 0.8))).alarm == ""
    assert "4 dead letters of 5" in (await run(standing, Limits(5, 1e9, 0.8))).alarm
    assert await run(prune, Limits(4, 1e9, 0.8)) == 0
    assert await run(prune, Limits(3, 1e9, 0.8)) == 1
    assert set(await operated.states()) == {ids[0], ids[1], ids[3]}, "those done with go first"
    assert await run(prune, Limits(2, 1e9, 0.8)) == 1
    assert set(await operated.states()) == {ids[1], ids[3]}, "then the oldest"
    operated.api.rows("UPDATE dead_letter SET first_failed_at = now() - interval '9 days'")
    assert "9 of the 10 days" in (await run(standing, Limits(99, 864_000, 0.8))).alarm
    assert await run(prune, Limits(99, 864_000, 0.8)) == 0
    assert await run(prune, Limits(99, 86_400, 0.8)) == 2


async def test_what_a_job_has_in_hand_is_not_let_go(operated: Operated) -> None:
    id = operated.bury(ADA, "one")
    job = await operated.began("/ops/dlq/replay", {"ids": [id]})
    await operated.jobs.work()
    assert await operated.api.threads.run(prune, Limits(1, 0.001, 0.8)) == 0
    assert (await operated.done(job))["results"] == {"applied": 1}


async def _tag_at(operated: Operated, user: UUID, offset: int) -> Any:
    from redis import Redis

    from pipeline.redis_streams.keys import Keys
    from pipeline.topics import partition_of

    settings = operated.api.settings
    key = Keys(settings.redis_prefix).log("usage", partition_of(user, settings.partitions))

    def read() -> str:
        with Redis.from_url(settings.redis_url) as redis:
            ((_, fields),) = redis.xrange(key, f"0-{offset}", f"0-{offset}")
            return str(fields[b"tag"].decode())

    return await asyncio.to_thread(read)
