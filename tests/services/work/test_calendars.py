"""Calendars of others: fetched with care, read with care, refreshed."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.resolver import ThreadedResolver
from aiohttp.test_utils import TestServer

from pipeline.settings import Settings
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

TODAY = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)


def calendar(*titles: str, rule: str = "") -> str:
    events = [
        "\r\n".join(
            (
                "BEGIN:VEVENT",
                f"UID:{number}",
                f"SUMMARY:{title}",
                f"DTSTART:{TODAY:%Y%m%dT%H%M%SZ}",
                f"DTEND:{TODAY + timedelta(hours=1):%Y%m%dT%H%M%SZ}",
                *([f"RRULE:{rule}"] if rule else []),
                "END:VEVENT",
            )
        )
        for number, title in enumerate(titles)
    ]
    body = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", *events, "END:VCALENDAR"))
    return f"{body}\r\n"


class Source:
    """A server of calendars that says what it is told to."""

    def __init__(self) -> None:
        self.text = calendar("one")
        self.etag = ""
        self.asked: list[str] = []
        app = web.Application()
        app.router.add_get("/{what}", self._answer)
        self.server = TestServer(app)

    def url(self, what: str = "good.ics") -> str:
        return str(self.server.make_url(f"/{what}"))

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        what = request.match_info["what"]
        self.asked.append(what)
        tag = self.etag or f'"{hash(self.text)}"'
        if what == "redirect":
            return web.Response(status=302, headers={"Location": "http://127.0.0.1:1/x"})
        if what == "gone":
            return web.Response(status=410)
        if what == "html":
            return web.Response(text="<html>not here</html>")
        if what == "bomb":
            body = gzip.compress(b"BEGIN:VCALENDAR" + b" " * 10_000_000)
            return web.Response(body=body, headers={"Content-Encoding": "gzip"})
        if what == "latin":
            return web.Response(body="BEGIN:VCALENDAR é".encode("latin-1"))
        if what in ("huge", "slow"):
            return await self._without_end(request, slow=what == "slow")
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304)
        return web.Response(text=self.text, headers={"ETag": tag})

    async def _without_end(self, request: web.Request, *, slow: bool) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b"BEGIN:VCALENDAR" + b" " * 50_000)
            await asyncio.sleep(60 if slow else 0)


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    source = Source()
    await source.server.start_server()
    yield source
    await source.server.close()


@pytest.fixture
async def trusting(configured: Callable[..., Settings]) -> AsyncIterator[Api]:
    """An API that fetches from this machine too."""
    settings = configured(
        calendar_private_addresses=True, calendar_fetch_s=1.0, calendar_max_bytes=1_000_000,
        calendar_read_s=2, calendar_poll_s=0.05, calendar_refresh_s=0.1,
    )  # fmt: skip
    async with Api(settings) as api:
        yield api


@pytest.fixture
async def ada(trusting: Api) -> str:
    return str((await trusting.register())["access_token"])


async def add(api: Api, token: str, **body: Any) -> Answer:
    return await api.post("/calendars", token, json={"name": "Work", **body})


async def titles(api: Api, token: str) -> list[str]:
    day = f"{TODAY:%Y-%m-%d}"
    answer = await api.get(f"/calendars/busy?from={day}&to={day}", token)
    assert answer.status == 200, answer.body
    return [item["title"] for item in answer.json["items"]]


def problem(answer: Answer) -> tuple[str, str]:
    assert answer.status == 422, answer.body
    (error,) = answer.json["errors"]
    return error["path"], error["message"]


async def test_a_calendar_is_read_and_read_again(trusting: Api, ada: str, source: Source) -> None:
    made = await add(trusting, ada, url=source.url())
    assert made.status == 201, made.body
    assert made.json["error"] == ""
    assert await titles(trusting, ada) == ["one"]
    source.text = calendar("two", "three")
    async with asyncio.timeout(20):
        while await titles(trusting, ada) != ["two", "three"]:
            await asyncio.sleep(0.02)


async def test_whoever_is_busy_at_other_times_is_recommended_anew(api: Api, token: str) -> None:
    user = (await api.get("/me", token)).json["id"]
    api.rows(
        "INSERT INTO stage_progress (stage, user_id, done_rev) VALUES ('recommendation', %s, 0)"
        " RETURNING 1",
        (user,),
    )

    def is_due() -> bool:
        """Whether the stage is to look again; from now on it is not."""
        ((due,),) = api.rows("SELECT due_at IS NOT NULL FROM stage_progress")
        api.rows("UPDATE stage_progress SET due_at = NULL RETURNING 1")
        return bool(due)

    path = f"/calendars/{(await add(api, token, ics=calendar('one'))).json['id']}"
    assert is_due()
    await api.call("PATCH", path, token, json={"ics": calendar("one")})
    await api.call("PATCH", path, token, json={"name": "Other"})
    assert not is_due()
    await api.call("PATCH", path, token, json={"ics": calendar("one", "two")})
    assert is_due()
    await api.call("DELETE", path, token)
    assert is_due()


async def test_one_that_cannot_be_read_keeps_its_blocks_and_says_why(
    trusting: Api, ada: str, source: Source
) -> None:
    id = (await add(trusting, ada, url=source.url())).json["id"]
    source.text = "no calendar"
    async with asyncio.timeout(20):
        while not (shown := (await trusting.get("/calendars", ada)).json["items"][0])["error"]:
            await asyncio.sleep(0.02)
    assert shown["error"] == "Is not iCalendar"
    assert await titles(trusting, ada) == ["one"]
    answer = await trusting.post(f"/calendars/{id}/refresh", ada)
    assert problem(answer) == ("url", "Is not iCalendar")
    source.text = calendar("back")
    assert (await trusting.post(f"/calendars/{id}/refresh", ada)).status == 200
    async with asyncio.timeout(20):
        while await titles(trusting, ada) != ["back"]:
            await asyncio.sleep(0.02)


async def test_what_is_as_before_is_spread_over_the_days_anew_every_day(
    trusting: Api, ada: str, source: Source
) -> None:
    id = (await add(trusting, ada, url=source.url())).json["id"]
    # The days that its events are spread over have gone by.
    trusting.rows("DELETE FROM busy_block")
    await trusting.post(f"/calendars/{id}/refresh", ada)
    assert await titles(trusting, ada) == []
    trusting.rows("UPDATE calendar SET read_at = now() - interval '25 hours'")
    await trusting.post(f"/calendars/{id}/refresh", ada)
    assert await titles(trusting, ada) == ["one"]


async def test_a_tag_that_is_none_is_not_kept(trusting: Api, ada: str, source: Source) -> None:
    for tag in ("plain", '"a b"', '"é"', f'"{"x" * 2000}"'):
        source.etag = tag
        assert (await add(trusting, ada, url=source.url())).status == 201, tag
    assert trusting.rows("SELECT DISTINCT etag FROM calendar") == [("",)]


async def test_a_file_is_taken_renamed_and_replaced(api: Api, token: str) -> None:
    made = (await add(api, token, ics=calendar("one"))).json
    assert made["url"] is None
    path = f"/calendars/{made['id']}"
    body = {"name": "Home", "ics": calendar("two")}
    assert (await api.call("PATCH", path, token, json=body)).json["name"] == "Home"
    assert await titles(api, token) == ["two"]
    wrong = await api.call("PATCH", path, token, json={"name": "x", "ics": "no calendar"})
    assert problem(wrong)[0] == "ics"
    assert await titles(api, token) == ["two"]
    assert (await api.get("/calendars", token)).json["items"][0]["name"] == "Home"
    assert (await api.call("DELETE", f"/calendars/{made['id']}", token)).status == 204
    assert await titles(api, token) == []


@pytest.mark.parametrize(
    ("what", "word"),
    [("redirect", "Redirects to 127.0.0.1"), ("gone", "Answers 410"), ("html", "not iCalendar"),
     ("bomb", "compressed"), ("huge", "larger than"), ("slow", "too long"), ("latin", "UTF-8")],
)  # fmt: skip
async def test_what_is_no_good_source_is_refused_in_words(
    trusting: Api, ada: str, source: Source, what: str, word: str
) -> None:
    path, message = problem(await add(trusting, ada, url=source.url(what)))
    assert path == "url"
    assert word in message
    assert (await trusting.get("/calendars", ada)).json["items"] == []


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:{port}/x", "http://localhost:{port}/x", "http://[::1]:{port}/x",
     "http://127.1:{port}/x", "http://2130706433:{port}/x", "http://0x7f.0.0.1:{port}/x",
     "http://[::ffff:127.0.0.1]:{port}/x", "http://169.254.169.254/latest/meta-data",
     "webcal://localhost:{port}/x", "ftp://example.org/x", "file:///etc/passwd", "/etc/passwd",
     "http://ada:secret@example.org/x", "x", "http://"],
)  # fmt: skip
async def test_no_address_leads_to_what_is_not_public(
    api: Api, token: str, source: Source, url: str
) -> None:
    answer = await add(api, token, url=url.format(port=source.server.port))
    path, message = problem(answer)
    assert path == "url"
    assert "secret" not in message
    assert source.asked == []


async def test_a_name_that_changes_its_mind_leads_nowhere(
    api: Api, token: str, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The addresses that are connected to are those that were looked at."""
    asked = []

    async def resolve(_: Any, host: str, port: int = 0, family: int = 0) -> list[Any]:
        asked.append(host)
        return [
            {"hostname": host, "host": "127.0.0.1", "port": port, "family": family,
             "proto": 0, "flags": 0}
        ]  # fmt: skip

    monkeypatch.setattr(ThreadedResolver, "resolve", resolve)
    url = f"http://calendar.example:{source.server.port}/good.ics"
    assert "not public" in problem(await add(api, token, url=url))[1]
    assert asked == ["calendar.example"]
    assert source.asked == []


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5"])
async def test_a_rule_without_end_costs_a_while_and_no_more(
    trusting: Api, ada: str, rule: str
) -> None:
    path, message = problem(await add(trusting, ada, ics=calendar("x", rule=rule)))
    assert path == "ics"
    assert "time or memory" in message or "more than" in message
    assert (await trusting.get("/ready")).status == 200


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "url"), ({"url": "http://example.org", "ics": "x"}, "url"), ({"ics": ""}, "ics"),
     ({"ics": "x"}, "ics"), ({"url": "x" * 2001}, "url"), ({"name": "", "ics": "x"}, "name")],
)  # fmt: skip
async def test_bad_input_is_told_where(api: Api, token: str, body: Any, path: str) -> None:
    assert problem(await add(api, token, **body))[0] == path


async def test_a_person_has_so_many_calendars_at_most(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(max_calendars=1)) as api:
        token = (await api.register())["access_token"]
        assert (await add(api, token, ics=calendar("x"))).status == 201
        assert (await add(api, token, ics=calendar("x"))).status == 409
