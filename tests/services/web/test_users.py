"""Rules of the accounts in an operator's hands: roles, disabling, and who stays."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services


@pytest.fixture
async def bob(api: Api, token: str) -> Any:
    """The login of a second account, a mere user."""
    return await api.register("bob@example.org")


async def test_accounts_are_listed_newest_first_page_by_page(api: Api, token: str) -> None:
    for number in range(4):
        await api.register(f"p{number}@example.org")
    first = (await api.get("/users?limit=3", token)).json
    rest = (await api.get(f"/users?limit=3&cursor={first['next_cursor']}", token)).json
    emails = [item["email"] for item in first["items"] + rest["items"]]
    assert emails == [*(f"p{number}@example.org" for number in (3, 2, 1, 0)), "ada@example.org"]
    assert rest["next_cursor"] is None
    assert set(first["items"][0]) == {
        "id", "email", "roles", "created_at", "disabled", "disabled_at", "last_seen_at"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("q", "found"),
    [("BOB", ["bob@example.org"]), ("@example", ["bob@example.org", "ada@example.org"]),
     ("%", []), ("_", []), ("\\", [])],
)  # fmt: skip
async def test_accounts_are_found_by_a_part_of_their_address(
    api: Api, token: str, bob: Any, q: str, found: list[str]
) -> None:
    answer = await api.get("/users", token, params={"q": q})
    assert [item["email"] for item in answer.json["items"]] == found


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "cursor=x", "q=a%00", "colour=red"])
async def test_a_senseless_query_is_refused(api: Api, token: str, query: str) -> None:
    assert (await api.get(f"/users?{query}", token)).status == 422


async def test_one_account_shows_when_it_was_last_seen(api: Api, token: str, bob: Any) -> None:
    shown = (await api.get(f"/users/{bob['user']['id']}", token)).json
    assert shown["email"] == "bob@example.org"
    assert shown["last_seen_at"] >= shown["created_at"]
    assert (await api.get(f"/users/{uuid4()}", token)).status == 404


async def test_new_roles_hold_within_a_second(api: Api, token: str, bob: Any) -> None:
    assert (await api.get("/users", bob["access_token"])).status == 403
    changed = await _patch(api, token, bob, {"roles": ["operator"]})
    assert (changed.status, changed.json["roles"]) == (200, ["user", "operator"])
    async with asyncio.timeout(1):
        await _refused(api, bob["access_token"])
    body = {"refresh_token": bob["refresh_token"]}
    again = (await api.post("/auth/refresh", json=body)).json
    assert (await api.get("/users", again["access_token"])).status == 200


async def test_a_disabled_account_is_out_within_a_second_and_its_keys_stop(
    api: Api, token: str, bob: Any
) -> None:
    key = (await api.key(bob["access_token"], "read"))["key"]
    assert (await api.get("/me", key)).status == 200
    assert (await _patch(api, token, bob, {"disabled": True})).json["disabled"] is True
    async with asyncio.timeout(1):
        await _refused(api, bob["access_token"])
        await _refused(api, key)
    login = {"email": "bob@example.org", "password": PASSWORD}
    assert (await api.post("/auth/login", json=login)).status == 401
    body = {"refresh_token": bob["refresh_token"]}
    assert (await api.post("/auth/refresh", json=body)).status == 401


async def test_an_enabled_account_logs_in_again_and_its_old_logins_stay_ended(
    api: Api, token: str, bob: Any
) -> None:
    key = (await api.key(bob["access_token"], "read"))["key"]
    await _patch(api, token, bob, {"disabled": True})
    await _patch(api, token, bob, {"disabled": False})
    body = {"refresh_token": bob["refresh_token"]}
    assert (await api.post("/auth/refresh", json=body)).status == 401
    login = {"email": "bob@example.org", "password": PASSWORD}
    assert (await api.post("/auth/login", json=login)).status == 200
    assert (await api.get("/me", key)).status == 200


async def test_a_change_to_what_is_so_already_voids_nothing(api: Api, token: str, bob: Any) -> None:
    before = api.rows("SELECT count(*) FROM revocation")
    bodies: list[dict[str, Any]] = [{}, {"disabled": False}, {"roles": ["user"]}, {"roles": []}]
    for body in bodies:
        assert (await _patch(api, token, bob, body)).status == 200
    assert api.rows("SELECT count(*) FROM revocation") == before


@pytest.mark.parametrize("change", [{"disabled": True}, {"roles": ["user", "analyst"]}])
async def test_the_last_operator_stays(api: Api, change: dict[str, Any]) -> None:
    ada = await api.register()
    answer = await _patch(api, ada["access_token"], ada, change)
    assert (answer.status, answer.json["code"]) == (409, "last-operator")
    assert (await api.get("/users", ada["access_token"])).status == 200


async def test_a_disabled_operator_does_not_count(api: Api, bob: Any) -> None:
    login = {"email": "ada@example.org", "password": PASSWORD}
    ada = (await api.post("/auth/login", json=login)).json
    await _patch(api, ada["access_token"], bob, {"roles": ["user", "operator"], "disabled": True})
    assert (await _patch(api, ada["access_token"], ada, {"disabled": True})).status == 409


async def test_of_two_operators_who_demote_each_other_at_once_one_stays(api: Api) -> None:
    ada, bob = await api.register(), await api.register("bob@example.org")
    await _patch(api, ada["access_token"], bob, {"roles": ["user", "operator"]})
    login = {"email": "bob@example.org", "password": PASSWORD}
    bob = (await api.post("/auth/login", json=login)).json
    answers = await asyncio.gather(
        _patch(api, ada["access_token"], bob, {"roles": ["user"]}),
        _patch(api, bob["access_token"], ada, {"roles": ["user"]}),
    )
    assert sorted(answer.status for answer in answers) == [200, 409]
    operators = "SELECT count(*) FROM account WHERE 'operator' = ANY(roles)"
    assert api.rows(operators) == [(1,)]


@pytest.mark.parametrize(
    ("body", "path"),
    [({"roles": ["user", "king"]}, "roles[1]"), ({"roles": None}, "roles"),
     ({"disabled": "yes"}, "disabled"), ({"email": "x@example.org"}, "email"),
     ({"password_hash": "x"}, "password_hash")],
)  # fmt: skip
async def test_what_cannot_be_is_told_by_its_path(
    api: Api, token: str, bob: Any, body: dict[str, Any], path: str
) -> None:
    answer = await _patch(api, token, bob, body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)


async def test_no_key_gives_roles(api: Api, token: str, bob: Any) -> None:
    key = (await api.key(token, "ingest", "read", "write", "ops"))["key"]
    assert (await api.get("/users", key)).status == 200
    assert (await _patch(api, key, bob, {"roles": ["user", "operator"]})).status == 403
    assert (await api.post("/invites", key, json={"email": "x@example.org"})).status == 403


async def test_a_login_that_was_in_hand_when_the_account_changed_has_the_new_roles(
    api: Api, token: str, bob: Any
) -> None:
    # A password is checked between reading the account and opening the session.
    login = {"email": "bob@example.org", "password": PASSWORD}
    logins, _ = await asyncio.gather(
        asyncio.gather(*(api.post("/auth/login", json=login) for _ in range(10))),
        _patch(api, token, bob, {"disabled": True}),
    )
    tokens = [answer.json["access_token"] for answer in logins if answer.status == 200]
    async with asyncio.timeout(1):
        for one in tokens:
            await _refused(api, one)


async def test_refreshes_while_an_account_changes_do_not_wait_for_each_other(
    api: Api, token: str, bob: Any
) -> None:
    # Each takes the locks of the account and of its logins: in one order, or some answer 503.
    login = {"email": "bob@example.org", "password": PASSWORD}
    for disabled in (True, False) * 4:
        logins = [(await api.post("/auth/login", json=login)).json for _ in range(3)]
        tokens = [one["refresh_token"] for one in logins if "refresh_token" in one]
        *refreshes, changed = await asyncio.gather(
            *(api.post("/auth/refresh", json={"refresh_token": one}) for one in tokens),
            _patch(api, token, bob, {"disabled": disabled}),
        )
        assert changed.status == 200
        assert {answer.status for answer in refreshes} <= {200, 401}


async def _patch(api: Api, token: str, login: Any, body: dict[str, Any]) -> Answer:
    return await api.call("PATCH", f"/users/{login['user']['id']}", token, json=body)


async def _refused(api: Api, credential: str) -> None:
    while (await api.get("/me", credential)).status != 401:
        await asyncio.sleep(0.02)
