"""What `timeflow import` reads and in which requests it posts."""

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from timeflow.imports.activitywatch import Export
from timeflow.imports.items import Item, Target
from timeflow.imports.posting import MOST_ITEMS, Posting, PostingFailed, batches, connected
from timeflow.imports.spool import Spool
from timeflow.imports.table import Table

HERE = Target("/here", b"[", b"]", lambda answer: [(n, "no") for n in answer["wrong"]])
THERE = Target("/there", b"[", b"]", lambda answer: [])


def items(count: int, target: Target = HERE, size: int = 2) -> list[Item]:
    return [Item(f"item {n}", target, b"1" * size) for n in range(count)]


@pytest.mark.parametrize("forward", [True, False])
def test_a_spool_is_read_oldest_first(forward: bool) -> None:
    spool = Spool()
    numbers = range(1, 1234)
    for at in numbers if forward else reversed(numbers):
        spool.add(at, {"at": at})
    spool.flush()
    found = list(spool.oldest_first())
    spool.close()
    assert [one.at for one in found] == list(numbers)
    assert found[0].content == b'{"at":1}'
    assert found[0].number == (1 if forward else 1233)


def test_buckets_are_posted_side_by_side(tmp_path: Path) -> None:
    def events(hours: range) -> list[dict[str, Any]]:
        return [{"timestamp": f"2026-03-{1 + h // 24:02}T{h % 24:02}:00Z"} for h in hours]

    facts = {"type": "t", "client": "c", "hostname": "h"}
    newest_first = {**facts, "events": events(range(700))[::-1]}
    oldest_first = {**facts, "events": events(range(100))}
    file = tmp_path / "export"
    file.write_text(json.dumps({"buckets": {"a": newest_first, "b.c/d": oldest_first}}))
    export = Export(file)
    assert export.check() == 800
    found = list(export.items())
    export.close()
    assert [item.where for item in found if "bucket b" in item.where][:1] == [
        "bucket b.c/d, event 1"
    ]
    assert found[0].where == "bucket a, event 700"
    assert {item.target.path for item in found} == {
        "/api/0/buckets/a/events",
        "/api/0/buckets/b.c%2Fd/events",
    }


def test_a_request_has_one_target_and_is_not_too_large() -> None:
    given = [*items(MOST_ITEMS + 1), *items(3, THERE), *items(3, size=700_000)]
    assert [(batch[0].target.path, len(batch)) for batch in batches(given)] == [
        ("/here", MOST_ITEMS), ("/here", 1), ("/there", 3), ("/here", 2), ("/here", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("time", "duration", "expected"),
    [
        ("2026-03-02T09:00:00+01:00", "90", ("2026-03-02T09:00:00+01:00", 90.0)),
        ("2026-03-02 09:00", "1:30:00", ("2026-03-02T09:00:00+01:00", 5400.0)),
        ("1772438400", "0:01.5", ("2026-03-02T08:00:00Z", 1.5)),
        ("nonsense", "1", None),
        ("-1", "1", None),
        ("nan", "1", None),
        ("2026-03-02", "", None),
        ("2026-03-02", "-1", None),
        ("2026-03-02", "inf", None),
    ],
)
def test_a_row_says_when_and_how_long(
    tmp_path: Path, time: str, duration: str, expected: tuple[str, float] | None
) -> None:
    file = tmp_path / "table"
    file.write_text(f"when,long\n{time},{duration}\n")
    columns = {"time": "when", "duration": "long"}
    (item,) = Table(file, columns, ZoneInfo("Europe/Berlin")).items()
    if expected is None:
        assert item.where == "line 2"
        assert item.wrong
    else:
        event = json.loads(item.content)
        assert (event["time"], event["duration"]) == expected


class Server:
    """Answers as it was told to, in turn, then well."""

    def __init__(self, *answers: web.Response) -> None:
        self.answers = list(answers)
        self.posted: list[list[int]] = []

    async def take(self, request: web.Request) -> web.Response:
        if self.answers:
            return self.answers.pop(0)
        self.posted.append(await request.json())
        return web.json_response({"wrong": [1] if len(self.posted) == 1 else []})


async def post(server: Server, given: list[Item]) -> Posting:
    class Source:
        def check(self) -> int:
            return len(given)

        def preparations(self) -> list[tuple[str, dict[str, Any]]]:
            return []

        def items(self) -> Any:
            return iter(given)

        def close(self) -> None:
            pass

    app = web.Application()
    app.router.add_post("/here", server.take)
    async with TestServer(app) as running, connected(str(running.make_url("/")), "key") as client:
        posting = Posting(client, lambda done: None)
        await posting.post(Source())
    return posting


async def test_what_is_refused_for_a_while_is_sent_again() -> None:
    later = {"Retry-After": "0"}
    server = Server(
        web.Response(status=503, headers=later), web.Response(status=429, headers=later)
    )
    posting = await post(server, [*items(3), Item("item 3", HERE, b"", "not an instant")])
    assert server.posted == [[11, 11, 11]]
    assert posting.rejections == [("item 3", "not an instant"), ("item 1", "no")]


async def test_what_is_refused_for_good_ends_the_import() -> None:
    server = Server(web.json_response({"detail": "No."}, status=403))
    with pytest.raises(PostingFailed, match=r"answered 403 to /here: No\."):
        await post(server, items(1))
