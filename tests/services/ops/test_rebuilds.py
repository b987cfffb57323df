"""Rules of rebuilding people: from raw events or from the stream, compared or written."""

import asyncio
from contextlib import closing
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from pipeline import topics
from tests.services.ops.conftest import Operated
from tests.services.stage.driver import until
from tests.services.web.applying import apply

pytestmark = pytest.mark.services

_ASKING = """
SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
"""


async def test_a_rebuild_of_what_is_right_says_equal_and_changes_nothing(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 3)
    before = operated.api.rows("SELECT local_date, computed_at FROM daily_activity ORDER BY 1")
    for write in (False, True):
        job = await operated.done(
            await operated.began("/ops/rebuild", {"user": me, "write": write})
        )
        assert job["results"] == {"equal": 1}
    after = operated.api.rows("SELECT local_date, computed_at FROM daily_activity ORDER BY 1")
    assert after == before


async def test_a_row_falsified_by_hand_is_told_and_only_written_if_asked(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 40)
    operated.api.rows(
        "UPDATE daily_activity SET active_us = 7, by_category = '{\"lies\": 7}'"
        " WHERE local_date = '2026-03-05'"
    )
    operated.api.rows("DELETE FROM daily_activity WHERE local_date = '2026-03-06'")
    operated.api.rows("DELETE FROM usage_interval WHERE local_date = '2026-04-07'")
    for write in (False, True):
        job = await operated.done(
            await operated.began("/ops/rebuild", {"user": me, "write": write})
        )
        assert job["results"] == {"different": 1}
        (item,) = (await operated.get(f"/ops/jobs/{job['id']}/items"))["items"]
        assert item["detail"]["days"] == 3
        differences = item["detail"]["differences"]
        assert differences["2026-03-05"] == {
            "active_us": {"stood": 7, "derived": 60_000_000},
            "by_category": {"stood": {"lies": 7}, "derived": {"": 60_000_000}},
        }
        assert differences["2026-03-06"]["events"] == {"stood": None, "derived": 1}
        assert set(differences["2026-04-07"]) == {"intervals"}
    job = await operated.done(await operated.began("/ops/rebuild", {"user": me, "write": True}))
    assert job["results"] == {"equal": 1}


async def test_people_are_chosen_by_their_days_or_all_are_taken(operated: Operated) -> None:
    me = await _with_days(operated, 2)
    bob = await operated.api.register("bob@example.org")
    await _post(operated, bob["access_token"], "2026-06-01T09:00:00Z")
    _apply(operated)
    for meant, found in (
        ({"filter": {"from": "2026-03-01", "to": "2026-03-31"}}, [me]),
        ({"filter": {"from": "2026-06-01", "to": "2026-06-01"}}, [bob["user"]["id"]]),
        ({"all": True}, sorted([me, bob["user"]["id"]])),
    ):
        job = await operated.done(await operated.began("/ops/rebuild", meant))
        items = (await operated.get(f"/ops/jobs/{job['id']}/items"))["items"]
        assert [item["subject"] for item in items] == found
    answer = await operated.post("/ops/rebuild", {"filter": {"old_zones": True}})
    assert (answer.status, answer.json["code"]) == (409, "nothing-matches")
    operated.api.rows("UPDATE daily_activity SET tzdata = '1999a' WHERE user_id = %s", (me,))
    job = await operated.began("/ops/rebuild", {"filter": {"old_zones": True}, "write": True})
    assert (await operated.done(job))["results"] == {"different": 1}


async def test_nobody_is_rebuilt_by_two_jobs_at_a_time(operated: Operated) -> None:
    me = await _with_days(operated, 1)
    job = await operated.began("/ops/rebuild", {"user": me})
    for body in ({"user": me}, {"all": True}):
        answer = await operated.post("/ops/rebuild", body)
        assert (answer.status, answer.json["code"]) == (409, "rebuild-runs")
        assert job["id"] in answer.json["detail"]
    assert (await operated.post(f"/ops/jobs/{job['id']}/cancel")).status == 200
    other = await operated.began("/ops/rebuild", {"user": me})
    answer = await operated.post(f"/ops/jobs/{job['id']}/continue")
    assert (answer.status, answer.json["code"]) == (409, "rebuild-runs")
    await operated.done(other)
    assert (await operated.post(f"/ops/jobs/{job['id']}/continue")).status == 200
    assert (await operated.done(job))["results"] == {"equal": 1}


async def test_of_a_rebuild_that_begins_and_one_that_goes_on_at_the_same_time_one_is_refused(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 1)
    job = await operated.began("/ops/rebuild", {"user": me})
    assert (await operated.post(f"/ops/jobs/{job['id']}/cancel")).status == 200
    # Whoever asks waits here, until both have asked.
    with closing(psycopg2.connect(operated.api.settings.database_url)) as session:
        session.cursor().execute("SELECT pg_advisory_xact_lock(hashtext('rebuild jobs'))")
        answers = asyncio.gather(
            operated.post(f"/ops/jobs/{job['id']}/continue"),
            operated.post("/ops/rebuild", {"user": me}),
        )
        await until(lambda: operated.api.rows(_ASKING) == [(2,)])
        session.commit()
    refused = [answer.json["code"] for answer in await answers if answer.status == 409]
    assert refused == ["rebuild-runs"]
    assert operated.api.rows("SELECT count(*) FROM job WHERE state = 'running'") == [(1,)]


async def test_who_lies_in_a_paused_partition_is_rebuilt_when_it_goes_on(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 1)
    bob = await _in_another_partition(operated, me)
    await _post(operated, bob["access_token"], "2026-03-01T09:00:00Z")
    _apply(operated)
    job = await operated.began("/ops/rebuild", {"all": True})
    operated.pause(_partition(me))
    for _ in range(3):
        await operated.turn()
    found = await operated.get(f"/ops/jobs/{job['id']}")
    assert (found["state"], found["results"]) == ("running", {"equal": 1, "waiting": 1})
    (item,) = (await operated.get(f"/ops/jobs/{job['id']}/items?state=waiting"))["items"]
    assert item["subject"] == me
    operated.pause()
    assert (await operated.done(job))["results"] == {"equal": 2}


async def test_what_lies_in_a_paused_partition_is_read_again_when_it_goes_on(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 2)
    operated.api.rows("UPDATE stream_cursor SET next_offset = 100")
    operated.pause(_partition(me))
    body = {"user": me, "stream": {"time": "2020-01-01T00:00:00Z"}}
    job = await operated.began("/ops/rebuild", body)
    await operated.turn()
    found = await operated.get(f"/ops/jobs/{job['id']}")
    assert (found["state"], found["results"]) == ("running", {"waiting": 1})
    operated.pause()
    await operated.done(job)
    assert await _progress(operated, job) == (0, 2, 0)


async def test_a_rebuild_goes_on_where_it_was_when_it_was_cancelled(operated: Operated) -> None:
    me = await _with_days(operated, 70)
    operated.api.rows("UPDATE daily_activity SET active_us = 7")
    job = await operated.began("/ops/rebuild", {"user": me, "write": True})
    await operated.jobs.work()
    wrong = "SELECT count(*) FROM daily_activity WHERE active_us = 7"
    ((left,),) = operated.api.rows(wrong)
    assert 0 < left < 70
    assert (await operated.post(f"/ops/jobs/{job['id']}/cancel")).status == 200
    await operated.turn()
    assert operated.api.rows(wrong) == [(left,)]
    assert (await operated.post(f"/ops/jobs/{job['id']}/continue")).status == 200
    assert (await operated.done(job))["results"] == {"different": 1}
    assert operated.api.rows(wrong) == [(0,)]
    (item,) = (await operated.get(f"/ops/jobs/{job['id']}/items"))["items"]
    assert item["detail"]["days"] == 70


async def test_what_lies_on_the_stream_and_was_never_applied_is_applied(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 3)
    await _post(operated, operated.token, "2026-05-01T09:00:00Z")
    # As after a restore of the database: the cursor is beyond what the tables hold.
    operated.api.rows("UPDATE stream_cursor SET next_offset = 100")
    operated.api.rows("DELETE FROM usage_event WHERE time < '2026-03-02'")
    operated.api.rows("DELETE FROM daily_activity WHERE local_date < '2026-03-02'")
    compare = {"user": me, "stream": {"time": "2020-01-01T00:00:00Z"}}
    job = await operated.done(await operated.began("/ops/rebuild", compare))
    assert job["kind"] == "reread"
    assert await _progress(operated, job) == (2, 2, 0)
    assert operated.api.rows("SELECT count(*) FROM usage_event") == [(2,)]
    job = await operated.done(await operated.began("/ops/rebuild", {**compare, "write": True}))
    assert await _progress(operated, job) == (2, 2, 0)
    job = await operated.done(await operated.began("/ops/rebuild", {**compare, "write": True}))
    assert await _progress(operated, job) == (0, 4, 0)
    assert operated.api.rows("SELECT count(*) FROM usage_event") == [(4,)]
    days = operated.api.rows("SELECT local_date::text, events FROM daily_activity ORDER BY 1")
    assert days == [("2026-03-01", 1), ("2026-03-02", 1), ("2026-03-03", 1), ("2026-05-01", 1)]


async def test_from_an_offset_on_only_that_is_read(operated: Operated) -> None:
    me = await _with_days(operated, 3)
    operated.api.rows("UPDATE stream_cursor SET next_offset = 100")
    partition = _partition(me)
    body = {"all": True, "stream": {"partition": partition, "offset": 3}, "write": True}
    job = await operated.done(await operated.began("/ops/rebuild", body))
    assert await _progress(operated, job) == (0, 1, 0)


async def test_what_was_redacted_since_is_not_read_again_as_it_was_sent(
    operated: Operated,
) -> None:
    me = await _with_days(operated, 2)
    operated.api.rows("UPDATE stream_cursor SET next_offset = 100")
    operated.api.rows("UPDATE usage_event SET hash = 'of what it is since'")
    operated.api.rows(
        "INSERT INTO redaction_run (user_id, id, not_before) VALUES (%s, gen_random_uuid(), now())",
        (me,),
    )
    body = {"user": me, "stream": {"time": "2020-01-01T00:00:00Z"}, "write": True}
    job = await operated.done(await operated.began("/ops/rebuild", body))
    assert await _progress(operated, job) == (0, 0, 0)
    assert {hash for (hash,) in operated.api.rows("SELECT hash FROM usage_event")} == {
        "of what it is since"
    }


async def test_what_the_stage_has_not_read_yet_is_its_own(operated: Operated) -> None:
    await _with_days(operated, 2)
    body = {"all": True, "stream": {"time": "2020-01-01T00:00:00Z"}}
    answer = await operated.post("/ops/rebuild", body)
    assert (answer.status, answer.json["code"]) == (409, "nothing-matches")


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({}, 422, "user"),
        ({"all": True, "user": str(UUID(int=1))}, 422, "user"),
        ({"user": "me"}, 422, "user"),
        ({"user": str(UUID(int=1))}, 404, "user"),
        ({"filter": {}}, 422, "filter"),
        ({"filter": {"from": "2026-01-01"}}, 422, "filter.to"),
        ({"filter": {"from": "2026-01-02", "to": "2026-01-01"}}, 422, "filter.from"),
        ({"all": True, "stream": {}}, 422, "stream.offset"),
        ({"all": True, "stream": {"offset": 1}}, 422, "stream.partition"),
        ({"all": True, "stream": {"offset": 1, "partition": 9}}, 422, "stream.partition"),
        ({"all": True, "stream": {"offset": 0, "partition": 1}}, 422, "stream.offset"),
        ({"all": True, "stream": {"time": "1900-01-01T00:00:00Z"}}, 422, "stream.time"),
        ({"filter": {"old_zones": True}, "stream": {"time": "2020-01-01T00:00:00Z"}}, 422,
         "filter"),
    ],
)  # fmt: skip
async def test_what_makes_no_sense_is_told_and_does_nothing(
    operated: Operated, body: dict[str, Any], status: int, path: str
) -> None:
    answer = await operated.post("/ops/rebuild", body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (status, path)
    assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]


async def _with_days(operated: Operated, days: int) -> str:
    """The operator with an interval on each of so many days from the first of March on."""
    for number in range(days):
        month, day = divmod(number, 28)
        await _post(operated, operated.token, f"2026-{3 + month:02}-{1 + day:02}T09:00:00Z", 60)
    _apply(operated)
    return str((await operated.get("/me"))["id"])


def _partition(user: str) -> int:
    return topics.partition_of(UUID(user), 4)


async def _in_another_partition(operated: Operated, user: str) -> Any:
    """Somebody else, whose events lie elsewhere."""
    for number in range(100):
        bob = await operated.api.register(f"bob{number}@example.org")
        if _partition(bob["user"]["id"]) != _partition(user):
            return bob
    raise AssertionError("everybody lies in one partition")


async def _post(operated: Operated, token: str, time: str, duration: int = 60) -> None:
    event = {"id": time, "type": "usage.interval", "time": time, "duration": duration}
    answer = await operated.api.post("/events", token, json={"events": [event]})
    assert answer.status == 202


def _apply(operated: Operated) -> None:
    apply(operated.api.settings)


async def _progress(operated: Operated, job: Any) -> tuple[int, int, int]:
    items = (await operated.get(f"/ops/jobs/{job['id']}/items"))["items"]
    assert {item["state"] for item in items} == {"read"}
    details = [item["detail"] for item in items]
    return tuple(sum(d[name] for d in details) for name in ("applied", "already_applied", "failed"))
