"""Every route that takes a body, given what nobody should send: a refusal, and no memory lost."""

import asyncio
import gzip
import io
import json
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, get_args
from uuid import uuid4

import aiohttp
import msgspec
import pytest

from tests.attacks.objects import OF_PEOPLE
from tests.instance import SECRETS, UNLIMITED, WebInstance
from web.api import ROUTES
from web.routes import Route

pytestmark = pytest.mark.services

TAKERS = [route for route in ROUTES if route.accepts]
MEBIBYTE = 2**20
#: What all of it together may add to the process: a few bodies at a time, decoded.
MOST_ADDED_BYTES = 150 * MEBIBYTE

#: The server refused before all was sent, and its answer was lost on the way.
HUNG_UP = 0
#: How long a refusal may keep the loop from everybody else.
MOST_SECONDS = 2.0

JSON = {"Content-Type": "application/json"}
DEEP = b"[" * 100_000 + b"]" * 100_000

NO_BODY = (b"", b"null")
#: In the place of a whole body.
BODIES: dict[str, bytes] = {
    "nothing": b"",
    "half": b'{"a": ',
    "NaN": b"NaN",
    "Infinity": b"[Infinity]",
    "a number too large": b"[1e999]",
    "a long number": b"9" * 100_000,
    "deep lists": DEEP,
    "deep objects": b'{"a":' * 100_000,
    "a million elements": b"[" + b"0," * 1_000_000 + b"0]",
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a mark before it": b'\xef\xbb\xbf{"a": 1}',
    "a lone surrogate": rb'{"a": "\ud800 and more"}',
    "a surrogate as key": rb'{"\udfff and more": 1}',
    "NUL": rb'{"\u0000": "\u0000"}',
    "a raw NUL": b'{"a": "\x00"}',
    "a key twice": b'{"a": 1, "a": []}',
    "two values": b"{} {}",
    "null": b"null",
    "a text": b'"x"',
}

#: In the place of each value that a route knows.
VALUES: dict[str, bytes] = {
    "NaN": b"NaN",
    "a number too large": b"1e999",
    "a long number": b"-" + b"9" * 5_000,
    "deep": DEEP,
    "a million elements": b"[" + b"0," * 1_000_000 + b"0]",
    "a megabyte": b'"' + b"x" * MEBIBYTE + b'"',
    "a lone surrogate": rb'"\ud800 and more"',
    "NUL": rb'"a\u0000b"',
    "an object": b'{"$ne": null}',
}

MEDIA = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "")

#: What is kept for clients as they send it.
TAKES_ANY_JSON = {"/api/0/settings/{key}"}


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """The API alone, in a process whose memory is its own."""
    instance = WebInstance(
        ["web"],
        tmp_path / "web.log",
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path / "data"),
            **SECRETS,
            "PASSWORD_COST": "4",
            **UNLIMITED,
        },
    )
    instance.start_ready()
    yield instance
    instance.stop()


@pytest.fixture
async def client(instance: WebInstance) -> AsyncIterator[aiohttp.ClientSession]:
    """An operator, to whom every route is open."""
    token = await asyncio.to_thread(instance.register)
    headers = {"Authorization": f"Bearer {token['access_token']}"}
    async with aiohttp.ClientSession(instance.url, headers=headers) as session:
        yield session


async def test_every_hostile_body_is_refused_by_every_route_in_little_memory(
    instance: WebInstance, client: aiohttp.ClientSession
) -> None:
    await _attack(client, TAKERS[0], b"{}")
    before = _peak_bytes(instance)
    for route in TAKERS:
        for name, body in _bodies(route):
            began = time.monotonic()
            status, answer = await _attack(client, route, body)
            what = f"{route.method} {route.path}: {name}"
            assert time.monotonic() - began < MOST_SECONDS, what
            is_fine = route.path in TAKES_ANY_JSON and status == 200
            # Some bodies may be left out.
            is_fine |= body in NO_BODY and NoneType in get_args(route.accepts) and status < 400
            assert 400 <= status < 500 or is_fine or _took_nothing(answer), (what, status, answer)
        for media in MEDIA:
            status, _ = await _attack(client, route, b"{}", {"Content-Type": media})
            assert status == 415, f"{route.method} {route.path}: {media}"
    assert _peak_bytes(instance) - before < MOST_ADDED_BYTES
    assert not [line for line in instance.log.read_text().splitlines() if "Traceback" in line]


async def test_bombs_and_floods_at_once_are_refused_by_every_route_in_little_memory(
    instance: WebInstance, client: aiohttp.ClientSession
) -> None:
    await _attack(client, TAKERS[0], b"{}")
    before = _peak_bytes(instance)
    bomb = gzip.compress(b" " * (200 * MEBIBYTE), 9)
    lists = zlib.compress(b"[" * (50 * MEBIBYTE), 9)
    for route in TAKERS:
        for body, coding, statuses in (
            (b" " * (3 * MEBIBYTE), "", {413}),
            (bomb, "gzip", {413}),
            (lists, "deflate", {413}),
            (bomb[:5000], "gzip", {400, 413}),
            (b"{}", "gzip", {400}),
            (b"{}", "br", {400}),
        ):
            headers = JSON | ({"Content-Encoding": coding} if coding else {})
            answers = await asyncio.gather(
                *(_attack(client, route, body, headers) for _ in range(8))
            )
            what = f"{route.method} {route.path}: {coding or 'flood'}"
            assert {status for status, _ in answers} <= statuses | {HUNG_UP}, (what, answers)
    assert _peak_bytes(instance) - before < MOST_ADDED_BYTES
    assert not [line for line in instance.log.read_text().splitlines() if "Traceback" in line]


def _bodies(route: Route) -> Iterator[tuple[str, bytes]]:
    yield from BODIES.items()
    for key in _keys(route.accepts):
        for name, value in VALUES.items():
            yield f"{key} is {name}", b'{"%s": %s}' % (key.encode(), value)


def _keys(kind: Any) -> list[str]:
    try:
        return [field.encode_name for field in msgspec.structs.fields(kind)]
    except TypeError:
        return []


async def _attack(
    client: aiohttp.ClientSession, route: Route, body: bytes, headers: dict[str, str] = JSON
) -> tuple[int, Any]:
    path = route.path.format(**{name: uuid4() for name in route.parameters})
    if kind := OF_PEOPLE.get(route.path):
        path = f"{path}?{kind.query}"
    skip = ["Content-Type"]
    try:
        async with client.request(
            route.method, path, data=io.BytesIO(body), headers=headers, skip_auto_headers=skip
        ) as answer:
            text = await answer.text()
            assert "json" in answer.content_type, (answer.status, text)
            return answer.status, json.loads(text) if text else None
    except aiohttp.ClientConnectionError:
        return HUNG_UP, None


def _took_nothing(answer: Any) -> bool:
    """A batch is answered whole, its every item refused."""
    if "responses" in answer:
        return all(status >= 400 for _, status in answer["responses"])
    return bool(answer.get("accepted") == 0)


def _peak_bytes(instance: WebInstance) -> int:
    """The most memory the process ever had."""
    assert instance.process is not None
    status = Path(f"/proc/{instance.process.pid}/status").read_text()
    (line,) = (line for line in status.splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024
