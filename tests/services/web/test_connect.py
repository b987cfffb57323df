"""What connects a program: a key of its device, exact lines, and a sign of life."""

import asyncio
import configparser
import json
import re
import subprocess
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import devices
from models.database import database
from models.devices import Sighting
from pipeline.settings import Settings
from tests.people import instant
from tests.services.web.api import Api
from tests.services.web.stream import usage_events
from web.api import ROUTES

pytestmark = pytest.mark.services

HEARTBEAT = {"type": "usage.heartbeat", "time": "2026-11-20T12:00:00Z"}
HOSTS = {"Host": "time.example:8080"}


async def _key(api: Api, token: str, **more: Any) -> Any:
    body = {"name": "desk", "scopes": ["ingest"], **more}
    answer = await api.post("/me/api-keys", token, json=body)
    assert answer.status == 201, answer.body
    return answer.json


async def test_what_a_bound_key_posts_is_of_its_device_whatever_it_says(
    api: Api, token: str
) -> None:
    made = await _key(api, token, device="desk")
    assert made["device"] == "desk"
    other = HEARTBEAT | {"device": "phone"}
    await api.post("/events", made["key"], json={"events": [HEARTBEAT, other]})
    await api.post(
        "/api/v1/users/current/heartbeats.bulk",
        made["key"],
        json=[{"time": 1793610000.25, "entity": "a.py"}],
        headers={"X-Machine-Name": "dell-7"},
    )
    assert {event["device"] for event in usage_events(api.settings)} == {"desk"}


async def test_a_key_of_no_device_leaves_it_to_the_event(api: Api, token: str) -> None:
    made = await _key(api, token)
    await api.post("/events", made["key"], json={"events": [HEARTBEAT | {"device": "phone"}]})
    assert [event["device"] for event in usage_events(api.settings)] == ["phone"]


@pytest.mark.parametrize(
    "one",
    [r for r in ROUTES if r.access.role and r.access.scope != "ingest"],
    ids=lambda one: f"{one.method} {one.path}",
)
async def test_a_key_that_may_only_post_can_do_nothing_else(api: Api, token: str, one: Any) -> None:
    made = await _key(api, token, device="desk")
    path = re.sub(r"{\w+}", made["id"], one.path)
    answer = await api.call(one.method, path, made["key"], json={})
    assert (answer.status, answer.json["code"]) == (403, "forbidden")


async def test_a_key_used_after_its_end_lets_nobody_in(api: Api, token: str) -> None:
    end = datetime.now(UTC) + timedelta(seconds=1.5)
    made = await _key(api, token, expires_at=end.isoformat())
    assert (await api.get("/connect", made["key"])).status == 200
    async with asyncio.timeout(20):
        while (await api.get("/connect", made["key"])).status != 401:
            await asyncio.sleep(0.05)
    assert datetime.now(UTC) >= end
    assert (await api.get("/me/api-keys", token)).json["items"][0]["expires_at"]


async def test_an_instant_may_come_with_any_offset(api: Api, token: str) -> None:
    made = await _key(api, token, expires_at="2099-07-22T18:32:00+18:32")
    (key,) = (await api.get("/me/api-keys", token)).json["items"]
    assert (key["id"], key["expires_at"]) == (made["id"], "2099-07-22T00:00:00Z")


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"expires_at": "2999-01-01T00:00:00Z"}, "expires_at"),
        ({"device": ""}, "device"),
        ({"device": "x" * 1001}, "device"),
    ],
)
async def test_an_unusable_key_is_not_made(
    api: Api, token: str, more: dict[str, Any], path: str
) -> None:
    body = {"name": "x", "scopes": ["ingest"], **more}
    answer = await api.post("/me/api-keys", token, json=body)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, path)
    assert api.rows("SELECT id FROM api_key") == []


async def test_keys_are_bound_to_so_many_devices_and_no_more(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(max_devices=2)) as api:
        token = (await api.register())["access_token"]
        for name in ("a", "b", "a"):
            await _key(api, token, device=name)
        body = {"name": "x", "scopes": ["ingest"], "device": "c"}
        answer = await api.post("/me/api-keys", token, json=body)
        assert (answer.status, answer.json["errors"][0]["path"]) == (422, "device")


async def test_the_lines_hold_the_key_and_the_address_of_the_request(api: Api, token: str) -> None:
    key = (await _key(api, token, device="desk"))["key"]
    found = (await api.get("/connect", key, headers=HOSTS)).json
    assert (found["base_url"], found["device"]) == ("http://time.example:8080", "desk")
    wakatime = configparser.ConfigParser()
    wakatime.read_string("\n".join(found["wakatime"]["lines"]))
    assert dict(wakatime["settings"]) == {
        "api_url": "http://time.example:8080/api/v1/users/current/heartbeats.bulk",
        "api_key": key,
    }
    watcher = tomllib.loads("\n".join(found["activitywatch"]["lines"]))
    assert watcher["server"] == {"hostname": f"timeflow:{key}@time.example", "port": "8080"}


async def test_the_curl_line_posts_an_event(api: Api, token: str) -> None:
    key = (await _key(api, token))["key"]
    line = (await api.get("/connect", key)).json["curl"].replace("curl", "printf '%s\\0' curl", 1)
    said = await asyncio.to_thread(subprocess.check_output, ["sh", "-c", line], text=True)
    command, silent, url, _, login, _, kind, _, body, _ = said.split("\0")
    assert (command, silent, url.endswith("/events")) == ("curl", "-sS", True)
    headers = dict(line.split(": ") for line in (login, kind))
    answer = await api.post("/events", headers=headers, data=body)
    assert answer.json["accepted"] == 1
    (event,) = json.loads(body)["events"]
    assert event["device"] == "my-computer"
    # The time is that of the run, not of the answer: run again, it is another event.
    assert abs(datetime.fromisoformat(event["time"]) - datetime.now(UTC)) < timedelta(minutes=1)


async def test_a_login_gets_lines_with_a_place_for_the_key(api: Api, token: str) -> None:
    found = (await api.get("/connect", token)).json
    assert found["wakatime"]["lines"][-1] == "api_key = YOUR-API-KEY"
    assert token not in json.dumps(found)


async def test_the_key_is_never_kept_or_logged(
    api: Api, token: str, capfd: pytest.CaptureFixture[str]
) -> None:
    key = (await _key(api, token))["key"]
    answer = await api.get("/connect", key)
    assert answer.headers["Cache-Control"] == "no-store"
    assert key not in "".join(capfd.readouterr())


async def test_only_a_trusted_proxy_says_where_the_server_is(
    configured: Callable[..., Settings],
) -> None:
    forwarded = {**HOSTS, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "time.example"}
    async with Api(configured()) as api:
        token = (await api.register())["access_token"]
        found = (await api.get("/connect", token, headers=forwarded)).json
        assert found["base_url"] == "http://time.example:8080"
    async with Api(configured(trusted_proxies="127.0.0.0/8")) as api:
        found = (await api.get("/connect", token, headers=forwarded)).json
        assert (found["base_url"], found["activitywatch"]) == ("https://time.example", None)


@pytest.mark.parametrize("host", ["a'b", 'a"b', "a b", "a$(x)", "x:y", "u@h"])
async def test_an_address_that_could_break_the_lines_is_refused(
    api: Api, token: str, host: str
) -> None:
    answer = await api.get("/connect", token, headers={"Host": host})
    assert answer.status == 400


async def test_it_shows_when_the_first_event_came_and_through_what(api: Api, token: str) -> None:
    found = (await api.get("/connect", token)).json
    assert (found["first_event_at"], found["last_event_at"], found["sources"]) == (None, None, [])
    user_id, at = UUID((await api.get("/me", token)).json["id"]), instant("2026-11-20T12:00")
    with database.connection_context():
        devices.see([Sighting(user_id, "desk", "wakatime", at, at)])
    api.rows(
        "INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us,"
        " device, entity, category, project, data, received_at) VALUES"
        " (%s, 'wakatime', '1', '', 'usage.heartbeat', '2026-11-20T12:00:05Z', 0,"
        " 'desk', '', '', '', '{}', now()) RETURNING event_id",
        (str(user_id),),
    )
    found = (await api.get("/connect", token)).json
    assert found["first_event_at"] == found["last_event_at"] == "2026-11-20T12:00:05Z"
    assert found["sources"] == [
        {
            "source": "wakatime",
            "device": "desk",
            "first_event_at": "2026-11-20T12:00:00Z",
            "last_event_at": "2026-11-20T12:00:00Z",
        }
    ]
