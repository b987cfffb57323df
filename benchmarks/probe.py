"""Somebody who goes on using the API while it is attacked: how long they wait for an answer."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import quantiles

import aiohttp

EVERY_S = 0.02


class Probe:
    """The waits of one person, seconds each."""

    def __init__(self, url: str, token: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self.waits: list[float] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask again and again within the block."""
        asking = asyncio.create_task(self._ask())
        yield
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)

    def p99_ms(self) -> float:
        """All but one in a hundred waits are shorter, milliseconds."""
        return quantiles(self.waits, n=100)[98] * 1000

    async def _ask(self) -> None:
        async with aiohttp.ClientSession(self._url, headers=self._headers) as session:
            while True:
                begun = time.monotonic()
                async with session.get("/me") as answer:
                    answer.raise_for_status()
                self.waits.append(time.monotonic() - begun)
                await asyncio.sleep(EVERY_S)
