"""Posts items to the API, many in a request and a few requests at a time.

Whatever is refused for a while is sent again. All items have ids of their content, so an import
that was broken off is simply run again: what was taken counts once.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import groupby
from typing import Any

import aiohttp

from timeflow.imports.items import Item, Rejection, Source

#: As many items and bytes as every server of ours takes in one request.
MOST_ITEMS = 1000
_MOST_BYTES = 1_500_000
_IN_FLIGHT = 3
#: Seconds without any answer after which it is given up.
_PATIENCE_S = 60.0
_FIRST_PAUSE_S = 0.25

_LATER = (429, 503)


class PostingFailed(Exception):
    """The server does not take the import; the message says why."""


class Posting:
    """Posts to one server with one key; `done` is told how many items are settled each time."""

    def __init__(self, client: aiohttp.ClientSession, done: Callable[[int], None]) -> None:
        self._client = client
        self._done = done
        self._free = asyncio.Semaphore(_IN_FLIGHT)
        self.rejections: list[Rejection] = []

    async def post(self, source: Source) -> None:
        """Post all of it; raises `PostingFailed`."""
        for path, body in source.preparations():
            await self._answer(path, {}, json=body)
        try:
            async with asyncio.TaskGroup() as tasks:
                for batch in batches(source.items()):
                    await self._free.acquire()
                    tasks.create_task(self._post(batch))
        except* PostingFailed as failures:
            raise failures.exceptions[0] from None

    async def _post(self, batch: list[Item]) -> None:
        try:
            good = [item for item in batch if not item.wrong]
            found = [Rejection(item.where, item.wrong) for item in batch if item.wrong]
            if good:
                target = good[0].target
                body = b"".join(
                    (target.before, b",".join(item.content for item in good), target.after)
                )
                answer = await self._answer(target.path, target.headers, data=body)
                found += [Rejection(good[n].where, why) for n, why in target.rejections(answer)]
            self.rejections += found
            self._done(len(batch))
        finally:
            self._free.release()

    async def _answer(self, path: str, headers: Any, **body: Any) -> Any:
        since, pause = time.monotonic(), _FIRST_PAUSE_S
        while True:
            try:
                async with self._client.post(path, headers=headers, **body) as answer:
                    if answer.status not in _LATER:
                        return await _content(answer, path)
                    pause = float(answer.headers.get("Retry-After", "1"))
                    why, since = "it is busy", time.monotonic()
            except (aiohttp.ClientConnectionError, TimeoutError) as error:
                why = str(error) or type(error).__name__
                pause = min(2 * pause, 5.0)
            if time.monotonic() - since > _PATIENCE_S:
                raise PostingFailed(f"the server does not answer: {why}; run this again to go on")
            await asyncio.sleep(pause)


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """The items in the requests they are posted by; one request has one target."""
    for _, own in groupby(items, key=lambda item: item.target):
        batch: list[Item] = []
        size = 0
        for item in own:
            if len(batch) == MOST_ITEMS or size + len(item.content) > _MOST_BYTES:
                yield batch
                batch, size = [], 0
            batch.append(item)
            size += len(item.content) + 1
        yield batch


@asynccontextmanager
async def connected(server: str, key: str) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the server."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    # aiohttp wants the path of the base to end so, and those of the requests not to begin so.
    async with aiohttp.ClientSession(server.rstrip("/"), headers=headers) as client:
        yield client


async def _content(answer: aiohttp.ClientResponse, path: str) -> Any:
    if answer.status == 304:
        return None
    said = await answer.json(content_type=None)
    if answer.status < 300:
        return said
    detail = said.get("detail") or said.get("code", "") if isinstance(said, dict) else ""
    raise PostingFailed(f"the server answered {answer.status} to {path}: {detail}")
