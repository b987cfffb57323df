"""Rules of invites: one address, once, for a time, with the roles it was given."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import pytest

from models.database import database
from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api
from web.invites import make

pytestmark = pytest.mark.services

BOB = "bob@example.org"


@pytest.fixture
async def api(configured: Callable[..., Settings]) -> AsyncIterator[Api]:
    """An instance that takes who was invited."""
    async with Api(configured(registration="invite")) as running:
        yield running


async def test_who_was_invited_registers_with_the_roles_given(api: Api, token: str) -> None:
    made = await _invite(api, token, roles=["analyst"])
    answer = await _register(api, made["code"])
    assert (answer.status, answer.json["user"]["roles"]) == (201, ["user", "analyst"])
    assert (await api.get("/invites", token)).json["items"] == []


async def test_without_an_invite_nobody_registers(api: Api, token: str) -> None:
    answer = await api.post("/auth/register", json={"email": BOB, "password": PASSWORD})
    assert (answer.status, answer.json["code"]) == (403, "registration-closed")


async def test_an_invite_is_good_once_also_for_ten_at_once(api: Api, token: str) -> None:
    code = (await _invite(api, token))["code"]
    answers = await asyncio.gather(*(_register(api, code) for _ in range(10)))
    assert sorted(answer.status for answer in answers) == [201] + [403] * 9
    assert (await _register(api, code)).json["code"] == "bad-invite"


async def test_an_invite_is_for_its_address_in_whatever_case(api: Api, token: str) -> None:
    code = (await _invite(api, token))["code"]
    other = await _register(api, code, "eve@example.org")
    assert (other.status, other.json["code"]) == (403, "bad-invite")
    assert (await _register(api, code, BOB.upper())).status == 201


async def test_an_invite_ends(api: Api, token: str) -> None:
    made = await _invite(api, token)
    assert made["expires_at"] > made["created_at"]
    api.rows("UPDATE invite SET expires_at = now()")
    assert (await _register(api, made["code"])).json["code"] == "bad-invite"
    assert (await api.get("/invites", token)).json["items"] == []


async def test_an_invite_can_be_withdrawn(api: Api, token: str) -> None:
    made = await _invite(api, token)
    assert (await api.call("DELETE", f"/invites/{made['id']}", token)).status == 204
    assert (await _register(api, made["code"])).status == 403
    assert (await api.call("DELETE", f"/invites/{made['id']}", token)).status == 404
    assert (await api.call("DELETE", f"/invites/{uuid4()}", token)).status == 404


async def test_a_code_is_shown_once_and_kept_hashed(api: Api, token: str) -> None:
    made = await _invite(api, token)
    (listed,) = (await api.get("/invites", token)).json["items"]
    assert listed == {name: value for name, value in made.items() if name != "code"}
    assert made["code"] not in str(api.rows("SELECT invite::text FROM invite"))


async def test_a_registration_that_fails_does_not_use_up_the_invite(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured()) as api:
        token = (await api.register())["access_token"]
        code = (await _invite(api, token))["code"]
        await api.register(BOB)
        assert (await _register(api, code)).status == 409
        assert len((await api.get("/invites", token)).json["items"]) == 1


async def test_who_has_an_account_is_not_invited(api: Api, token: str) -> None:
    answer = await api.post("/invites", token, json={"email": "ADA@example.org"})
    assert (answer.status, answer.json["code"]) == (409, "email-taken")


async def test_a_closed_instance_takes_invites_of_the_command_line_only(
    api: Api, token: str, configured: Callable[..., Settings]
) -> None:
    of_an_operator = (await _invite(api, token))["code"]
    closed = configured(registration="closed")
    with database.connection_context():
        of_the_command_line = make(closed, BOB, [], None)[1]
    async with Api(closed) as other:
        refused = await other.post("/invites", token, json={"email": BOB})
        assert (refused.status, refused.json["code"]) == (403, "registration-closed")
        assert (await _register(other, of_an_operator)).status == 403
        assert (await _register(other, of_the_command_line)).status == 201


@pytest.mark.parametrize(
    ("body", "path"),
    [({}, "email"), ({"email": "nobody"}, "email"), ({"email": BOB, "roles": ["king"]}, "roles[0]"),
     ({"email": BOB, "more": 1}, "more")],
)  # fmt: skip
async def test_what_cannot_be_is_told_by_its_path(
    api: Api, token: str, body: dict[str, Any], path: str
) -> None:
    answer = await api.post("/invites", token, json=body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)


async def _invite(api: Api, token: str, **more: Any) -> Any:
    answer = await api.post("/invites", token, json={"email": BOB, **more})
    assert answer.status == 201, answer.body
    return answer.json


async def _register(api: Api, code: str, email: str = BOB) -> Answer:
    body = {"email": email, "password": PASSWORD, "invite": code}
    return await api.post("/auth/register", json=body)
