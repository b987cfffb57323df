"""Rules of staying logged in: a refresh token is good once, and a stolen one ends the login."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api, wait_refused

pytestmark = pytest.mark.services


async def test_a_refresh_uses_up_its_token(api: Api) -> None:
    first = await api.register()
    second = await _refresh(api, first)
    assert second.status == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert (await api.get("/me", second.json["access_token"])).status == 200


async def test_a_token_whose_successor_was_used_ends_the_whole_login(api: Api) -> None:
    first = await api.register()
    second = (await _refresh(api, first)).json
    third = (await _refresh(api, second)).json
    with capture_logs() as lines:
        assert (await _refresh(api, first)).status == 401
    (told,) = [line for line in lines if line["event"] == "auth"]
    assert (told["result"], told["user"]) == ("refresh reused", first["user"]["id"])
    assert (await _refresh(api, third)).status == 401
    for login in (first, second, third):
        await wait_refused(api, login["access_token"])


async def test_a_lost_reply_is_answered_again_with_the_same_successor(api: Api) -> None:
    first = await api.register()
    lost, again = (await _refresh(api, first)).json, (await _refresh(api, first)).json
    assert again["refresh_token"] == lost["refresh_token"]
    assert (await api.get("/me", again["access_token"])).status == 200
    assert (await _refresh(api, again)).status == 200


async def test_after_the_grace_a_token_used_twice_ends_the_whole_login(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(refresh_grace_s=0)) as api:
        first = await api.register()
        second = (await _refresh(api, first)).json
        assert (await _refresh(api, first)).status == 401
        assert (await _refresh(api, second)).status == 401
        await wait_refused(api, second["access_token"])


async def test_the_grace_is_over_in_time(configured: Callable[..., Settings]) -> None:
    async with Api(configured(refresh_grace_s=600)) as api:
        first = await api.register()
        second = (await _refresh(api, first)).json
        api.rows("UPDATE refresh_token SET used_at = used_at - interval '500 seconds'")
        assert (await _refresh(api, first)).status == 200
        api.rows("UPDATE refresh_token SET used_at = used_at - interval '100 seconds'")
        assert (await _refresh(api, first)).status == 401
        assert (await _refresh(api, second)).status == 401


async def test_twenty_refreshes_at_once_end_in_one_living_login(api: Api) -> None:
    first = await api.register()
    answers = await asyncio.gather(*(_refresh(api, first) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    (successor,) = {answer.json["refresh_token"] for answer in answers}
    assert len(api.rows("SELECT hash FROM refresh_token WHERE used_at IS NULL")) == 1
    assert (await _refresh(api, {"refresh_token": successor})).status == 200


async def test_of_many_refreshes_at_once_without_a_grace_no_two_successors_live(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(refresh_grace_s=0)) as api:
        first = await api.register()
        answers = await asyncio.gather(*(_refresh(api, first) for _ in range(20)))
        successors = [answer.json for answer in answers if answer.status == 200]
        assert len(successors) == 1
        assert (await _refresh(api, successors[0])).status == 401


@pytest.mark.parametrize(
    "made_up", ["made up", "018f0000-0000-4000-8000-000000000000", "\u00e9" * 200, "' OR 1=1 --"]
)
async def test_a_made_up_refresh_token_ends_nothing(api: Api, made_up: str) -> None:
    first = await api.register()
    assert (await _refresh(api, {"refresh_token": made_up})).status == 401
    assert (await _refresh(api, first)).status == 200


async def test_neither_a_key_nor_an_access_token_refreshes(api: Api) -> None:
    login = await api.register()
    key = (await api.key(login["access_token"], "read"))["key"]
    assert (await _refresh(api, {"refresh_token": key})).status == 401
    too_long = await _refresh(api, {"refresh_token": login["access_token"]})
    assert too_long.status == 422


async def test_a_login_that_is_not_used_in_time_ends(configured: Callable[..., Settings]) -> None:
    async with Api(configured(refresh_token_s=60)) as api:
        login = await api.register()
        assert 0 < login["expires_in"] <= 60
        assert len(await _other_logins(api)) == 1
        api.rows("UPDATE refresh_token SET expires_at = expires_at - interval '60 seconds'")
        assert (await _refresh(api, login)).status == 401
        assert await _other_logins(api) == []


async def test_a_login_ends_in_time_however_often_it_is_used(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(session_s=60)) as api:
        login = (await _refresh(api, await api.register())).json
        assert 0 < login["expires_in"] <= 60
        api.rows("UPDATE login_session SET expires_at = expires_at - interval '60 seconds'")
        assert (await _refresh(api, login)).status == 401
        assert await _other_logins(api) == []


async def test_a_login_ends_everywhere_within_a_second_of_the_logout(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(revocation_poll_s=0.5)) as one, Api(configured()) as other:
        login = await one.register()
        access = login["access_token"]
        assert (await other.get("/me", access)).status == 200
        assert (await one.post("/auth/logout", access)).status == 204
        async with asyncio.timeout(1):
            await wait_refused(one, access)
            await wait_refused(other, access)
        assert (await _refresh(other, login)).status == 401


async def test_logging_out_needs_a_login(api: Api, token: str) -> None:
    key = (await api.key(token, "read", "write"))["key"]
    assert (await api.post("/auth/logout")).status == 401
    assert (await api.post("/auth/logout", "nonsense")).status == 401
    assert (await api.post("/auth/logout", key)).status == 403
    assert (await api.get("/me", token)).status == 200


async def test_a_disabled_account_refreshes_nothing(api: Api) -> None:
    login = await api.register()
    api.rows("UPDATE account SET disabled_at = now()")
    assert (await _refresh(api, login)).status == 401


async def _refresh(api: Api, login: dict[str, str]) -> Answer:
    return await api.post("/auth/refresh", json={"refresh_token": login["refresh_token"]})


async def _other_logins(api: Api) -> list[Any]:
    body = {"email": "ada@example.org", "password": PASSWORD}
    token = (await api.post("/auth/login", json=body)).json["access_token"]
    listed = (await api.get("/me/sessions", token)).json["items"]
    return [login for login in listed if not login["current"]]
