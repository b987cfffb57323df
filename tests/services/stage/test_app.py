"""Stages as Faust apps on the real transport, their processes killed and frozen on the way."""

import asyncio
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from uuid import UUID, uuid4

import msgspec
import pytest

from pipeline import record_batch
from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.running_stage import RunningStage
from tests.instance import PATIENCE_S
from tests.services.stage.app_worker import PREFIX
from tests.services.stage.driver import query
from tests.services.stage.ledger import LEDGER, Posting

pytestmark = pytest.mark.services

USERS = [uuid4() for _ in range(40)]
UNCLEAN = "SELECT stage, partition, epoch FROM stream_cursor WHERE NOT clean"


class Crew:
    """Worker processes, one of which is always hurt and replaced."""

    def __init__(self, streams: "Streams", *arguments: str) -> None:
        self._streams = streams
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
            await _true(lambda: self._is_no_member(victim))
            victim.send_signal(signal.SIGCONT)

    async def _is_no_member(self, process: subprocess.Popen[bytes]) -> bool:
        return process.pid not in await self._streams.members("ledger")

    def stop(self) -> list[int]:
        """Ask all to leave; their exit codes."""
        for process in self.processes:
            process.terminate()
        return [process.wait(PATIENCE_S) for process in self.processes]


@pytest.fixture
def crew(ledger_database: str, redis_url: str, streams: "Streams") -> Iterator[Crew]:
    """Two workers."""
    crew = Crew(streams, ledger_database, redis_url)
    for _ in range(2):
        crew.start()
    yield crew
    for process in crew.processes:
        process.kill()
        process.wait()


@pytest.fixture
async def streams(redis_url: str) -> AsyncIterator["Streams"]:
    """The streams of the workers' topics."""
    connections = Connections(redis_url, timeout_s=PATIENCE_S)
    yield Streams(connections)
    await connections.close()


class Streams:
    """What the API does, without the API, and what the server knows."""

    def __init__(self, connections: Connections) -> None:
        policy = AppendPolicy(min_replicas=0, deadline_s=PATIENCE_S)
        self.connections, self.keys = connections, Keys(PREFIX)
        self._appender = Appender(connections, self.keys, policy)
        self.sums: dict[UUID, int] = {}

    async def members(self, stage: str) -> list[int]:
        """The processes in the group of a stage."""
        key = self.keys.group(f"timeflow-{stage}", "members")
        names = await self.connections.call("ZRANGE", key, 0, -1)
        return [int(name.split(b"-")[-3]) for name in names]

    async def end(self, topic: str, partition: int) -> int:
        """The offset after the last entry."""
        log = self.keys.log(topic, partition)
        newest = await self.connections.call("XREVRANGE", log, "+", "-", "COUNT", 1)
        return int(newest[0][0].removeprefix(b"0-")) + 1 if newest else 1

    async def append(self, partition: int, *postings: Posting) -> None:
        """One entry."""
        value = record_batch.encode([msgspec.json.encode(posting) for posting in postings])
        entry = Entry(value, events=len(postings))
        await self._appender.append(LEDGER.topic.name, partition, [entry])
        for posting in postings:
            self.sums[posting.user] = self.sums.get(posting.user, 0) + posting.amount


async def test_every_event_counts_once_whatever_happens_to_the_workers(
    running: RunningStage, crew: Crew, streams: Streams
) -> None:
    chance = random.Random(11)
    for fault in range(6):
        for n in range(100):
            partition = chance.randrange(4)
            users = chance.choices(USERS[partition::4], k=5)
            postings = (Posting(u, f"{fault}-{n}-{i}") for i, u in enumerate(users))
            await streams.append(partition, *postings)
        await _until(running, f"SELECT count(*) > {fault * 500} FROM posting")
        await crew.hurt(chance)
    await _until(running, "SELECT count(*) = 3000 FROM posting")
    # Whoever was frozen has had to find out by now, or will at its next transaction.
    sums = await query(running, "SELECT user_id, amount FROM balance")
    assert dict(sums) == streams.sums
    assert await query(running, "SELECT * FROM dead_letter") == []
    await _until(
        running,
        "SELECT count(*) = 0 FROM user_state s LEFT JOIN stage_progress p"
        " ON p.stage = 'segmentation' AND p.user_id = s.user_id"
        " WHERE s.rev > coalesce(done_rev, 0)",
    )
    await _both_work(running)
    # An owner can leave in order once it has examined what the one before had in hand.
    await _true(lambda: _nothing_waits(running, streams))
    assert crew.stop() == [0, 0]
    assert await query(running, UNCLEAN) == []


async def test_who_leaves_in_the_midst_of_a_rebalance_leaves_in_order(
    running: RunningStage, crew: Crew, streams: Streams
) -> None:
    await _both_work(running)
    crew.start()
    await _true(lambda: _has_joined(crew.processes[-1], streams))
    assert crew.stop() == [0, 0, 0]
    assert await query(running, UNCLEAN) == []


async def test_a_hint_reaches_the_following_stage_as_an_entry(
    running: RunningStage, crew: Crew, streams: Streams
) -> None:
    await streams.append(0, Posting(USERS[0], "1"), Posting(USERS[4], "1"))
    await _until(running, "SELECT count(*) = 2 FROM stage_progress WHERE done_rev = 1")
    await _until(
        running, "SELECT sum(next_offset) = 5 FROM stream_cursor WHERE stage = 'segmentation'"
    )
    total = await streams.connections.call("HGET", streams.keys.state("activity", 0), "c")
    assert total == b"2", "the lag in events is told from this"


async def _both_work(running: RunningStage) -> None:
    """Each of two workers owns partitions of both stages."""
    await _until(running, "SELECT count(DISTINCT owner) = 4 FROM stream_cursor")


async def _nothing_waits(running: RunningStage, streams: Streams) -> bool:
    cursors = await query(running, "SELECT topic, partition, next_offset FROM stream_cursor")
    return all([await streams.end(topic, partition) == at for topic, partition, at in cursors])


async def _has_joined(process: subprocess.Popen[bytes], streams: Streams) -> bool:
    return process.pid in await streams.members("ledger")


async def _until(running: RunningStage, condition: str) -> None:
    async def holds() -> bool:
        return await query(running, condition) == [(True,)]

    await _true(holds)


async def _true(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not await condition():
            await asyncio.sleep(0.02)
