"""Stages as Faust apps on the real transport, their processes killed and frozen on the way."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from uuid import UUID, uuid4

import msgspec
import pytest

from pipeline import record_batch
from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.running_stage import RunningStage
from tests.services.stage.app_worker import PREFIX
from tests.services.stage.driver import query
from tests.services.stage.ledger import LEDGER, Posting

pytestmark = pytest.mark.services

USERS = [uuid4() for _ in range(40)]


class Crew:
    """Worker processes, one of which is always hurt and replaced."""

    def __init__(self, *arguments: str) -> None:
        self._command = [sys.executable, "-m", "tests.services.stage.app_worker", *arguments]
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """One more."""
        self.processes.append(subprocess.Popen(self._command))

    async def hurt(self, chance: random.Random) -> None:
        """Kill one and start another, or freeze one for longer than its lease."""
        victim = chance.choice(self.processes)
        if chance.random() < 0.5:
            victim.kill()
            victim.wait()
            self.processes.remove(victim)
            self.start()
        else:
            victim.send_signal(signal.SIGSTOP)
            await asyncio.sleep(3)
            victim.send_signal(signal.SIGCONT)

    def stop(self) -> list[int]:
        """Ask all to leave; their exit codes."""
        for process in self.processes:
            process.terminate()
        return [process.wait(30) for process in self.processes]


@pytest.fixture
def crew(ledger_database: str, redis_url: str) -> Iterator[Crew]:
    """Two workers."""
    crew = Crew(ledger_database, redis_url)
    for _ in range(2):
        crew.start()
    yield crew
    for process in crew.processes:
        process.kill()
        process.wait()


@pytest.fixture
async def append(redis_url: str) -> AsyncIterator["Append"]:
    """Appends to the ledger's topic."""
    connections = Connections(redis_url, timeout_s=2)
    yield Append(connections)
    await connections.close()


class Append:
    """What the API does, without the API."""

    def __init__(self, connections: Connections) -> None:
        policy = AppendPolicy(min_replicas=0, deadline_s=5)
        self._appender = Appender(connections, Keys(PREFIX), policy)
        self.sums: dict[UUID, int] = {}

    async def __call__(self, partition: int, *postings: Posting) -> None:
        """One entry."""
        value = record_batch.encode([msgspec.json.encode(posting) for posting in postings])
        entry = Entry(value, events=len(postings))
        await self._appender.append(LEDGER.topic.name, partition, [entry])
        for posting in postings:
            self.sums[posting.user] = self.sums.get(posting.user, 0) + posting.amount


async def test_every_event_counts_once_whatever_happens_to_the_workers(
    running: RunningStage, crew: Crew, append: Append
) -> None:
    chance = random.Random(11)
    for fault in range(6):
        for n in range(100):
            partition = chance.randrange(4)
            users = chance.choices(USERS[partition::4], k=5)
            await append(partition, *(Posting(u, f"{fault}-{n}-{i}") for i, u in enumerate(users)))
        await _until(running, f"SELECT count(*) > {fault * 500} FROM posting")
        await crew.hurt(chance)
    await _until(running, "SELECT count(*) = 3000 FROM posting")
    # Whoever was frozen has had to find out by now, or will at its next transaction.
    sums = await query(running, "SELECT user_id, amount FROM balance")
    assert dict(sums) == append.sums
    assert await query(running, "SELECT * FROM dead_letter") == []
    await _until(
        running,
        "SELECT count(*) = 0 FROM user_state s LEFT JOIN stage_progress p"
        " ON p.stage = 'activity' AND p.user_id = s.user_id WHERE s.rev > coalesce(done_rev, 0)",
    )
    # A partition has an owner who can leave in order once its cursor moves again.
    (moment,) = (await query(running, "SELECT now()"))[0]
    for partition in range(4):
        await append(partition, Posting(USERS[partition], "last"))
    await _until(running, f"SELECT bool_and(updated_at > '{moment}') FROM stream_cursor")
    assert crew.stop() == [0, 0]
    assert (
        await query(running, "SELECT stage, partition, epoch FROM stream_cursor WHERE NOT clean")
        == []
    )


async def test_a_hint_reaches_the_following_stage_as_an_entry(
    running: RunningStage, crew: Crew, append: Append, redis_url: str
) -> None:
    await append(0, Posting(USERS[0], "1"), Posting(USERS[4], "1"))
    await _until(running, "SELECT count(*) = 2 FROM stage_progress WHERE done_rev = 1")
    await _until(running, "SELECT sum(next_offset) = 5 FROM stream_cursor WHERE stage = 'activity'")
    connections = Connections(redis_url, timeout_s=2)
    total = await connections.call("HGET", Keys(PREFIX).state("activity", 0), "c")
    await connections.close()
    assert total == b"2", "the lag in events is told from this"


async def _until(running: RunningStage, condition: str) -> None:
    async with asyncio.timeout(40):
        while await query(running, condition) != [(True,)]:
            await asyncio.sleep(0.02)
