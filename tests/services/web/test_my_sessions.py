"""Rules of one's own logins: seen with where they come from, and ended."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Api, wait_refused

pytestmark = pytest.mark.services


async def test_a_login_shows_when_and_from_where_it_was_used(api: Api) -> None:
    first = await api.register()
    second = await _login(api, "a browser")
    listed = await _sessions(api, second["access_token"])
    assert [(one["user_agent"], one["current"]) for one in listed] == [
        ("a browser", True),
        (listed[1]["user_agent"], False),
    ]
    assert {one["network"] for one in listed} == {"127.0.0.1"}
    assert set(listed[0]) == {
        "id", "created_at", "last_used_at", "expires_at", "user_agent", "network", "current"
    }  # fmt: skip
    lasts = datetime.fromisoformat(listed[0]["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=api.settings.session_s - 60) < lasts
    body = {"refresh_token": first["refresh_token"]}
    assert (await api.post("/auth/refresh", json=body)).status == 200
    (used,) = [one for one in await _sessions(api, second["access_token"]) if not one["current"]]
    assert used["last_used_at"] > listed[1]["last_used_at"]


async def test_the_network_is_the_one_a_trusted_proxy_names(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(trusted_proxies="127.0.0.0/8")) as api:
        await api.register()
        login = await _login(api, "x", {"X-Forwarded-For": "2001:db8:1:2:3::4"})
        (current, _) = await _sessions(api, login["access_token"])
        assert current["network"] == "2001:db8:1:2::/64"


async def test_the_newest_logins_come_first_and_page_by_page(api: Api) -> None:
    await api.register()
    tokens = [(await _login(api, str(n)))["access_token"] for n in range(4)]
    seen: list[str] = []
    path = "/me/sessions?limit=2"
    while path:
        page = (await api.get(path, tokens[0])).json
        seen += [one["user_agent"] for one in page["items"]]
        cursor = page["next_cursor"]
        path = f"/me/sessions?limit=2&cursor={cursor}" if cursor else ""
    assert seen[:4] == ["3", "2", "1", "0"]
    assert len(seen) == 5


async def test_a_login_ends_in_every_process_within_a_second(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(revocation_poll_s=0.5)) as one, Api(configured()) as other:
        stolen = await one.register()
        mine = (await _login(one, "mine"))["access_token"]
        assert (await other.get("/me", stolen["access_token"])).status == 200
        (id,) = [s["id"] for s in await _sessions(one, mine) if not s["current"]]
        assert (await one.call("DELETE", f"/me/sessions/{id}", mine)).status == 204
        async with asyncio.timeout(1):
            await wait_refused(one, stolen["access_token"])
            await wait_refused(other, stolen["access_token"])
        body = {"refresh_token": stolen["refresh_token"]}
        assert (await other.post("/auth/refresh", json=body)).status == 401
        assert [s["id"] for s in await _sessions(one, mine) if not s["current"]] == []
        assert (await one.call("DELETE", f"/me/sessions/{id}", mine)).status == 404


async def test_one_may_end_the_login_that_asks(api: Api, token: str) -> None:
    (current,) = await _sessions(api, token)
    assert (await api.call("DELETE", f"/me/sessions/{current['id']}", token)).status == 204
    await wait_refused(api, token)


async def test_another_persons_login_is_not_there(api: Api, token: str) -> None:
    other = (await api.register("bob@example.org"))["access_token"]
    (mine,) = await _sessions(api, token)
    assert (await api.call("DELETE", f"/me/sessions/{mine['id']}", other)).status == 404
    assert (await api.call("DELETE", f"/me/sessions/{uuid4()}", other)).status == 404
    assert [one["id"] for one in await _sessions(api, other)] != [mine["id"]]
    assert (await api.call("DELETE", "/me/sessions", other)).json == {"ended": 0}
    assert (await api.get("/me", token)).status == 200


async def test_logging_out_everywhere_keeps_only_the_login_that_asks(api: Api) -> None:
    first = await api.register()
    others = [first, *[await _login(api, str(n)) for n in range(3)]]
    mine = await _login(api, "mine")
    key = (await api.key(mine["access_token"], "read"))["key"]
    ended = await api.call("DELETE", "/me/sessions", mine["access_token"])
    assert (ended.status, ended.json) == (200, {"ended": 4})
    for login in others:
        await wait_refused(api, login["access_token"])
        body = {"refresh_token": login["refresh_token"]}
        assert (await api.post("/auth/refresh", json=body)).status == 401
    assert [one["current"] for one in await _sessions(api, mine["access_token"])] == [True]
    assert (await api.get("/me", key)).status == 200


async def test_logging_out_everywhere_from_everywhere_at_once_is_no_error(api: Api) -> None:
    await api.register()
    tokens = [(await _login(api, str(n)))["access_token"] for n in range(6)]
    answers = await asyncio.gather(*(api.call("DELETE", "/me/sessions", t) for t in tokens))
    # Who was logged out in the meantime may hear so.
    assert {answer.status for answer in answers} <= {200, 401}
    assert sum(answer.json["ended"] for answer in answers if answer.status == 200) in (6, 7)


async def test_no_key_sees_or_ends_logins(api: Api, token: str) -> None:
    key = (await api.key(token, "ingest", "read", "write", "ops"))["key"]
    (mine,) = await _sessions(api, token)
    assert (await api.get("/me/sessions", key)).status == 403
    assert (await api.call("DELETE", "/me/sessions", key)).status == 403
    assert (await api.call("DELETE", f"/me/sessions/{mine['id']}", key)).status == 403


async def _login(api: Api, user_agent: str, headers: dict[str, str] | None = None) -> Any:
    body = {"email": "ada@example.org", "password": PASSWORD}
    sent = {"User-Agent": user_agent, **(headers or {})}
    answer = await api.post("/auth/login", json=body, headers=sent)
    assert answer.status == 200, answer.body
    return answer.json


async def _sessions(api: Api, token: str) -> Any:
    answer = await api.get("/me/sessions", token)
    assert answer.status == 200, answer.body
    return answer.json["items"]
