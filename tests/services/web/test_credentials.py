"""Rules of tokens and keys: what lets in, what does not, and how fast it ends."""

import asyncio
import base64
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from models import accounts
from models.database import database
from pipeline.settings import Settings
from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_without_a_credential_nobody_gets_in(api: Api, token: str) -> None:
    answer = await api.get("/me")
    assert (answer.status, answer.json["code"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Basic", "Basic !!", "Digest x", "Bearer \u00e9", "\u00e9"]
)
async def test_a_senseless_header_is_refused(api: Api, header: str) -> None:
    answer = await api.get("/me", headers={"Authorization": header})
    assert answer.status == 401


@pytest.mark.parametrize(
    "form",
    ["Bearer {key}", "Bearer waka_{key}", "Basic {key}", "Basic {key}:", "Basic x:{key}",
     "Basic waka_{key}:"],
)  # fmt: skip
async def test_a_key_is_taken_in_every_form_clients_send(api: Api, token: str, form: str) -> None:
    made = await api.key(token, "read")
    kind, _, value = form.format(key=made["key"]).partition(" ")
    if kind == "Basic":
        value = base64.b64encode(value.encode()).decode()
    answer = await api.get("/me", headers={"Authorization": f"{kind} {value}"})
    assert answer.status == 200


async def test_a_key_may_what_its_scopes_say_and_nothing_else(api: Api, token: str) -> None:
    reader = (await api.key(token, "read"))["key"]
    assert (await api.get("/me", reader)).status == 200
    assert (await api.post("/events", reader, json={"events": []})).status == 403
    assert (await api.get("/ops/dlq", reader)).status == 403
    assert (await api.get("/metrics", reader)).status == 403


async def test_no_key_makes_or_ends_keys_or_changes_the_account(api: Api, token: str) -> None:
    made = await api.key(token, "ingest", "read", "write", "ops")
    body = {"name": "x", "scopes": ["read"]}
    assert (await api.post("/me/api-keys", made["key"], json=body)).status == 403
    assert (await api.call("DELETE", f"/me/api-keys/{made['id']}", made["key"])).status == 403
    assert (await api.call("PATCH", "/me", made["key"], json={})).status == 403


async def test_only_an_operator_reaches_ops(api: Api, token: str) -> None:
    person = (await api.register("bob@example.org"))["access_token"]
    assert (await api.get("/ops/dlq", person)).status == 403
    assert (await api.get("/ops/dlq", token)).status == 200
    body = {"name": "x", "scopes": ["ops"]}
    assert (await api.post("/me/api-keys", person, json=body)).status == 403


async def test_a_key_is_shown_once_and_kept_hashed(api: Api, token: str) -> None:
    made = await api.key(token, "ingest", "read")
    assert set(made) == {"id", "name", "scopes", "key"}
    (listed,) = (await api.get("/me/api-keys", token)).json["items"]
    assert listed["prefix"] == made["key"][:8]
    assert made["key"] not in str(listed)
    assert made["key"] not in str(api.rows("SELECT api_key::text FROM api_key"))


async def test_a_key_ends_in_every_process_within_a_second(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(revocation_poll_s=0.5)) as one, Api(configured()) as other:
        token = (await one.register())["access_token"]
        made = await one.key(token, "read")
        assert (await other.get("/me", made["key"])).status == 200
        assert (await one.call("DELETE", f"/me/api-keys/{made['id']}", token)).status == 204
        async with asyncio.timeout(1):
            for api in (one, other):
                while (await api.get("/me", made["key"])).status != 401:
                    await asyncio.sleep(0.02)


async def test_another_persons_key_is_not_there(api: Api, token: str) -> None:
    made = await api.key(token, "read")
    other = (await api.register("bob@example.org"))["access_token"]
    assert (await api.call("DELETE", f"/me/api-keys/{made['id']}", other)).status == 404
    assert (await api.call("DELETE", f"/me/api-keys/{uuid4()}", token)).status == 404
    assert (await api.get("/me", made["key"])).status == 200


async def test_guessing_keys_is_limited_and_locks_nobody_out(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(rate_wrong_credentials="3/minute")) as api:
        login = await api.register()
        known = (await api.key(login["access_token"], "read"))["key"]
        assert (await api.get("/me", known)).status == 200
        statuses = [(await api.get("/me", str(uuid4()))).status for _ in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert (await api.get("/me", known)).status == 200
        assert (await api.get("/me", login["access_token"])).status == 200


async def test_new_roles_hold_within_a_second_for_tokens_and_keys_alike(
    api: Api, token: str
) -> None:
    login = await api.register("bob@example.org")
    key = (await api.key(login["access_token"], "read"))["key"]
    assert (await api.get("/me", key)).json["roles"] == ["user"]
    await asyncio.to_thread(_grant, UUID(login["user"]["id"]))
    async with asyncio.timeout(1):
        while (await api.get("/me", login["access_token"])).status != 401:
            await asyncio.sleep(0.02)
    assert (await api.get("/me", key)).json["roles"] == ["user", "operator"]


def _grant(user_id: UUID) -> None:
    with database.connection_context():
        accounts.grant(user_id, ["user", "operator"])
