"""Rules of every request and every answer, whatever the route."""

import asyncio
import gzip
import io
import re
import zlib
from collections.abc import AsyncIterator, Callable

import pytest
from openapi_spec_validator import validate

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api
from web.answers import SECURITY_HEADERS
from web.api import ROUTES

pytestmark = pytest.mark.services

LOGIN = {"email": "ada@example.org", "password": PASSWORD}
JSON = {"Content-Type": "application/json"}


async def test_every_answer_has_a_request_id_and_the_security_headers(api: Api, token: str) -> None:
    answers = [
        await api.get("/health"),
        await api.get("/me", token),
        await api.get("/nowhere"),
        await api.get("/me"),
        await api.post("/auth/login", data=b"{", headers=JSON),
        await api.call("DELETE", "/health"),
    ]
    for answer in answers:
        assert answer.headers["Request-Id"]
        assert SECURITY_HEADERS.items() <= dict(answer.headers).items()
    assert len({answer.headers["Request-Id"] for answer in answers}) == len(answers)


async def test_a_sane_request_id_of_the_client_is_kept_and_another_is_not(api: Api) -> None:
    kept = await api.get("/nowhere", headers={"Request-Id": "trace-1.a_B"})
    assert kept.headers["Request-Id"] == kept.json["request_id"] == "trace-1.a_B"
    for odd in ("x" * 65, "a b", 'a"b', ""):
        assert (await api.get("/health", headers={"Request-Id": odd})).headers["Request-Id"] != odd


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("POST", "/health", 405), ("TRACE", "/health", 405),
     ("PUT", "/events", 405), ("OPTIONS", "/me", 405),
     ("GET", "/me/", 404), ("GET", "/%00", 404), ("GET", "/../etc/passwd", 404),
     ("DELETE", "/me/api-keys/1", 401)],
)  # fmt: skip
async def test_every_error_is_a_problem(api: Api, method: str, path: str, status: int) -> None:
    answer = await api.call(method, path)
    assert answer.status == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["status"] == status
    assert answer.json["request_id"] == answer.headers["Request-Id"]
    assert {"title", "code"} <= set(answer.json)
    if status == 405 and method != "OPTIONS":
        assert answer.headers["Allow"]


async def test_a_malformed_id_is_told_by_its_path(api: Api, token: str) -> None:
    answer = await api.call("DELETE", "/me/api-keys/1", token)
    assert (answer.status, answer.json["errors"][0]["path"]) == (422, "id")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "malformed-json"),
        (b"{", 400, "malformed-json"),
        (b'{"email": NaN}', 400, "malformed-json"),
        (b'{"email": "\xff"}', 400, "malformed-json"),
        (b'{"email": "\\ud800 and more of it", "password": "x"}', 400, "malformed-json"),
        (b'{"email":' + b"[" * 100_000, 422, "invalid"),
        (b"[]", 422, "invalid"),
        (b'{"email": "a", "password": "\\u0000"}', 422, "invalid"),
        (b'{"email": "a\\u0000@b", "password": "x"}', 422, "invalid"),
        (b'{"email": 1, "password": "x"}', 422, "invalid"),
        (b'{"email": "a", "password": "x", "more": 1}', 422, "invalid"),
    ],
)
async def test_hostile_bodies_get_a_clear_refusal(
    api: Api, body: bytes, status: int, code: str
) -> None:
    answer = await api.post("/auth/login", data=body, headers=JSON)
    assert (answer.status, answer.json["code"]) == (status, code)


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/jsonp", ""])
async def test_a_body_must_say_that_it_is_json(api: Api, media: str) -> None:
    answer = await api.post("/auth/login", data=b"{}", headers={"Content-Type": media})
    assert (answer.status, answer.json["code"]) == (415, "not-json")


async def test_a_charset_beside_the_media_type_is_fine(api: Api) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert (await api.post("/auth/login", data=b"{}", headers=headers)).status == 422


async def test_a_body_over_two_mebibytes_is_too_large(api: Api, token: str) -> None:
    body = b'{"events": [' + b" " * (2 * 2**20) + b"]}"
    answer = await api.post("/events", token, data=io.BytesIO(body), headers=JSON)
    assert (answer.status, answer.json["code"]) == (413, "too-large")


async def test_a_stream_without_a_length_is_cut_off_too(api: Api, token: str) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 2**20
            await asyncio.sleep(0)

    try:
        answer = await api.post("/events", token, data=endless(), headers=JSON)
    except ConnectionError:
        return
    assert answer.status == 413


async def test_a_small_body_that_unpacks_to_a_large_one_is_too_large(api: Api, token: str) -> None:
    bomb = gzip.compress(b" " * (200 * 2**20), 9)
    assert len(bomb) < 2**18
    answer = await _packed(api, token, bomb, "gzip")
    assert answer.status == 413


async def test_a_packed_body_is_taken(api: Api, token: str) -> None:
    event = b'{"events": [{"type": "usage.heartbeat", "time": "2026-11-02T09:00:00Z"}]}'
    assert (await _packed(api, token, gzip.compress(event), "gzip")).json["accepted"] == 1
    assert (await _packed(api, token, zlib.compress(event), "deflate")).json["accepted"] == 1


async def test_a_body_that_is_not_packed_as_it_says_is_malformed(api: Api, token: str) -> None:
    answer = await _packed(api, token, b'{"events": []}', "gzip")
    assert answer.status == 400


async def test_too_many_requests_are_told_when_to_come_again(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(rate_read="3/minute", rate_login="3/hour")) as api:
        token = (await api.register())["access_token"]
        statuses = [(await api.get("/me", token)).status for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        refused = await api.get("/me", token)
        assert 1 <= int(refused.headers["Retry-After"]) <= 60
        other = (await api.register("bob@example.org"))["access_token"]
        assert (await api.get("/me", other)).status == 200
        logins = [(await api.post("/auth/login", json=LOGIN)).status for _ in range(2)]
        assert logins == [200, 429]


async def test_only_listed_origins_may_call_from_a_page(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(cors_origins="https://a.example https://b.example")) as api:
        asks = {"Access-Control-Request-Method": "POST"}
        good = await api.call("OPTIONS", "/events", headers=asks | {"Origin": "https://a.example"})
        assert good.status == 204
        assert good.headers["Access-Control-Allow-Origin"] == "https://a.example"
        bad = await api.call("OPTIONS", "/events", headers=asks | {"Origin": "https://c.example"})
        assert "Access-Control-Allow-Origin" not in bad.headers
        real = await api.get("/health", headers={"Origin": "https://b.example"})
        assert real.headers["Access-Control-Allow-Origin"] == "https://b.example"
        assert real.headers["Vary"] == "Origin"


async def test_the_served_document_is_valid_and_names_every_route(api: Api) -> None:
    answer = await api.get("/openapi.json")
    validate(answer.json)
    assert answer.json["openapi"].startswith("3.1")
    named = {(method, path) for path, ops in answer.json["paths"].items() for method in ops}
    assert named == {(route.method.lower(), route.path) for route in ROUTES}


async def test_the_document_can_be_browsed_without_anything_from_elsewhere(api: Api) -> None:
    page = await api.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    text = page.body.decode()
    assert all(route.path in text for route in ROUTES)
    # Addresses stand in its examples; none is fetched.
    assert not re.search(r"(src|href|action)=\"?[^\"#>]*//|url\(|@import", text)
    assert "<script" not in text


async def _packed(api: Api, token: str, body: bytes, how: str) -> Answer:
    headers = JSON | {"Content-Encoding": how}
    return await api.post("/events", token, data=io.BytesIO(body), headers=headers)
