"""Rules of the audit log: what is in it, that nothing can be taken out, and that one would see."""

from typing import Any
from uuid import UUID

import psycopg2
import pytest

from tests.instance import PASSWORD
from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_who_proves_who_they_are_is_in_the_log(api: Api, token: str) -> None:
    await api.post("/auth/login", json={"email": "ada@example.org", "password": "wrong"})
    await api.post("/auth/login", json={"email": "ada@example.org", "password": PASSWORD})
    await api.post("/auth/login", json={"email": "nobody@example.org", "password": PASSWORD})
    entries = await _entries(api, token)
    ada = (await api.get("/me", token)).json["id"]
    assert [(entry["action"], entry["user_id"]) for entry in entries] == [
        ("auth.login failed", None),
        ("auth.login ok", ada),
        ("auth.login failed", ada),
        ("auth.registered", ada),
    ]
    assert "nobody@example.org" not in str(entries)


async def test_keys_exports_and_erasures_are_in_the_log(api: Api, token: str) -> None:
    bob = (await api.register("bob@example.org"))["access_token"]
    made = await api.key(bob, "read")
    assert (await api.call("DELETE", f"/me/api-keys/{made['id']}", bob)).status == 204
    assert (await api.get("/me/export", bob)).status == 200
    body = {"current_password": PASSWORD}
    assert (await api.call("DELETE", "/me", bob, json=body)).status == 202
    entries = await _entries(api, token, "limit=4")
    assert [entry["action"] for entry in entries[::-1]] == [
        "key.made", "key.ended", "export", "erasure.begun"
    ]  # fmt: skip
    assert entries[3]["detail"] == {"after": {"scopes": ["read"]}}


async def test_a_change_of_roles_tells_before_and_after(api: Api, token: str) -> None:
    bob = (await api.register("bob@example.org"))["user"]["id"]
    path, roles = f"/users/{bob}", {"roles": ["user", "analyst"]}
    answer = await api.call("PATCH", path, token, json=roles, headers={"Request-Id": "mine"})
    assert answer.status == 200
    (entry,) = await _entries(api, token, "action=user.")
    assert (entry["about_id"], entry["by"], entry["request_id"]) == (bob, "login", "mine")
    assert entry["detail"] == {
        "before": {"roles": ["user"], "disabled": False},
        "after": {"roles": ["user", "analyst"], "disabled": False},
    }
    assert len(await _entries(api, token, f"user={bob}")) == 2


async def test_who_is_not_let_in_to_what_is_for_operators_is_in_the_log(
    api: Api, token: str
) -> None:
    bob = await api.register("bob@example.org")
    assert (await api.get("/ops/dlq", bob["access_token"])).status == 403
    assert (await api.get("/ops/dlq")).status == 401
    assert (await api.get("/ops/dlq", "not a token")).status == 401
    refused = await _entries(api, token, "action=ops.refused")
    assert [(entry["user_id"], entry["detail"]["status"]) for entry in refused] == [
        (None, 401),
        (None, 401),
        (bob["user"]["id"], 403),
    ]
    assert {entry["subject"] for entry in refused} == {"GET /ops/dlq"}


async def test_nobody_fills_the_log_by_knocking(configured: Any) -> None:
    async with Api(configured(rate_ops_refusals="3/minute")) as api:
        token = (await api.register())["access_token"]
        answers = [(await api.get("/ops/dlq")).status for _ in range(6)]
        assert answers == [401] * 3 + [429] * 3
        assert len(await _entries(api, token, "action=ops.refused")) == 3


async def test_the_log_is_read_page_by_page(api: Api, token: str) -> None:
    for number in range(4):
        await api.register(f"p{number}@example.org")
    first = (await api.get("/ops/audit?limit=3", token)).json
    rest = (await api.get(f"/ops/audit?limit=3&cursor={first['next_cursor']}", token)).json
    assert [entry["number"] for entry in first["items"] + rest["items"]] == [5, 4, 3, 2, 1]
    assert rest["next_cursor"] is None
    since = first["items"][1]["at"].replace("+", "%2B")
    assert len(await _entries(api, token, f"since={since}")) == 2
    assert (await api.get("/ops/audit?since=2026-01-01T00:00:00", token)).status == 422


async def test_an_entry_can_be_neither_changed_nor_deleted(api: Api, token: str) -> None:
    for statement in ("UPDATE audit_entry SET detail = ''", "DELETE FROM audit_entry",
                      "TRUNCATE audit_entry"):  # fmt: skip
        with pytest.raises(psycopg2.Error, match="never changed"):
            api.rows(statement)
    assert (await _verification(api, token))["intact"]


@pytest.mark.parametrize(
    ("falsified", "broken_at"),
    [
        ("UPDATE audit_entry SET action = 'auth.login ok' WHERE number = 2", 2),
        ("UPDATE audit_entry SET at_us = at_us + 1 WHERE number = 3", 3),
        ("DELETE FROM audit_entry WHERE number = 2", 2),
        ("DELETE FROM audit_entry WHERE number = 4", 4),
        ("UPDATE audit_entry SET hash = sha256('anything') WHERE number = 1", 1),
    ],
)
async def test_what_was_falsified_with_all_power_over_the_database_is_seen(
    api: Api, token: str, falsified: str, broken_at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The chain is longer than what is read at a time, as it is after a year.
    monkeypatch.setattr("pipeline.audit._PAGE", 2)
    for number in range(3):
        await api.register(f"p{number}@example.org")
    whole = await _verification(api, token)
    assert (whole["intact"], whole["number"]) == (True, 4)
    # Whoever owns the table may switch off what guards it.
    api.rows(f"ALTER TABLE audit_entry DISABLE TRIGGER ALL; {falsified}")
    found = await _verification(api, token)
    assert (found["intact"], found["broken_at"]) == (False, broken_at)
    assert found["reason"]


async def test_a_chain_made_anew_does_not_fit_what_was_noted(api: Api, token: str) -> None:
    noted = await _verification(api, token)
    anchor = f"number={noted['number']}&hash={noted['hash']}"
    assert (await _verification(api, token, anchor))["intact"]
    assert not (await _verification(api, token, f"number=1&hash={'0f' * 32}"))["intact"]
    assert not (await _verification(api, token, f"number=99&hash={'0f' * 32}"))["intact"]
    assert (await api.get("/ops/audit/verification?number=1", token)).status == 422


async def test_who_was_erased_is_but_a_hash(api: Api, token: str) -> None:
    bob = UUID((await api.register("bob@example.org"))["user"]["id"])
    api.rows("DELETE FROM audit_person WHERE user_id = %s", (str(bob),))
    (entry, _) = await _entries(api, token)
    assert (entry["user_id"], entry["action"]) == (None, "auth.registered")
    assert len(entry["person"]) == 32
    assert (await _verification(api, token))["intact"]


async def _entries(api: Api, token: str, query: str = "") -> list[dict[str, Any]]:
    answer = await api.get(f"/ops/audit?{query}", token)
    assert answer.status == 200, answer.body
    items: list[dict[str, Any]] = answer.json["items"]
    return items


async def _verification(api: Api, token: str, query: str = "") -> dict[str, Any]:
    answer = await api.get(f"/ops/audit/verification?{query}", token)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found
