"""A thousand clients that hold on to their connections: others are served, and they are let go."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.attacks.slow_clients import holding, raise_file_limit
from tests.instance import PATIENCE_S, SECRETS, WebInstance

pytestmark = pytest.mark.services

COUNT = 1000
IDLE_S, BODY_S = 4.0, 3.0
#: aiohttp goes on reading what it will not take for so long, so that its answer arrives.
LINGERING_S = 10.0


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    raise_file_limit(4 * COUNT)
    instance = WebInstance(
        ["web"],
        tmp_path / "web.log",
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path / "data"),
            **SECRETS,
            "PASSWORD_COST": "4",
            "RATE_LOGIN": "1000000/minute",
            "IDLE_CONNECTION_S": str(IDLE_S),
            "BODY_S": str(BODY_S),
        },
    )
    instance.start_ready()
    yield instance
    instance.stop()


async def test_others_are_served_and_the_slow_are_let_go(instance: WebInstance) -> None:
    token = (await asyncio.to_thread(instance.register))["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession(instance.url, headers=headers) as session,
        holding(instance.port, COUNT) as slow,
    ):
        for _ in range(50):
            async with session.get("/me") as answer:
                assert answer.status == 200
        async with asyncio.timeout(IDLE_S + BODY_S + LINGERING_S + PATIENCE_S):
            said = [(client.kind, await client.ended) for client in slow if client.ended]
    assert len(said) == COUNT
    for kind, heard in said:
        if kind == "slow body":
            assert heard.startswith(b"HTTP/1.1 408 "), heard
        else:
            assert heard == b""
    assert "Traceback" not in instance.log.read_text()
