"""Rules of the web service: where it listens and how it stops."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import closing

import aiohttp
import pytest

from pipeline.database import DatabaseThreads
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings
from tests.instance import free_port
from web.context import make_context
from web.server import AddressTaken, Web

pytestmark = pytest.mark.services


@pytest.fixture
def make_web(configured: Callable[..., Settings]) -> Callable[[int], Web]:
    """Makes a service for a port."""

    def make(port: int) -> Web:
        settings = configured(port=port, password_cost=12)
        connections = Connections(settings.redis_url, timeout_s=1)
        threads = DatabaseThreads("web", 1, 1)
        intake = Intake(connections, settings)
        return Web(make_context(settings, intake, threads, connections))

    return make


async def test_a_port_in_use_is_said_in_one_line(make_web: Callable[[int], Web]) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        web = make_web(taken.getsockname()[1])
        with pytest.raises(AddressTaken, match="cannot listen on"):
            await web.on_start()


async def test_a_stopping_server_finishes_what_was_begun(make_web: Callable[[int], Web]) -> None:
    port = free_port()
    web = make_web(port)
    await web.on_start()
    body = {"email": "ada@example.org", "password": "x"}
    async with aiohttp.ClientSession() as session:
        login = asyncio.create_task(_login(session, port, body))
        # A round trip on another connection: the login is in the server's hands.
        assert await _answers(port)
        assert not login.done()
        await web.on_stop()
        assert not await _answers(port)
        assert await login == 401


async def _login(session: aiohttp.ClientSession, port: int, body: dict[str, str]) -> int:
    async with session.post(f"http://127.0.0.1:{port}/auth/login", json=body) as response:
        return response.status


async def _answers(port: int) -> bool:
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"http://127.0.0.1:{port}/health") as response,
        ):
            return response.status == 200
    except aiohttp.ClientError:
        return False


@pytest.mark.parametrize(
    "head",
    [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/1.1\r\nHost: x\r\nX: \x00\r\n\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: %b\r\n\r\n" % (b"x" * 9000),
     b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: x\r\n" * 200 + b"\r\n",
     b"GET / HTTP/1.1\r\nHost: x\r\nCookie: hush\x00\r\n\r\n",
     b"GET /?hush" + b"x" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
     b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"],
)  # fmt: skip
async def test_what_is_no_http_gets_a_problem_that_tells_no_version(
    make_web: Callable[[int], Web],
    head: bytes,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    web = make_web(port)
    await web.on_start()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        answer = await reader.read()
        writer.close()
    finally:
        await web.on_stop()
    status, _, rest = answer.partition(b"\r\n")
    assert status.endswith(b" 400 Bad Request")
    assert b"application/problem+json" in rest
    assert b"Server: timeflow" in rest
    assert b"aiohttp" not in rest
    assert not [record for record in caplog.records if record.exc_info]
    assert "hush" not in capsys.readouterr().out
