"""A log that was replaced is noticed, said loudly, and read from its beginning; nothing hangs."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from faust.types import TP

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Away
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.options import Options
from pipeline.redis_streams.ownership import Ownership
from pipeline.redis_streams.partition_logs import PartitionLogs
from pipeline.redis_streams.positions import FenceBehind, GroupPositions
from pipeline.redis_streams.topics import Topics
from tests.instance import wait_until
from tests.services.redis_streams.faust_process import FaustProcess
from tests.services.redis_streams.load import PARTITIONS, Load
from tests.services.redis_streams.valkey import Valkey, valkey

pytestmark = pytest.mark.services


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Valkey]:
    """A server that the test may kill."""
    (tmp_path / "valkey").mkdir()
    with valkey(tmp_path / "valkey") as server:
        yield server


@pytest.fixture
async def connections(mortal: Valkey) -> AsyncIterator[Connections]:
    """Connections to the mortal server."""
    connections = Connections(mortal.url, timeout_s=2)
    yield connections
    await connections.close()


@pytest.fixture
async def load(connections: Connections) -> Load:
    """Load on a topic that exists."""
    load = Load(connections)
    await load.declare()
    return load


async def until(condition: object, *, timeout_s: float, what: str) -> None:
    await asyncio.to_thread(wait_until, condition, timeout_s=timeout_s, what=what)  # type: ignore[arg-type]


def values(process: FaustProcess) -> set[str]:
    return {line["value"] for line in process.lines()}


def partitions_since(process: FaustProcess, instant: float) -> set[int]:
    return {line["partition"] for line in process.lines() if line["at"] > instant}


def log_lines(process: FaustProcess) -> int:
    return len(process.log.read_text().splitlines())


async def test_a_flush_under_load_is_alarmed_and_everything_after_it_is_read(
    mortal: Valkey, load: Load, connections: Connections, tmp_path: Path
) -> None:
    with FaustProcess("journal_app", tmp_path, f"{mortal.url}?lease_s=2") as process:
        async with load.running():
            await until(lambda: len(values(process)) > 500, timeout_s=20, what="progress")
            before_lines = log_lines(process)
            await connections.call("FLUSHALL")
            flushed_at, before = time.time(), set(load.appended)
            await until(
                lambda: len(partitions_since(process, flushed_at + 2)) == PARTITIONS,
                timeout_s=15,
                what="all partitions go on",
            )
            await until(
                lambda: len(process.lines("alarm")) >= PARTITIONS, timeout_s=5, what="alarms"
            )
        await until(
            lambda: values(process) >= load.appended - before, timeout_s=10, what="all after it"
        )
        alarmed = [line["partition"] for line in process.lines("alarm")]
        assert sorted(alarmed) == list(range(PARTITIONS))
        assert process.log.read_text().count("CRITICAL") == PARTITIONS
        assert log_lines(process) - before_lines < PARTITIONS + 30
        fresh = load.appended - before
        groups = await connections.call("XINFO", "GROUPS", Keys("faust").log("events", 0))
        assert b"journal" in groups[0]
        assert len(fresh) > 100


async def test_a_flush_without_load_is_alarmed_too(
    mortal: Valkey, load: Load, connections: Connections, tmp_path: Path
) -> None:
    with FaustProcess("journal_app", tmp_path, f"{mortal.url}?lease_s=2") as process:
        for partition in range(PARTITIONS):
            await load.append(partition)
        await until(lambda: values(process) == load.appended, timeout_s=20, what="all read")
        await connections.call("FLUSHALL")
        await until(lambda: len(process.lines("alarm")) == PARTITIONS, timeout_s=10, what="alarms")
        for partition in range(PARTITIONS):
            await load.append(partition)
        await until(lambda: values(process) == load.appended, timeout_s=10, what="all read again")


@pytest.mark.parametrize("down_s", [0.0, 4.0])
async def test_redis_killed_and_started_under_load_loses_nothing_and_all_goes_on(
    mortal: Valkey, load: Load, tmp_path: Path, down_s: float
) -> None:
    with FaustProcess("journal_app", tmp_path, f"{mortal.url}?lease_s=2") as process:
        async with load.running():
            await until(lambda: len(values(process)) > 200, timeout_s=20, what="progress")
            before_lines = log_lines(process)
            for _ in range(3 if down_s == 0 else 1):
                mortal.stop(signal.SIGKILL)
                await asyncio.sleep(down_s)
                await asyncio.to_thread(mortal.start)
                started_at = time.time()
                await until(
                    lambda at=started_at: len(partitions_since(process, at)) == PARTITIONS,
                    timeout_s=10,
                    what="all partitions go on",
                )
                assert time.time() - started_at < 5
        await until(lambda: values(process) >= load.appended, timeout_s=10, what="everything")
        assert not load.unknown
        assert not process.lines("alarm")
        seconds = 3 * (down_s + 5)
        assert log_lines(process) - before_lines < 3 * seconds + 20


async def test_redis_away_for_longer_than_the_lease_moves_no_partition(
    mortal: Valkey, load: Load, tmp_path: Path
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    url = f"{mortal.url}?lease_s=2"
    with (
        FaustProcess("journal_app", tmp_path / "a", url) as a,
        FaustProcess("journal_app", tmp_path / "b", url) as b,
    ):
        async with load.running():
            await until(
                lambda: [len(assigned(a)), len(assigned(b))] == [PARTITIONS // 2] * 2,
                timeout_s=20,
                what="halves",
            )
            before = [a.mine("assigned"), b.mine("assigned")]
            mortal.stop(signal.SIGKILL)
            await asyncio.sleep(4)  # the fault itself
            await asyncio.to_thread(mortal.start)
            # Whoever is dropped is dropped within a lease.
            at = time.time() + 2
            await until(
                lambda: partitions_since(a, at) | partitions_since(b, at) == set(range(PARTITIONS)),
                timeout_s=10,
                what="all partitions go on",
            )
        assert [a.mine("assigned"), b.mine("assigned")] == before


def assigned(process: FaustProcess) -> list[int]:
    lines = process.mine("assigned")
    return lines[-1]["assigned"] if lines else []


async def test_a_log_cut_behind_the_reader_is_noticed_after_the_restart(
    mortal: Valkey, load: Load, connections: Connections, tmp_path: Path
) -> None:
    with FaustProcess("journal_app", tmp_path, f"{mortal.url}?lease_s=2") as process:
        for _ in range(5):
            await load.append(0)
        before = set(load.appended)
        await until(lambda: values(process) == before, timeout_s=20, what="read")
        for _ in range(5):
            await load.append(0)
        await until(lambda: values(process) == load.appended, timeout_s=5, what="all read")
        await cut_last_entries(mortal, connections)
        await asyncio.to_thread(mortal.start)
        await until(lambda: process.lines("alarm"), timeout_s=10, what="alarm")
        for _ in range(10):
            await load.append(0)
        await until(lambda: values(process) >= load.appended, timeout_s=10, what="all after")
        repeated = [line["value"] for line in process.lines()]
        assert len(repeated) > len(set(repeated)), "reading started over at the oldest entry"


async def cut_last_entries(server: Valkey, connections: Connections) -> None:
    """End the server and take the last appends out of its append-only file."""
    server.stop(signal.SIGKILL)
    with pytest.raises(Away):
        await connections.call("PING")
    newest = max(
        (server.directory / "appendonlydir").glob("*.incr.aof"), key=lambda p: p.stat().st_mtime
    )
    content = newest.read_bytes()
    appends = [i for i in range(len(content)) if content.startswith(b"XADD", i)]
    transactions = [i for i in range(len(content)) if content.startswith(b"*1\r\n$5\r\nMULTI", i)]
    cut = max(i for i in transactions if i < appends[-3])
    newest.write_bytes(content[:cut])


async def test_a_lost_log_whose_partition_is_anothers_is_asked_for_once(
    connections: Connections, load: Load
) -> None:
    """What follows is for the group to say; asking on would be a loop without a pause."""
    logs = PartitionLogs(connections, Keys("faust"), "journal")
    topics = Topics(connections, Keys("faust"))
    ownership = Ownership(
        logs,
        GroupPositions(logs.acquire, lambda *_: asyncio.sleep(0), lambda _: asyncio.sleep(0)),
        topics,
        Options(),
        generation=lambda: 1,
        buffer_entries=100,
        on_change=lambda: None,
        on_ack=lambda: None,
    )
    tp = TP("events", 0)
    ownership.own(await ownership.acquire({tp}, 1, set()))
    partition = ownership.partitions[tp]
    await ownership.suspect(partition, "the log is another", None)
    await logs.acquire({tp: 2})
    with pytest.raises(FenceBehind):
        await ownership.replace_suspects()
    partition.stale = True
    await ownership.replace_suspects()
