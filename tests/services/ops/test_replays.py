"""Rules of replaying dead letters: what the operator saw, once, and what came of each."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.services.ops.conftest import NOON_US, Operated
from tests.services.web.api import Api

pytestmark = pytest.mark.services

ADA = UUID(int=4)
ALL = {"filter": {}, "expected_count": 0, "as_of": "2026-01-01T00:00:00Z"}


async def test_a_replay_applies_what_can_be_applied_and_says_what_came_of_each(
    operated: Operated,
) -> None:
    good, bad = operated.bury(ADA, "good"), operated.bury(ADA, "bad", time=-5)
    job = await operated.began("/ops/dlq/replay", {"ids": [good, bad]})
    assert (job["kind"], job["state"], job["total"], job["done"]) == ("replay", "running", 2, 0)
    job = await operated.done(job)
    assert job["results"] == {"applied": 1, "failed_again": 1}
    assert (job["done"], bool(job["finished_at"])) == (2, True)
    assert await operated.states() == {good: "done", bad: "open"}
    items = (await operated.get(f"/ops/jobs/{job['id']}/items"))["items"]
    assert [(item["subject"], item["state"]) for item in items] == [
        (good, "applied"),
        (bad, "failed_again"),
    ]
    assert items[1]["detail"]["error_class"] == "ValidationError"
    assert operated.applied() == {"good"}


async def test_what_counts_already_is_told_apart_and_counts_once(operated: Operated) -> None:
    first = operated.bury(ADA, "one")
    await operated.done(await operated.began("/ops/dlq/replay", {"ids": [first]}))
    again = operated.bury(ADA, "one")
    job = await operated.done(await operated.began("/ops/dlq/replay", {"ids": [first, again]}))
    assert job["results"] == {"already_applied": 2}
    assert operated.applied() == {"one"}
    assert operated.api.rows("SELECT events FROM daily_activity") == [(1,)]
    (letter,) = [x for x in (await operated.get("/ops/dlq"))["items"] if x["id"] == again]
    assert (letter["state"], letter["outcome"]) == ("done", "already_applied")


async def test_a_replay_by_filter_is_of_what_the_operator_saw(operated: Operated) -> None:
    seen = {operated.bury(ADA, str(n)) for n in range(3)}
    page = await operated.get("/ops/dlq?state=open")
    later = operated.bury(ADA, "later")
    body = {"filter": {"state": "open"}, "as_of": page["as_of"], "expected_count": page["total"]}
    job = await operated.done(await operated.began("/ops/dlq/replay", body))
    assert job["results"] == {"applied": 3}
    assert await operated.states() == {**dict.fromkeys(seen, "done"), later: "open"}


async def test_a_replay_is_refused_when_there_are_other_letters_than_were_seen(
    operated: Operated,
) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(3)]
    page = await operated.get("/ops/dlq?state=open")
    operated.api.rows("UPDATE dead_letter SET state = 'discarded' WHERE id = %s", (ids[0],))
    body = {"filter": {"state": "open"}, "as_of": page["as_of"], "expected_count": page["total"]}
    for what in ("replay", "discard"):
        answer = await operated.post(f"/ops/dlq/{what}", body)
        assert (answer.status, answer.json["code"]) == (409, "count-changed")
    assert set((await operated.states()).values()) == {"open", "discarded"}
    assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]


async def test_a_dry_run_says_what_it_would_do_and_does_nothing(operated: Operated) -> None:
    id = operated.bury(ADA, "one")
    edit = [{"op": "replace", "path": "/category", "value": "work"}, {"op": "remove", "path": "/x"}]
    body: dict[str, Any] = {"ids": [id], "dry_run": True, "edit": edit[:1]}
    answer = await operated.post("/ops/dlq/replay", body)
    assert answer.status == 422, "an event without a category has none to replace"
    body["edit"] = [{"op": "add", "path": "/category", "value": "work"}]
    plan = (await operated.post("/ops/dlq/replay", body)).json
    assert (plan["job"], plan["letters"]) == (None, 1)
    assert plan["errors"] == [{"stage": "usage", "error_class": "ValueError", "letters": 1}]
    (shown,) = plan["edits"]
    assert "category" not in shown["before"]
    assert shown["after"]["category"] == "work"
    assert await operated.states() == {id: "open"}
    assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]


async def test_an_edited_event_is_applied_and_both_are_kept(operated: Operated) -> None:
    id = operated.bury(ADA, "bad", time=-5)
    edit: list[dict[str, Any]] = [{"op": "test", "path": "/time", "value": -5},
            {"op": "copy", "from": "/received", "path": "/time"}]  # fmt: skip
    job = await operated.done(await operated.began("/ops/dlq/replay", {"ids": [id], "edit": edit}))
    assert job["results"] == {"applied": 1}
    letter = await operated.get(f"/ops/dlq/{id}")
    assert (letter["original"]["time"], letter["event"]["time"]) == (-5, NOON_US)
    assert letter["original"]["hash"] != letter["event"]["hash"]
    assert operated.applied() == {"bad"}
    # The values stand in the letters, which go with the people they are of.
    assert job["request"]["edit"] == [{"op": one["op"], "path": one["path"]} for one in edit]


async def test_an_unreadable_event_can_be_replaced_as_a_whole(operated: Operated) -> None:
    id = operated.bury(ADA, "broken", raw=b"{broken")
    whole = {"user": str(ADA), "source": "api", "id": "mended", "hash": "", "time": NOON_US,
             "type": "usage.heartbeat", "received": NOON_US}  # fmt: skip
    edit = [{"op": "replace", "path": "", "value": whole}]
    job = await operated.done(await operated.began("/ops/dlq/replay", {"ids": [id], "edit": edit}))
    assert job["results"] == {"applied": 1}
    assert operated.applied() == {"mended"}
    assert (await operated.get(f"/ops/dlq/{id}"))["original"] == "{broken"


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ([{"op": "remove", "path": "/nothing"}], "does not apply"),
        ([{"op": "replace", "path": "/time/1", "value": 1}], "does not apply"),
        ([{"op": "test", "path": "/id", "value": "other"}], "does not apply"),
        ([{"op": "add", "path": "/time"}], "does not apply"),
        ([{"op": "replace", "path": "/time", "value": "noon"}], "not be valid"),
        ([{"op": "add", "path": "/colour", "value": "red"}], "not be valid"),
        ([{"op": "replace", "path": "", "value": []}], "not be valid"),
        ([{"op": "replace", "path": "/user", "value": str(uuid4())}], "user"),
        (
            [
                {"op": "add", "path": "/data", "value": {"a": "x" * 1000}},
                *[{"op": "copy", "from": "/data", "path": f"/data/{n}"} for n in range(90)],
            ],
            "larger",
        ),
    ],
)
async def test_an_edit_that_does_not_fit_changes_nothing(
    operated: Operated, edit: list[dict[str, Any]], says: str
) -> None:
    id = operated.bury(ADA, "one")
    answer = await operated.post("/ops/dlq/replay", {"ids": [id], "edit": edit})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "edit")
    assert says in answer.json["errors"][0]["message"]
    assert id in answer.json["errors"][0]["message"]
    assert await operated.states() == {id: "open"}
    assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]


async def test_what_an_edit_puts_in_is_each_letters_own(operated: Operated) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(3)]
    edit = [
        {"op": "add", "path": "/data", "value": {"tags": []}},
        {"op": "add", "path": "/data/tags/-", "value": "mended"},
    ]
    body = {"ids": ids, "edit": edit, "dry_run": True}
    plan = (await operated.post("/ops/dlq/replay", body)).json
    assert [one["after"]["data"] for one in plan["edits"]] == [{"tags": ["mended"]}] * 3


async def test_an_edit_of_more_than_one_request_may_edit_is_refused(configured: Any) -> None:
    async with Api(configured(edit_bytes=1000)) as api:
        operated = Operated(api, (await api.register())["access_token"])
        ids = [operated.bury(ADA, str(n)) for n in range(4)]
        one = [{"op": "add", "path": "/category", "value": "work"}]
        for few in ({"ids": ids, "edit": one}, {"ids": ids[:1], "edit": one * 4}):
            assert (await operated.post("/ops/dlq/replay", {**few, "dry_run": True})).status == 202
        answer = await operated.post("/ops/dlq/replay", {"ids": ids, "edit": one * 4})
        assert (answer.status, answer.json["errors"][0]["path"]) == (422, "edit")
        assert "EDIT_BYTES" in answer.json["errors"][0]["message"]
        assert await operated.states() == dict.fromkeys(ids, "open")
        assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]
        await operated.close()


async def test_discarded_letters_are_left_alone_until_somebody_replays_them(
    operated: Operated,
) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(2)]
    job = await operated.done(await operated.began("/ops/dlq/discard", {"ids": ids}))
    assert job["results"] == {"discarded": 2}
    assert set((await operated.states()).values()) == {"discarded"}
    job = await operated.done(await operated.began("/ops/dlq/replay", {"ids": ids[:1]}))
    assert job["results"] == {"applied": 1}
    assert await operated.states() == {ids[0]: "done", ids[1]: "discarded"}


async def test_a_cancelled_job_leaves_the_rest_as_it_was_and_can_be_continued(
    operated: Operated,
) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(6)]
    operated.api.rows("UPDATE dead_letter SET state = 'discarded' WHERE id = %s", (ids[5],))
    job = await operated.began("/ops/dlq/replay", {"ids": ids, "rate": 2})
    operated.api.rows("UPDATE job SET paced_at = now() - interval '1 second'")
    await operated.turn()
    assert list((await operated.states()).values()).count("done") == 2
    operated.api.rows("UPDATE job SET paced_at = now() - interval '1 second'")
    await operated.jobs.work()
    assert list((await operated.states()).values()).count("retrying") == 2
    answer = await operated.post(f"/ops/jobs/{job['id']}/cancel")
    assert (answer.status, answer.json["state"]) == (200, "cancelled")
    assert answer.json["results"] == {"applied": 2, "waiting": 4}
    assert sorted((await operated.states()).values()) == ["discarded", *["done"] * 2, *["open"] * 3]
    again = await operated.post(f"/ops/jobs/{job['id']}/cancel")
    assert (again.status, again.json["code"]) == (409, "not-running")
    operated.api.rows("UPDATE job SET rate = NULL")
    assert (await operated.post(f"/ops/jobs/{job['id']}/continue")).status == 200
    job = await operated.done(job)
    assert job["results"] == {"applied": 6}
    assert (await operated.post(f"/ops/jobs/{job['id']}/continue")).status == 409


async def test_a_cancelled_edit_is_as_if_it_had_never_been(operated: Operated) -> None:
    id = operated.bury(ADA, "bad", time=-5)
    before = await operated.get(f"/ops/dlq/{id}")
    edit = [{"op": "copy", "from": "/received", "path": "/time"}]
    job = await operated.began("/ops/dlq/replay", {"ids": [id], "edit": edit})
    await operated.jobs.work()
    assert (await operated.get(f"/ops/dlq/{id}"))["event"]["time"] == NOON_US
    assert (await operated.post(f"/ops/jobs/{job['id']}/cancel")).status == 200
    after = await operated.get(f"/ops/dlq/{id}")
    assert (after["event"], after["original"], after["state"]) == (before["event"], None, "open")
    # And the edit is not lost.
    assert (await operated.post(f"/ops/jobs/{job['id']}/continue")).status == 200
    assert (await operated.done(job))["results"] == {"applied": 1}
    letter = await operated.get(f"/ops/dlq/{id}")
    assert (letter["event"]["time"], letter["original"]["time"]) == (NOON_US, -5)


async def test_what_is_given_up_or_edited_while_it_is_being_tried_is_not_applied_as_it_was(
    operated: Operated,
) -> None:
    given_up, edited = operated.bury(ADA, "given up"), operated.bury(ADA, "before")
    job = await operated.began("/ops/dlq/replay", {"ids": [given_up, edited]})
    await operated.jobs.work()
    await operated.try_while(
        "UPDATE dead_letter SET state = 'discarded', next_at = NULL WHERE id = %s",
        given_up,
        "UPDATE dead_letter SET event = convert_to(replace(convert_from(event, 'UTF8'),"
        " '\"before\"', '\"after\"'), 'UTF8'), attempts = 0, next_at = now() WHERE id = %s",
        edited,
    )
    assert operated.applied() == set()
    assert (await operated.done(job))["results"] == {"discarded": 1, "applied": 1}
    assert operated.applied() == {"after"}


async def test_a_letter_that_is_taken_back_while_it_is_being_tried_keeps_its_tries(
    operated: Operated,
) -> None:
    id = operated.bury(ADA, "bad", time=-5)
    operated.api.rows("UPDATE dead_letter SET state = 'retrying' WHERE id = %s", (id,))
    await operated.began("/ops/dlq/replay", {"ids": [id]})
    await operated.jobs.work()
    # As the cancellation of the job does it.
    await operated.try_while("UPDATE dead_letter SET job_id = NULL WHERE id = %s", id)
    letter = await operated.get(f"/ops/dlq/{id}")
    assert (letter["state"], letter["attempts"]) == ("retrying", 0)


async def test_a_job_goes_no_faster_than_it_was_asked_to(operated: Operated) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(5)]
    job = await operated.began("/ops/dlq/replay", {"ids": ids, "rate": 0.5})
    await operated.turn()
    assert list((await operated.states()).values()).count("done") == 0
    operated.api.rows("UPDATE job SET paced_at = now() - interval '2 seconds'")
    await operated.turn()
    await operated.turn()
    assert list((await operated.states()).values()).count("done") == 1
    # However long nobody was there, it does not make up for all of it at once.
    operated.api.rows("UPDATE job SET paced_at = now() - interval '1 hour'")
    await operated.turn()
    assert list((await operated.states()).values()).count("done") == 3
    assert (await operated.get(f"/ops/jobs/{job['id']}"))["state"] == "running"


async def test_no_letter_is_in_two_jobs_at_a_time(operated: Operated) -> None:
    id = operated.bury(ADA, "one")
    first = await operated.began("/ops/dlq/replay", {"ids": [id]})
    await operated.jobs.work()
    second = await operated.began("/ops/dlq/discard", {"ids": [id]})
    await operated.jobs.work()
    assert await operated.states() == {id: "retrying"}
    assert (await operated.done(first))["results"] == {"applied": 1}
    assert (await operated.done(second))["results"] == {"already_applied": 1}


async def test_a_letter_that_goes_meanwhile_is_gone(operated: Operated) -> None:
    ids = [operated.bury(ADA, str(n)) for n in range(2)]
    job = await operated.began("/ops/dlq/replay", {"ids": ids})
    operated.api.rows("DELETE FROM dead_letter WHERE id = %s", (ids[0],))
    assert (await operated.done(job))["results"] == {"gone": 1, "applied": 1}


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 422, "invalid"),
        ({"ids": []}, 422, "invalid"),
        ({"ids": ["not an id"]}, 422, "invalid"),
        ({"ids": [str(uuid4())]}, 404, "not-found"),
        ({"ids": [str(uuid4())], "filter": {}}, 422, "invalid"),
        ({"filter": {"state": "open"}}, 422, "invalid"),
        ({**ALL, "filter": {"state": "lost"}}, 422, "invalid"),
        ({**ALL, "filter": {"colour": "red"}}, 422, "invalid"),
        (ALL, 409, "nothing-matches"),
        ({**ALL, "rate": 0}, 422, "invalid"),
        ({**ALL, "edit": [{"op": "paint", "path": "/x"}]}, 422, "invalid"),
        ({**ALL, "edit": [{"op": "remove", "path": "x"}]}, 422, "invalid"),
        ({**ALL, "as_of": "yesterday"}, 422, "invalid"),
    ],
)
async def test_what_makes_no_sense_is_told_and_does_nothing(
    operated: Operated, body: dict[str, Any], status: int, code: str
) -> None:
    answer = await operated.post("/ops/dlq/replay", body)
    assert (answer.status, answer.json["code"]) == (status, code), answer.body
    assert operated.api.rows("SELECT count(*) FROM job") == [(0,)]


async def test_unknown_jobs_are_not_there(operated: Operated) -> None:
    for method, path in (
        ("GET", ""),
        ("GET", "/items"),
        ("POST", "/cancel"),
        ("POST", "/continue"),
    ):
        answer = await operated.api.call(method, f"/ops/jobs/{uuid4()}{path}", operated.token)
        assert answer.status == 404


async def test_every_deed_is_audited_without_what_is_personal(operated: Operated) -> None:
    id = operated.bury(ADA, "one")
    edit = [{"op": "add", "path": "/entity", "value": "her diary"}]
    job = await operated.began("/ops/dlq/replay", {"ids": [id], "edit": edit, "rate": 1})
    await operated.post(f"/ops/jobs/{job['id']}/cancel")
    await operated.post(f"/ops/jobs/{job['id']}/continue")
    entries = (await operated.get("/ops/audit?limit=3"))["items"][::-1]
    assert [entry["action"] for entry in entries] == [
        "dlq.replay", "job.cancelled", "job.continued"
    ]  # fmt: skip
    assert {entry["subject"] for entry in entries} == {job["id"]}
    assert (entries[0]["detail"]["after"]["letters"], entries[0]["user_id"]) == (
        1,
        (await operated.get("/me"))["id"],
    )
    assert "her diary" not in str(entries)
