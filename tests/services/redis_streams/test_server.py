"""A server that cannot carry streams is refused in one sentence; an app says so at its start."""

import asyncio
import signal
from pathlib import Path

import pytest

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Away, UnfitRedis
from pipeline.redis_streams.server import require_server
from tests.fault_proxy import fault_proxy
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services


async def test_a_server_of_now_is_fit(connections: Connections) -> None:
    await require_server(connections)


async def test_a_server_that_evicts_is_refused(connections: Connections) -> None:
    await connections.call("CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    try:
        with pytest.raises(UnfitRedis, match="maxmemory-policy allkeys-lru"):
            await require_server(connections)
    finally:
        await connections.call("CONFIG", "SET", "maxmemory-policy", "noeviction")


async def test_a_server_of_the_past_is_refused(
    connections: Connections, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = connections.call

    async def old(*command: str) -> bytes:
        reply: bytes = await call(*command)
        return reply.replace(b"redis_version:7", b"redis_version:6")

    monkeypatch.setattr(connections, "call", old)
    with pytest.raises(UnfitRedis, match=r"Redis 6\.\S+ is too old: 7\.0 or newer"):
        await require_server(connections)


async def test_a_server_that_is_away_is_refused(tmp_path: Path) -> None:
    gone = Valkey(tmp_path)
    connections = Connections(gone.url, timeout_s=1)
    with pytest.raises(UnfitRedis, match="away"):
        await require_server(connections)


async def test_a_reply_is_never_handed_to_another_caller(server: Valkey) -> None:
    async with fault_proxy(server.url) as proxy:
        proxy.latency_s = 0.002
        connections = Connections(proxy.url, timeout_s=2, limit=4)
        wrong = 0

        async def echo(number: int) -> None:
            nonlocal wrong
            reply = await connections.call("ECHO", f"{number}")
            wrong += reply != b"%d" % number

        for start in range(0, 400, 20):
            tasks = [asyncio.create_task(echo(number)) for number in range(start, start + 20)]
            await asyncio.sleep(0.001 * (start % 7))
            for task in tasks[::3]:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert wrong == 0
        await connections.close()


async def test_a_stalled_server_is_away_and_its_late_replies_are_nobodys(server: Valkey) -> None:
    connections = Connections(server.url, timeout_s=0.2)
    assert await connections.call("ECHO", "before") == b"before"
    server.signal(signal.SIGSTOP)
    try:
        with pytest.raises(Away):
            await connections.call("ECHO", "lost")
    finally:
        server.signal(signal.SIGCONT)
    assert await connections.call("ECHO", "after") == b"after"
    await connections.close()
