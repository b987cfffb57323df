"""Rules of one's own account: a change of what days are derived with queues their rebuild."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.services.web.api import Api

pytestmark = pytest.mark.services


async def test_a_person_begins_with_their_zone_midnight_and_ten_minutes(api: Api) -> None:
    login = await api.register(time_zone="Asia/Kathmandu")
    me = (await api.get("/me", login["access_token"])).json
    assert me["time_zone"] == "Asia/Kathmandu"
    assert me["zones"] == [{"time_zone": "Asia/Kathmandu", "valid_from": None}]
    assert (me["day_start"], me["timeout_s"], me["email"]) == ("00:00", 600, "ada@example.org")


async def test_a_new_zone_leaves_the_old_days_alone(api: Api, token: str) -> None:
    before = datetime.now(UTC)
    me = await _patch(api, token, {"time_zone": "Europe/Berlin"})
    assert me["time_zone"] == "Europe/Berlin"
    first, second = me["zones"]
    assert first == {"time_zone": "UTC", "valid_from": None}
    assert before - timedelta(seconds=5) < datetime.fromisoformat(second["valid_from"])


async def test_a_zone_from_an_earlier_instant_replaces_what_came_after(
    api: Api, token: str
) -> None:
    await _patch(api, token, {"time_zone": "Asia/Tokyo", "time_zone_from": "2026-03-01T00:00:00Z"})
    me = await _patch(
        api, token, {"time_zone": "Europe/Oslo", "time_zone_from": "2026-01-01T01:00:00+01:00"}
    )
    assert me["zones"][1:] == [{"time_zone": "Europe/Oslo", "valid_from": "2026-01-01T00:00:00Z"}]


async def test_day_start_and_timeout_apply_to_the_whole_history(api: Api, token: str) -> None:
    await _patch(api, token, {"time_zone": "Europe/Berlin"})
    me = await _patch(api, token, {"day_start": "04:30", "timeout_s": 120})
    assert (me["day_start"], me["timeout_s"], me["time_zone"]) == ("04:30", 120, "Europe/Berlin")
    rows = api.rows("SELECT DISTINCT day_start_min, timeout_s FROM user_parameters")
    assert rows == [(270, 120)]


async def test_a_change_raises_the_users_revision_and_queues_the_rebuild(
    api: Api, token: str
) -> None:
    await _patch(api, token, {"timeout_s": 60})
    await _patch(api, token, {"timeout_s": 90})
    (user_id, reason), = api.rows("SELECT user_id, reason FROM rebuild_request")  # fmt: skip
    assert reason == "parameters"
    assert api.rows("SELECT user_id, rev FROM user_state") == [(user_id, 2)]


async def test_a_change_of_nothing_queues_nothing(api: Api, token: str) -> None:
    await _patch(api, token, {})
    assert api.rows("SELECT user_id FROM rebuild_request") == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"time_zone": "../etc/passwd"}, "time_zone"),
        ({"time_zone_from": "2026-01-01T00:00:00Z"}, "time_zone_from"),
        ({"time_zone": "UTC", "time_zone_from": "2999-01-01T00:00:00Z"}, "time_zone_from"),
        ({"time_zone": "UTC", "time_zone_from": "2026-01-01T00:00:00"}, "time_zone_from"),
        ({"day_start": "24:00"}, "day_start"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"timeout_s": True}, "timeout_s"),
        ({"roles": ["operator"]}, "roles"),
        ({"email": "x@example.org"}, "email"),
    ],
)
async def test_an_unusable_change_is_told_by_its_path(
    api: Api, token: str, change: dict[str, Any], path: str
) -> None:
    answer = await api.call("PATCH", "/me", token, json=change)
    assert answer.status == 422
    assert [error["path"] for error in answer.json["errors"]] == [path]
    assert api.rows("SELECT user_id FROM rebuild_request") == []


async def test_a_request_with_an_idempotency_key_happens_once(api: Api, token: str) -> None:
    once = {"headers": {"Idempotency-Key": "k1"}, "json": {"time_zone": "Europe/Paris"}}
    first = await api.call("PATCH", "/me", token, **once)
    again = await api.call("PATCH", "/me", token, **once)
    assert first.body == again.body
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert api.rows("SELECT rev FROM user_state") == [(1,)]


async def test_an_idempotency_key_belongs_to_one_request(api: Api, token: str) -> None:
    headers = {"Idempotency-Key": "k1"}
    await api.call("PATCH", "/me", token, headers=headers, json={"timeout_s": 60})
    other = await api.call("PATCH", "/me", token, headers=headers, json={"timeout_s": 61})
    assert (other.status, other.json["code"]) == (422, "key-reused")


async def test_an_error_is_not_kept(api: Api, token: str) -> None:
    made = await api.key(token, "read")
    headers = {"Idempotency-Key": "k1"}
    other = (await api.register("bob@example.org"))["access_token"]
    path = f"/me/api-keys/{made['id']}"
    assert (await api.call("DELETE", path, other, headers=headers)).status == 404
    assert api.rows("SELECT key FROM idempotent_answer") == []
    assert (await api.call("DELETE", path, token, headers=headers)).status == 204
    assert (await api.call("DELETE", path, token, headers=headers)).status == 204
    assert (await api.call("DELETE", path, token)).status == 404


async def test_the_answers_of_auth_and_of_making_keys_are_never_kept(api: Api, token: str) -> None:
    headers = {"Idempotency-Key": "k1"}
    body = {"name": "x", "scopes": ["read"]}
    await api.post("/me/api-keys", token, headers=headers, json=body)
    await api.post("/auth/logout", token, headers=headers)
    assert api.rows("SELECT key FROM idempotent_answer") == []


async def test_a_senseless_idempotency_key_is_refused(api: Api, token: str) -> None:
    for key in ("", "x" * 256, "\u00e9"):
        headers = {"Idempotency-Key": key}
        answer = await api.call("PATCH", "/me", token, headers=headers, json={"timeout_s": 60})
        assert (answer.status, answer.json["code"]) == (400, "bad-key")


async def _patch(api: Api, token: str, change: dict[str, Any]) -> Any:
    answer = await api.call("PATCH", "/me", token, json=change)
    assert answer.status == 200, answer.body
    return answer.json
