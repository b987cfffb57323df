"""Clients that send until they are told 202, and the ledger of what they were told."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import aiohttp

FIRST_DAY = datetime(2026, 3, 27, tzinfo=UTC)
DAYS = 5
LARGEST_BATCH = 60
#: Longer than anything an answer waits for.
TIMEOUT_S = 10.0

Event = dict[str, Any]


@dataclass
class Client:
    """One person: their id, key and login, and the events they have been told are durable."""

    user: UUID
    key: str
    token: str
    acknowledged: dict[str, Event] = field(default_factory=dict)


@dataclass
class Ledger:
    """Every client, how often each kind of answer was seen, and when the last 202 came."""

    clients: list[Client]
    answers: Counter[str] = field(default_factory=Counter)
    accepted_at: float = 0.0

    @property
    def acknowledged(self) -> int:
        """How many events were acknowledged."""
        return sum(len(client.acknowledged) for client in self.clients)


def make_events(randomness: random.Random, prefix: str, largest: int) -> list[Event]:
    """A batch of points and intervals, in no order, near each other on a few days."""
    batch = []
    start = FIRST_DAY + timedelta(seconds=randomness.randrange(DAYS * 86_400))
    for number in range(randomness.randint(1, largest)):
        at = start + timedelta(milliseconds=randomness.randrange(3 * 3_600_000))
        event: Event = {
            "id": f"{prefix}-{number}",
            "type": "usage.heartbeat",
            "time": at.isoformat().replace("+00:00", "Z"),
            "device": randomness.choice(["desk", "lap"]),
            "entity": f"file-{randomness.randrange(3)}",
            "category": randomness.choice(["coding", "reading"]),
            "project": "spine",
        }
        if randomness.random() < 0.1:
            event["type"] = "usage.interval"
            event["duration"] = randomness.randrange(1, 900)
        batch.append(event)
    return batch


async def send_until_acknowledged(
    session: aiohttp.ClientSession, url: str, client: Client, batch: list[Event], ledger: Ledger
) -> None:
    """Post the batch again and again, with the same ids, until it is acknowledged."""
    body = json.dumps({"events": batch}).encode()
    headers = {"Authorization": f"Bearer {client.key}", "Content-Type": "application/json"}
    while True:
        try:
            async with session.post(f"{url}/events", data=body, headers=headers) as answer:
                told = await answer.json(content_type=None)
                if answer.status == 202:
                    assert told["accepted"] == len(batch), told
                    ledger.answers["202"] += 1
                    ledger.accepted_at = time.monotonic()
                    client.acknowledged.update((event["id"], event) for event in batch)
                    return
                assert answer.status in (429, 503), told
                assert int(answer.headers["Retry-After"]) >= 1
                ledger.answers[f"{answer.status} {told['code']}"] += 1
        except (aiohttp.ClientError, TimeoutError) as lost:
            ledger.answers[type(lost).__name__] += 1
        await asyncio.sleep(0.1)


async def drive(
    url: str,
    ledger: Ledger,
    client: Client,
    *,
    seed: int,
    rate: float,
    done: asyncio.Event,
    largest: int = LARGEST_BATCH,
) -> None:
    """Send batches of one client, about `rate` a second, until `done`."""
    randomness = random.Random(seed)
    timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        number = 0
        while not done.is_set():
            batch = make_events(randomness, f"{seed}-{number}", largest)
            await send_until_acknowledged(session, url, client, batch, ledger)
            number += 1
            await asyncio.sleep(randomness.expovariate(rate))


@asynccontextmanager
async def load(
    url: str, ledger: Ledger, *, seed: int, rate: float, largest: int = LARGEST_BATCH
) -> AsyncIterator[None]:
    """Every client sends for the length of the block; at its end all is acknowledged."""
    done = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        for number, client in enumerate(ledger.clients):
            group.create_task(
                drive(
                    url, ledger, client, seed=seed + number, rate=rate, done=done, largest=largest
                )
            )
        try:
            yield
        finally:
            done.set()
