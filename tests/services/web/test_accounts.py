"""Rules of registering, logging in and staying logged in."""

import asyncio
from collections.abc import Callable

import pytest

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api

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


async def test_a_refresh_uses_up_its_token(api: Api) -> None:
    first = await api.register()
    second = await _refresh(api, first)
    assert second.status == 200
    assert second.json["refresh_token"] != first["refresh_token"]
    assert (await api.get("/me", second.json["access_token"])).status == 200


async def test_a_refresh_token_used_twice_ends_the_whole_login(api: Api) -> None:
    first = await api.register()
    second = (await _refresh(api, first)).json
    assert (await _refresh(api, first)).status == 401
    assert (await _refresh(api, second)).status == 401
    await _refused(api, second["access_token"])


async def test_of_many_refreshes_at_once_no_two_successors_live(api: Api) -> None:
    first = await api.register()
    answers = await asyncio.gather(*(_refresh(api, first) for _ in range(8)))
    successors = [answer.json for answer in answers if answer.status == 200]
    assert len(successors) == 1
    assert (await _refresh(api, successors[0])).status == 401


async def test_a_made_up_refresh_token_ends_nothing(api: Api) -> None:
    first = await api.register()
    assert (await _refresh(api, {"refresh_token": "made up"})).status == 401
    assert (await _refresh(api, first)).status == 200


async def test_a_login_ends_everywhere_within_a_second_of_the_logout(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(revocation_poll_s=0.5)) as one, Api(configured()) as other:
        login = await one.register()
        access = login["access_token"]
        assert (await other.get("/me", access)).status == 200
        assert (await one.post("/auth/logout", access)).status == 204
        async with asyncio.timeout(1):
            await _refused(one, access)
            await _refused(other, access)
        assert (await _refresh(other, login)).status == 401


async def test_too_many_logins_at_once_are_refused_and_not_queued_for_ever(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(password_cost=10, password_threads=1, password_queue=1)) as api:
        body = {"email": "x@example.org", "password": PASSWORD}
        answers = await asyncio.gather(*(api.post("/auth/login", json=body) for _ in range(8)))
        assert {answer.status for answer in answers} == {401, 503}


async def _refresh(api: Api, login: dict[str, str]) -> Answer:
    return await api.post("/auth/refresh", json={"refresh_token": login["refresh_token"]})


async def _refused(api: Api, access: str) -> None:
    while (await api.get("/me", access)).status != 401:
        await asyncio.sleep(0.02)
