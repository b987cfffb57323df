"""Rules of codes that set a new password: once, for a time, and every login ends."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from models.database import database
from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api
from web.password_resets import make

pytestmark = pytest.mark.services

NEW = "another correct horse"


@pytest.fixture
async def ada(api: Api) -> Any:
    """A login."""
    return await api.register()


async def test_a_new_password_ends_every_login_and_the_old_password(api: Api, ada: Any) -> None:
    assert (await _reset(api, _code(api, ada))).status == 204
    async with asyncio.timeout(1):
        while (await api.get("/me", ada["access_token"])).status != 401:
            await asyncio.sleep(0.02)
    body = {"refresh_token": ada["refresh_token"]}
    assert (await api.post("/auth/refresh", json=body)).status == 401
    assert (await _log_in(api, PASSWORD)).status == 401
    assert (await _log_in(api, NEW)).status == 200


async def test_no_login_with_the_old_password_outlives_the_new_one(
    configured: Callable[..., Settings],
) -> None:
    # A password is checked between reading the account and opening the session.
    async with Api(configured(password_cost=8)) as api:
        code = _code(api, await api.register())
        *logins, reset = await asyncio.gather(
            *(_log_in(api, PASSWORD) for _ in range(12)), _reset(api, code)
        )
        assert reset.status == 204
        for login in (one.json for one in logins if one.status == 200):
            body = {"refresh_token": login["refresh_token"]}
            assert (await api.post("/auth/refresh", json=body)).status == 401
        assert (await _log_in(api, PASSWORD)).status == 401


async def test_a_code_is_good_once_also_for_ten_at_once(api: Api, ada: Any) -> None:
    code = _code(api, ada)
    answers = await asyncio.gather(*(_reset(api, code) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [204] + [401] * 9


async def test_the_next_code_voids_the_one_before(api: Api, ada: Any) -> None:
    first, second = _code(api, ada), _code(api, ada)
    assert (await _reset(api, first)).json["code"] == "bad-code"
    assert (await _reset(api, second)).status == 204


async def test_a_code_ends(api: Api, ada: Any) -> None:
    code = _code(api, ada)
    api.rows("UPDATE password_reset SET expires_at = now()")
    assert (await _reset(api, code)).status == 401
    assert (await _log_in(api, PASSWORD)).status == 200


async def test_a_disabled_account_sets_no_password(api: Api, ada: Any) -> None:
    code = _code(api, ada)
    api.rows("UPDATE account SET disabled_at = now()")
    assert (await _reset(api, code)).status == 401


async def test_a_code_is_kept_hashed(api: Api, ada: Any) -> None:
    code = _code(api, ada)
    assert code not in str(api.rows("SELECT password_reset::text FROM password_reset"))


@pytest.mark.parametrize(
    ("change", "path"),
    [({"new_password": "1234567"}, "new_password"), ({"new_password": "x" * 129}, "new_password"),
     ({"code": ""}, "code"), ({"email": "a@b"}, "email")],
)  # fmt: skip
async def test_what_cannot_be_is_told_by_its_path(
    api: Api, ada: Any, change: dict[str, str], path: str
) -> None:
    body = {"code": _code(api, ada), "new_password": NEW} | change
    answer = await api.post("/auth/reset-password", json=body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)
    assert (await _log_in(api, PASSWORD)).status == 200


def _code(api: Api, login: Any) -> str:
    with database.connection_context():
        return make(api.settings, UUID(login["user"]["id"]))


async def _reset(api: Api, code: str) -> Answer:
    return await api.post("/auth/reset-password", json={"code": code, "new_password": NEW})


async def _log_in(api: Api, password: str) -> Answer:
    return await api.post("/auth/login", json={"email": "ada@example.org", "password": password})
