"""Somebody who reads all the time: what they were answered, and how long they waited."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from tests.faults.load import TIMEOUT_S

PATHS = (
    "/analytics/daily?from=2026-03-27&to=2026-04-01",
    "/analytics/timeline?date=2026-03-28",
    "/events?from=2026-03-27&to=2026-03-27",
    "/me",
    "/ops/streams",
    "/ops/dlq",
    "/ready",
)


@dataclass
class Answers:
    """How often each kind was seen, the slowest, and when the last 200 of each path came."""

    kinds: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    served_at: dict[str, float] = field(default_factory=dict)

    def all_served_since(self, instant: float) -> bool:
        """Whether every path was served since `instant` (monotonic)."""
        return all(self.served_at.get(path, 0.0) > instant for path in PATHS)


@asynccontextmanager
async def reading(url: str, token: str) -> AsyncIterator[Answers]:
    """Read every path again and again for the length of the block."""
    answers = Answers()
    headers = {"Authorization": f"Bearer {token}"}
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with (
        aiohttp.ClientSession(url, timeout=timeout, headers=headers) as session,
        asyncio.TaskGroup() as group,
    ):
        readers = [group.create_task(_read(session, path, answers)) for path in PATHS]
        try:
            yield answers
        finally:
            for reader in readers:
                reader.cancel()


async def _read(session: aiohttp.ClientSession, path: str, answers: Answers) -> None:
    while True:
        began = time.monotonic()
        async with session.get(path) as answer:
            if answer.status == 200:
                answers.served_at[path] = began
                answers.kinds["200"] += 1
            else:
                code = (await answer.json(content_type=None))["code"]
                answers.kinds[f"{answer.status} {code}"] += 1
                assert answer.status != 503 or int(answer.headers["Retry-After"]) >= 1
        answers.slowest_s = max(answers.slowest_s, round(time.monotonic() - began, 2))
        await asyncio.sleep(0.1)
