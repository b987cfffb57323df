"""Tasks: what they may be, and what is done with them."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


async def task(api: Api, token: str, **body: Any) -> Any:
    answer = await api.post("/tasks", token, json={"title": "Write", **body})
    assert answer.status == 201, answer.body
    return answer.json


async def change(api: Api, token: str, id: str, **body: Any) -> Answer:
    return await api.call("PATCH", f"/tasks/{id}", token, json=body)


async def act(api: Api, token: str, id: str, verb: str) -> Any:
    answer = await api.post(f"/tasks/{id}/{verb}", token)
    assert answer.status == 200, answer.body
    return answer.json


async def titles(api: Api, token: str, query: str = "") -> list[str]:
    answer = await api.get(f"/tasks?{query}", token)
    assert answer.status == 200, answer.body
    return [item["title"] for item in answer.json["items"]]


def paths(answer: Answer) -> list[str]:
    assert answer.status == 422, answer.body
    return [error["path"] for error in answer.json["errors"]]


async def test_a_task_says_what_it_was_made_of(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    given = {
        "title": "Write the report", "notes": "Ask Grace", "status": "doing", "priority": 3,
        "project_id": project, "tags": ["deep", "Deep", "work"], "estimate_s": 7200,
        "due_at": "2026-12-01T15:00:00Z", "deadline": "2026-12-02T00:00:00Z",
        "planned_on": "2026-11-30", "wait_until": "2026-11-29T08:00:00Z",
        "external_ref": {"provider": "github", "id": "17", "url": "https://example.org/17"},
    }  # fmt: skip
    made = await task(api, token, **given)
    assert {name: made[name] for name in given} == {**given, "tags": ["deep", "work"]}
    assert made["started_at"] == made["created_at"]
    assert (made["done_at"], made["series_id"], made["blocked_by"]) == (None, None, [])
    read = await api.get(f"/tasks/{made['id']}", token)
    assert read.json == made
    assert read.headers["ETag"] == f'"{made["version"]}"'
    tags = (await api.get("/tags", token)).json["items"]
    assert [tag["name"] for tag in tags] == ["deep", "work"]


async def test_a_task_takes_the_estimate_of_its_project(api: Api, token: str) -> None:
    body = {"name": "Site", "default_estimate_s": 1800}
    project = (await api.post("/projects", token, json=body)).json["id"]
    assert (await task(api, token, project_id=project))["estimate_s"] == 1800
    assert (await task(api, token, project_id=project, estimate_s=None))["estimate_s"] is None


async def test_completing_and_reopening_are_statuses_too(api: Api, token: str) -> None:
    made = await task(api, token)
    done = await act(api, token, made["id"], "complete")
    assert done["status"] == "done"
    assert done["done_at"] >= made["created_at"]
    assert await act(api, token, made["id"], "complete") == done
    opened = await act(api, token, made["id"], "reopen")
    assert (opened["status"], opened["done_at"]) == ("todo", None)
    assert await act(api, token, made["id"], "reopen") == opened
    again = (await change(api, token, made["id"], status="done")).json
    assert again["done_at"] > done["done_at"]
    assert (await change(api, token, made["id"], status="waiting")).json["done_at"] is None


async def test_a_task_that_repeats_makes_the_next_one_when_it_is_done(api: Api, token: str) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).date()
    made = await task(
        api, token, due_on=str(later), planned_on=str(later - timedelta(days=1)), tags=["x"],
        rrule="FREQ=WEEKLY;COUNT=2", estimate_s=60,
    )  # fmt: skip
    done = await act(api, token, made["id"], "complete")
    assert done["series_id"] == made["id"]
    (following,) = (await api.get("/tasks?status=open", token)).json["items"]
    assert following["due_on"] == str(later + timedelta(days=7))
    assert following["planned_on"] == str(later + timedelta(days=6))
    assert (following["series_id"], following["rrule"]) == (made["id"], "FREQ=WEEKLY;COUNT=1")
    assert (following["tags"], following["estimate_s"]) == (["x"], 60)
    await act(api, token, following["id"], "complete")
    assert await titles(api, token, "status=open") == []


async def test_reopening_takes_the_next_one_back_unless_it_was_touched(
    api: Api, token: str
) -> None:
    made = await task(api, token, due_on="2026-01-01", rrule="FREQ=DAILY")
    await act(api, token, made["id"], "complete")
    opened = await act(api, token, made["id"], "reopen")
    assert opened["rrule"] == "FREQ=DAILY"
    assert len(await titles(api, token)) == 1
    await act(api, token, made["id"], "complete")
    (following,) = (await api.get("/tasks?status=open", token)).json["items"]
    await change(api, token, following["id"], notes="mine")
    opened = await act(api, token, made["id"], "reopen")
    assert opened["rrule"] == ""
    assert len(await titles(api, token)) == 2


async def test_a_series_keeps_to_the_clock_on_the_wall(api: Api) -> None:
    ada = await api.register("wall@example.org", time_zone="Europe/Berlin")
    token, year = ada["access_token"], datetime.now(UTC).year + 1
    made = await task(api, token, due_at=f"{year}-03-01T08:00:00Z", rrule="FREQ=MONTHLY")
    await act(api, token, made["id"], "complete")
    (following,) = (await api.get("/tasks?status=open", token)).json["items"]
    assert following["due_at"] == f"{year}-04-01T07:00:00Z"


@pytest.mark.parametrize(
    "rule",
    ["daily", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
     "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;COUNT=1;UNTIL=20270101", "x" * 501,
     "FREQ=DAILY\nDTSTART:20200101T000000", "FREQ=DAILY;BYHOUR=1", "FREQ=DAILY;UNTIL=20270230"],
)  # fmt: skip
async def test_a_rule_that_is_none_or_never_comes_again_is_refused(
    api: Api, token: str, rule: str
) -> None:
    body = {"title": "x", "due_on": "2026-12-01", "rrule": rule}
    assert paths(await api.post("/tasks", token, json=body)) == ["rrule"]
    assert await titles(api, token) == []


async def test_what_repeats_has_a_day(api: Api, token: str) -> None:
    body = {"title": "x", "rrule": "FREQ=DAILY"}
    assert paths(await api.post("/tasks", token, json=body)) == ["rrule"]
    made = await task(api, token, planned_on="2026-12-01", rrule="FREQ=DAILY")
    assert paths(await change(api, token, made["id"], planned_on=None)) == ["rrule"]


async def test_a_task_is_not_below_itself_and_does_not_wait_for_itself(
    api: Api, token: str
) -> None:
    top = await task(api, token)
    middle = await task(api, token, parent_id=top["id"], blocked_by=[top["id"]])
    leaf = await task(api, token, parent_id=middle["id"], blocked_by=[middle["id"]])
    for other in (top, leaf):
        assert paths(await change(api, token, top["id"], parent_id=other["id"])) == ["parent_id"]
        found = paths(await change(api, token, top["id"], blocked_by=[other["id"]]))
        assert found == ["blocked_by"]
    strange = [middle["id"], str(uuid4())]
    assert paths(await change(api, token, leaf["id"], blocked_by=strange)) == ["blocked_by[1]"]
    assert paths(await change(api, token, leaf["id"], parent_id=str(uuid4()))) == ["parent_id"]
    assert paths(await change(api, token, leaf["id"], project_id=str(uuid4()))) == ["project_id"]


async def test_subtasks_go_and_come_back_with_their_task(api: Api, token: str) -> None:
    top = await task(api, token, title="top")
    middle = await task(api, token, title="middle", parent_id=top["id"])
    await task(api, token, title="leaf", parent_id=middle["id"])
    early = await task(api, token, title="early", parent_id=top["id"])
    assert (await api.call("DELETE", f"/tasks/{early['id']}", token)).status == 204
    assert (await api.call("DELETE", f"/tasks/{top['id']}", token)).status == 204
    assert await titles(api, token) == []
    assert (await api.get(f"/tasks/{middle['id']}", token)).status == 404
    assert (await api.post(f"/tasks/{top['id']}/restore", token)).json["deleted_at"] is None
    assert await titles(api, token) == ["top", "middle", "leaf"]


async def test_a_list_is_filtered(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    a = await task(api, token, title="a", project_id=project, tags=["deep"], due_on="2026-12-01")
    await task(api, token, title="b", status="waiting", due_at="2026-12-01T12:00:00Z")
    await task(api, token, title="c", status="done", planned_on="2026-12-02")
    await task(api, token, title="d", parent_id=a["id"], status="cancelled")
    for query, found in {
        "": "abcd",
        "status=open": "ab",
        "status=done,cancelled": "cd",
        f"project={project}": "a",
        "project=none": "bcd",
        "tag=deep": "a",
        "due_before=2026-12-02": "ab",
        "due_before=2026-12-01": "",
        "due_before=2026-12-01T13:00:00%2B00:00": "b",
        f"parent={a['id']}": "d",
        "parent=none": "abc",
        "planned=2026-12-02": "c",
        "status=open&tag=deep&due_before=2027-01-01": "a",
    }.items():
        assert "".join(await titles(api, token, query)) == found, query


async def test_words_and_their_beginnings_are_found_in_title_and_notes(
    api: Api, token: str
) -> None:
    await task(api, token, title="Écrire le rapport d'activité")
    await task(api, token, title="כתוב דוח", notes="it's quarterly")
    await task(api, token, title="Party 🎉")
    for query, found in {
        "rapp": 0, "écr act": 0, "דוח": 1, "it's": 1, "QUART": 1, "🎉": 2, "100%25": None,
        "rapport quarterly": None, "' | !x:*": None,
    }.items():  # fmt: skip
        all_titles = await titles(api, token)
        expected = [] if found is None else [all_titles[found]]
        assert await titles(api, token, f"q={query}") == expected, query


@pytest.mark.parametrize(
    "sort", ["position", "due", "priority", "created", "updated", "-due", "-priority", "-created"]
)
async def test_every_sort_pages_through_all_once(api: Api, token: str, sort: str) -> None:
    for number in range(7):
        due = {"due_on": f"2026-12-0{number + 1}"} if number % 2 else {}
        await task(api, token, title=str(number), priority=number % 3, **due)
    whole = await titles(api, token, f"sort={sort}")
    seen: list[str] = []
    cursor = ""
    while True:
        page = (await api.get(f"/tasks?sort={sort}&limit=2{cursor}", token)).json
        seen += [item["title"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == whole
    assert sorted(seen) == [str(number) for number in range(7)]
    expected = {
        "due": ["1", "3", "5", "0", "2", "4", "6"],
        "-due": ["5", "3", "1", "0", "2", "4", "6"],
        "-priority": ["2", "5", "1", "4", "0", "3", "6"],
        "-created": ["6", "5", "4", "3", "2", "1", "0"],
    }
    assert seen == expected.get(sort, seen)


async def test_a_cursor_is_for_the_sort_it_came_from(api: Api, token: str) -> None:
    for _ in range(2):
        await task(api, token)
    cursor = (await api.get("/tasks?limit=1", token)).json["next_cursor"]
    for query in (f"sort=due&cursor={cursor}", "cursor=x", "cursor=AAAA", f"cursor={cursor}A"):
        assert paths(await api.get(f"/tasks?{query}", token)) == ["cursor"]


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("status=ready", "status"), ("project=x", "project"), ("due_before=soon", "due_before"),
        ("due_before=2026-12-01T00:00:00", "due_before"), ("due_before=1969-12-31", "due_before"),
        ("planned=2026-13-01", "planned"), ("sort=title", "sort"), ("limit=0", "limit"),
        ("limit=1001", "limit"), ("q=", "q"), ("color=red", "color"), ("tag=%00", "tag"),
    ],
)  # fmt: skip
async def test_a_question_that_makes_no_sense_is_told_where(
    api: Api, token: str, query: str, path: str
) -> None:
    assert paths(await api.get(f"/tasks?{query}", token)) == [path]


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "title"), ({"title": ""}, "title"), ({"title": "a\nb"}, "title"),
        ({"title": "x" * 501}, "title"), ({"title": "a\0"}, "title"), ({"text": " "}, "text"),
        ({"text": "x" * 10_000}, "text"),
        ({"title": "x", "status": "ready"}, "status"), ({"title": "x", "priority": 4}, "priority"),
        ({"title": "x", "estimate_s": 0}, "estimate_s"),
        ({"title": "x", "due_at": "2026-12-01T00:00:00"}, "due_at"),
        ({"title": "x", "due_at": "1969-12-31T00:00:00Z"}, "due_at"),
        ({"title": "x", "due_on": "2200-01-01"}, "due_on"),
        ({"title": "x", "due_at": "2026-12-01T00:00:00Z", "due_on": "2026-12-01"}, "due_on"),
        ({"title": "x", "tags": ["a", ""]}, "tags[1]"),
        ({"title": "x", "done_at": "2026-01-01T00:00:00Z"}, "done_at"),
        ({"title": "x", "created_at": "2100-01-01T00:00:00Z"}, "created_at"),
        ({"title": "x", "position": 1e300}, "position"), ({"title": "x", "id": "1"}, "id"),
    ],
)  # fmt: skip
async def test_bad_input_is_told_where_and_nothing_is_made(
    api: Api, token: str, body: Any, path: str
) -> None:
    assert paths(await api.post("/tasks", token, json=body)) == [path]
    assert await titles(api, token) == []
    assert (await api.get("/tags", token)).json["items"] == []


async def test_what_was_done_elsewhere_keeps_its_times(api: Api, token: str) -> None:
    when = {"created_at": "2026-01-01T08:00:00Z", "done_at": "2026-01-02T08:00:00Z"}
    made = await task(api, token, status="done", **when)
    assert {name: made[name] for name in when} == when


async def test_twenty_at_once_with_one_key_make_one_task(api: Api, token: str) -> None:
    headers = {"Idempotency-Key": "once"}
    answers = await asyncio.gather(
        *(api.post("/tasks", token, json={"title": "x"}, headers=headers) for _ in range(20))
    )
    assert {(answer.status, answer.body) for answer in answers} == {(201, answers[0].body)}
    assert await titles(api, token) == ["x"]


async def test_a_tag_that_is_renamed_or_deleted_is_so_on_its_tasks(api: Api, token: str) -> None:
    made = await task(api, token, tags=["deep", "work"])
    tag = (await api.get("/tags", token)).json["items"][0]
    await api.call("PATCH", f"/tags/{tag['id']}", token, json={"name": "focus"})
    renamed = (await api.get(f"/tasks/{made['id']}", token)).json
    assert renamed["tags"] == ["focus", "work"]
    assert renamed["version"] > made["version"]
    await api.call("DELETE", f"/tags/{tag['id']}", token)
    assert (await api.get(f"/tasks/{made['id']}", token)).json["tags"] == ["work"]


moves = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from(["read", "title", "notes", "priority"])),
    max_size=20,
)


@given(moves)
@settings(
    max_examples=20, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
async def test_two_clients_that_say_what_they_know_lose_no_change(
    api: Api, token: str, moves: list[tuple[int, str]]
) -> None:
    """Each writes the whole of what it knows with one field changed, as clients do."""
    made = await task(api, token)
    path, truth = f"/tasks/{made['id']}", dict(made)
    known = [dict(made), dict(made)]
    for number, (client, step) in enumerate(moves):
        if step == "read":
            known[client] = (await api.get(path, token)).json
            continue
        body = {name: known[client][name] for name in ("title", "notes", "priority")}
        body[step] = number % 4 if step == "priority" else f"{step} {number}"
        headers = {"If-Match": f'"{known[client]["version"]}"'}
        answer = await api.call("PATCH", path, token, json=body, headers=headers)
        if known[client]["version"] == truth["version"]:
            assert answer.status == 200
            truth |= body | {"version": answer.json["version"]}
            known[client] = answer.json
        else:
            assert answer.status == 412
    stands = (await api.get(path, token)).json
    for name in ("title", "notes", "priority", "version"):
        assert stands[name] == truth[name]


async def test_verbs_ask_for_the_version_too(api: Api, token: str) -> None:
    made = await task(api, token)
    old = {"If-Match": f'"{made["version"]}"'}
    await change(api, token, made["id"], notes="newer")
    for method, path in (("POST", "complete"), ("POST", "reopen"), ("DELETE", "")):
        whole = f"/tasks/{made['id']}/{path}".rstrip("/")
        if path == "reopen":
            await act(api, token, made["id"], "complete")
        assert (await api.call(method, whole, token, headers=old)).status == 412


async def test_reopening_asks_for_the_version_of_an_open_task_too(api: Api, token: str) -> None:
    made = await task(api, token)
    old = {"If-Match": f'"{made["version"]}"'}
    await change(api, token, made["id"], notes="newer")
    assert (await api.post(f"/tasks/{made['id']}/reopen", token, headers=old)).status == 412


async def test_a_change_that_changes_nothing_keeps_the_version(api: Api, token: str) -> None:
    made = await task(api, token, tags=["deep"], due_on="2026-12-01", rrule="FREQ=DAILY")
    same = await change(
        api, token, made["id"], title="Write", tags=["DEEP"], rrule="rrule:freq=daily"
    )
    assert same.json == made


async def test_a_task_goes_on_naming_what_was_deleted(api: Api, token: str) -> None:
    project = (await api.post("/projects", token, json={"name": "Site"})).json["id"]
    blocker = await task(api, token)
    made = await task(api, token, project_id=project, blocked_by=[blocker["id"]])
    await api.call("DELETE", f"/projects/{project}", token)
    await api.call("DELETE", f"/tasks/{blocker['id']}", token)
    whole = {name: made[name] for name in ("project_id", "blocked_by", "parent_id")}
    changed = await change(api, token, made["id"], title="Read", **whole)
    assert (changed.status, changed.json["project_id"]) == (200, project)
    other = await task(api, token)
    assert paths(await change(api, token, other["id"], project_id=project)) == ["project_id"]
    found = await change(api, token, other["id"], blocked_by=[blocker["id"]])
    assert paths(found) == ["blocked_by[0]"]


async def test_a_subtask_that_comes_back_alone_stands_by_itself(api: Api, token: str) -> None:
    top = await task(api, token, title="top")
    leaf = await task(api, token, title="leaf", parent_id=top["id"])
    await api.call("DELETE", f"/tasks/{top['id']}", token)
    restored = (await api.post(f"/tasks/{leaf['id']}/restore", token)).json
    assert restored["parent_id"] is None
    assert await titles(api, token, "parent=none") == ["leaf"]


async def test_what_is_undone_counts_as_it_did(api: Api, token: str) -> None:
    made = await task(api, token, due_on="2100-01-01", rrule="FREQ=DAILY;COUNT=2")
    for _ in range(2):
        await act(api, token, made["id"], "complete")
        assert (await act(api, token, made["id"], "reopen"))["rrule"] == "FREQ=DAILY;COUNT=2"
    await act(api, token, made["id"], "complete")
    assert len(await titles(api, token, "status=open")) == 1


async def test_a_next_task_that_is_used_is_not_taken_back(api: Api, token: str) -> None:
    made = await task(api, token, due_on="2100-01-01", rrule="FREQ=DAILY")
    await act(api, token, made["id"], "complete")
    (following,) = (await api.get("/tasks?status=open", token)).json["items"]
    await task(api, token, title="below", parent_id=following["id"])
    assert (await act(api, token, made["id"], "reopen"))["rrule"] == ""
    assert len(await titles(api, token, "status=open")) == 3
    # Nor does what was opened again make another one.
    await act(api, token, made["id"], "complete")
    assert len(await titles(api, token, "status=open")) == 2


async def test_a_tag_is_found_and_borne_whatever_its_case(api: Api, token: str) -> None:
    await task(api, token, title="a", tags=["Deep"])
    assert await titles(api, token, "tag=dEEP") == ["a"]
    # Letters that the database and the process make small in different ways.
    for name in ("\u0130x", "ix", "\u0391\u03a3", "\u03b1\u03c3", "\u03b1\u03c2"):
        assert (await task(api, token, tags=[name, name]))["tags"]


async def test_a_due_day_takes_the_place_of_a_due_time(api: Api, token: str) -> None:
    made = await task(api, token, due_at="2026-12-01T12:00:00Z")
    changed = (await change(api, token, made["id"], due_on="2026-12-02")).json
    assert (changed["due_at"], changed["due_on"]) == (None, "2026-12-02")
