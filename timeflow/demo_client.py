"""The API as the demo calls it: who is told to wait does."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp

_LATER = (429, 503)


class DemoFailed(Exception):
    """The API did not take what it should."""


class DemoClient:
    """One person's."""

    def __init__(self, client: aiohttp.ClientSession, headers: dict[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def call(self, method: str, path: str, **what: Any) -> Any:
        """What the API answers; raises `DemoFailed`."""
        while True:
            async with self._client.request(method, path, headers=self._headers, **what) as answer:
                if answer.status in _LATER:
                    await asyncio.sleep(float(answer.headers.get("Retry-After", "1")))
                    continue
                said = await answer.json() if answer.status != 204 else None
                if answer.status >= 300:
                    raise DemoFailed(f"{method} {path} answered {answer.status}: {said}")
                return said

    async def items(self, path: str) -> AsyncIterator[Any]:
        """All of a list, page by page."""
        cursor: str | None = ""
        while cursor is not None:
            query = {"limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = await self.call("GET", path, params=query)
            for item in page["items"]:
                yield item
            cursor = page["next_cursor"]
