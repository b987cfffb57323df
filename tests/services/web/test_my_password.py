"""Rules of changing one's password."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api, wait_refused

pytestmark = pytest.mark.services

NEW = "another horse, another staple"


async def test_a_change_ends_the_other_logins_and_leaves_this_one_and_the_keys(api: Api) -> None:
    stolen = await api.register()
    mine = (await _login(api, PASSWORD)).json
    key = (await api.key(mine["access_token"], "read"))["key"]
    with capture_logs() as lines:
        assert (await _change(api, mine, PASSWORD, NEW)).status == 204
    (told,) = [line for line in lines if line["event"] == "auth"]
    assert (told["result"], told["user"]) == ("password changed", mine["user"]["id"])
    assert NEW not in str(lines)
    async with asyncio.timeout(1):
        await wait_refused(api, stolen["access_token"])
    assert (await _refresh(api, stolen)).status == 401
    assert (await _refresh(api, mine)).status == 200
    assert (await api.get("/me", mine["access_token"])).status == 200
    assert (await api.get("/me", key)).status == 200
    assert (await _login(api, PASSWORD)).status == 401
    assert (await _login(api, NEW)).status == 200


async def test_a_change_needs_the_current_password(api: Api) -> None:
    login = await api.register()
    refused = await _change(api, login, "not the current one", NEW)
    assert (refused.status, refused.json["code"]) == (403, "wrong-password")
    assert (await _login(api, PASSWORD)).status == 200


@pytest.mark.parametrize(
    "new", ["1234567", "x" * 129, "password123", "ada@example.org", "timeflow"]
)
async def test_a_bad_new_password_is_told_by_its_path(api: Api, new: str) -> None:
    login = await api.register()
    refused = await _change(api, login, PASSWORD, new)
    assert (refused.status, refused.json["errors"][0]["path"]) == (422, "new_password")
    assert (await _login(api, PASSWORD)).status == 200


async def test_of_changes_at_once_one_wins(api: Api) -> None:
    login = await api.register()
    news = [f"{NEW} {n}" for n in range(4)]
    answers = await asyncio.gather(*(_change(api, login, PASSWORD, new) for new in news))
    assert sorted(answer.status for answer in answers)[0] == 204
    assert {answer.status for answer in answers} <= {204, 403, 409}
    works = [(await _login(api, new)).status for new in [PASSWORD, *news]]
    assert sorted(works) == [200, 401, 401, 401, 401]


async def test_no_login_of_the_old_password_survives_a_change_at_the_same_time(api: Api) -> None:
    mine = await api.register()
    old = [_login(api, PASSWORD) for _ in range(10)]
    _, *logins = await asyncio.gather(_change(api, mine, PASSWORD, NEW), *old)
    for login in logins:
        if login.status == 200:
            await wait_refused(api, login.json["access_token"])
            assert (await _refresh(api, login.json)).status == 401
    (listed,) = (await api.get("/me/sessions", mine["access_token"])).json["items"]
    assert listed["current"]


async def test_a_stolen_token_is_not_good_for_guessing_the_password(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(rate_proof="3/minute")) as api:
        stolen = await api.register()
        guesses = [(await _change(api, stolen, f"guess {n}", NEW)).status for n in range(5)]
        assert guesses == [403, 403, 403, 429, 429]
        assert (await _login(api, PASSWORD)).status == 200
        bob = await api.register("bob@example.org")
        assert (await _change(api, bob, PASSWORD, NEW)).status == 204


async def test_refreshes_during_a_change_neither_fail_nor_survive_it(api: Api) -> None:
    mine = await api.register()
    others = [(await _login(api, PASSWORD)).json for _ in range(12)]
    refreshes = [_refresh(api, login) for login in others]
    changed, *answers = await asyncio.gather(_change(api, mine, PASSWORD, NEW), *refreshes)
    assert changed.status == 204
    assert {answer.status for answer in answers} <= {200, 401}
    for answer in answers:
        if answer.status == 200:
            await wait_refused(api, answer.json["access_token"])
            assert (await _refresh(api, answer.json)).status == 401


async def test_no_key_changes_the_password(api: Api, token: str) -> None:
    key = (await api.key(token, "read", "write", "ops"))["key"]
    assert (await _change(api, {"access_token": key}, PASSWORD, NEW)).status == 403
    assert (await _login(api, PASSWORD)).status == 200


async def _change(api: Api, login: dict[str, Any], current: str, new: str) -> Answer:
    body = {"current_password": current, "new_password": new}
    return await api.post("/me/password", login["access_token"], json=body)


async def _login(api: Api, password: str) -> Answer:
    body = {"email": "ada@example.org", "password": password}
    return await api.post("/auth/login", json=body)


async def _refresh(api: Api, login: dict[str, str]) -> Answer:
    return await api.post("/auth/refresh", json={"refresh_token": login["refresh_token"]})
