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
