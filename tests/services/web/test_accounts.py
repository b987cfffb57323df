"""Rules of registering and logging in."""

import asyncio
import time
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Api

pytestmark = pytest.mark.services

ALL = ["user", "analyst", "operator"]


async def test_the_first_account_has_all_roles_and_the_next_are_users(api: Api) -> None:
    assert (await api.register())["user"]["roles"] == ALL
    assert (await api.register("bob@example.org"))["user"]["roles"] == ["user"]


async def test_of_twenty_first_accounts_at_once_exactly_one_has_all_roles(api: Api) -> None:
    logins = await asyncio.gather(*(api.register(f"p{n}@example.org") for n in range(20)))
    assert sorted(len(login["user"]["roles"]) for login in logins) == [1] * 19 + [3]


async def test_registration_closes_after_the_first_account(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(registration="closed")) as api:
        bodies = [{"email": f"p{n}@example.org", "password": PASSWORD} for n in range(10)]
        answers = await asyncio.gather(*(api.post("/auth/register", json=b) for b in bodies))
        assert sorted(answer.status for answer in answers) == [201] + [403] * 9
        late = await api.post("/auth/register", json=bodies[0])
        assert (late.status, late.json["code"]) == (403, "registration-closed")


async def test_an_address_registers_once_in_whatever_case(api: Api) -> None:
    await api.register()
    again = await api.post(
        "/auth/register", json={"email": "ADA@example.org", "password": PASSWORD}
    )
    assert (again.status, again.json["code"]) == (409, "email-taken")


@pytest.mark.parametrize(
    "password", ["\N{GRINNING FACE}" * 64, "x" * 128, " " * 8, "Zo\u0308e 1234"]
)
async def test_a_password_of_any_characters_logs_in(api: Api, password: str) -> None:
    await api.register(password=password)
    answer = await api.post("/auth/login", json={"email": "Ada@Example.org", "password": password})
    assert answer.status == 200
    assert set(answer.json) == {
        "user", "access_token", "token_type", "expires_in", "refresh_token"
    }  # fmt: skip
    wrong = await api.post(
        "/auth/login", json={"email": "ada@example.org", "password": password[:-1] + "y"}
    )
    assert wrong.status == 401


async def test_passwords_that_differ_only_after_72_bytes_differ(api: Api) -> None:
    await api.register(password="x" * 100 + "a")
    body = {"email": "ada@example.org", "password": "x" * 100 + "b"}
    assert (await api.post("/auth/login", json=body)).status == 401


@pytest.mark.parametrize("password", ["1234567", "x" * 129, ""])
async def test_a_password_has_8_to_128_characters(api: Api, password: str) -> None:
    answer = await api.post("/auth/register", json={"email": "a@example.org", "password": password})
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "password")


async def test_an_unknown_person_and_a_wrong_password_get_the_same_answer(api: Api) -> None:
    await api.register()
    unknown = await api.post("/auth/login", json={"email": "x@example.org", "password": PASSWORD})
    wrong = await api.post("/auth/login", json={"email": "ada@example.org", "password": "wrong"})
    assert unknown.status == wrong.status == 401
    del unknown.json["request_id"], wrong.json["request_id"]
    assert unknown.json == wrong.json


async def test_an_unknown_person_costs_the_time_of_a_wrong_password(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(password_cost=10)) as api:
        await api.register()
        took: dict[str, list[float]] = {"ada@example.org": [], "x@example.org": []}
        for _ in range(5):
            for email, seconds in took.items():
                began = time.perf_counter()
                await api.post("/auth/login", json={"email": email, "password": "wrong one"})
                seconds.append(time.perf_counter() - began)
        known, unknown = (min(seconds) for seconds in took.values())
        assert 0.5 < unknown / known < 2


@pytest.mark.parametrize(
    "password", ["password1", "PASSWORD1", "Ada.Lovelace", "ada.lovelace7", "TimeFlow!"]
)
async def test_a_first_guess_is_no_password(api: Api, password: str) -> None:
    body = {"email": "ada.lovelace@example.org", "password": password}
    answer = await api.post("/auth/register", json=body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "password")
    assert api.rows("SELECT id FROM account") == []


async def test_a_hash_is_made_anew_when_the_cost_was_raised(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(password_cost=4)) as api:
        await api.register()
    login = {"email": "ada@example.org", "password": PASSWORD}
    async with Api(configured(password_cost=5)) as api:
        assert (await api.post("/auth/login", json=login)).status == 200
        assert (await api.post("/auth/login", json=login)).status == 200
    assert api.rows("SELECT left(password_hash, 6) FROM account") == [("$2b$05",)]


async def test_too_many_logins_at_once_are_refused_and_not_queued_for_ever(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(password_cost=10, password_threads=1, password_queue=1)) as api:
        body = {"email": "x@example.org", "password": PASSWORD}
        answers = await asyncio.gather(*(api.post("/auth/login", json=body) for _ in range(8)))
        assert {answer.status for answer in answers} == {401, 503}


async def test_each_result_of_logging_in_is_logged_without_what_was_typed(api: Api) -> None:
    with capture_logs() as lines:
        login = await api.register()
        for email, password in (
            ("ada@example.org", PASSWORD),
            ("ada@example.org", "a wrong one"),
            ("typed in the wrong field", PASSWORD),
        ):
            await api.post("/auth/login", json={"email": email, "password": password})
        await api.post("/auth/logout", login["access_token"])
    ada, told = login["user"]["id"], [line for line in lines if line["event"] == "auth"]
    assert [(line["result"], line["user"], line["log_level"]) for line in told] == [
        ("registered", ada, "info"),
        ("login ok", ada, "info"),
        ("login failed", ada, "warning"),
        ("login failed", None, "warning"),
        ("session ended", ada, "info"),
    ]
    assert {line["network"] for line in told} == {"127.0.0.1"}
    assert not any(typed in str(lines) for typed in (PASSWORD, "a wrong one", "typed in"))
