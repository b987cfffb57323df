"""A program written for Faust on Kafka behaves on Redis Streams as there."""

import signal
from collections import defaultdict
from pathlib import Path

import pytest

from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.topics import Topics
from tests.instance import wait_until
from tests.services.redis_streams.faust_process import FaustProcess
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services

POSTS = 300


async def post(connections: Connections) -> set[str]:
    keys = Keys("faust")
    await Topics(connections, keys).declare("posts", 8)
    appender = Appender(connections, keys, AppendPolicy())
    words = set()
    for number in range(POSTS):
        pair = (f"word{number}a", f"word{number}b")
        words |= set(pair)
        await appender.append(
            "posts", number % 8, [Entry(b'"%s %s"' % tuple(map(str.encode, pair)))]
        )
    return words


def wait_until_more(process: FaustProcess, lines: int) -> None:
    target = len(process.lines()) + lines
    wait_until(lambda: len(process.lines()) >= target, timeout_s=30, what=f"{lines} more")


def in_order(process: FaustProcess) -> bool:
    """Each process saw each partition in order, without a gap."""
    seen: dict[tuple[int, int], list[int]] = defaultdict(list)
    for line in process.lines():
        seen[line["process"], line["partition"]].append(line["offset"])
    return all(list(range(o[0], o[0] + len(o))) == o for o in seen.values())


async def test_words_are_counted_and_a_restart_counts_none_twice(
    server: Valkey, connections: Connections, tmp_path: Path
) -> None:
    words = await post(connections)
    with FaustProcess("word_count", tmp_path, server.url) as process:
        wait_until(lambda: len(process.lines()) == len(words), timeout_s=30, what="all counted")
        assert process.end(signal.SIGTERM) == 0
        assert {line["word"] for line in process.lines()} == words
        assert in_order(process)
        again = (await post(connections)) | words
        process.start()
        wait_until(lambda: len(process.lines()) >= 2 * len(again), timeout_s=30, what="more")
        process.end(signal.SIGTERM)
        assert len(process.lines()) == 2 * len(again)
        assert in_order(process)


async def test_a_killed_worker_counts_every_word_at_least_once(
    server: Valkey, connections: Connections, tmp_path: Path
) -> None:
    words = await post(connections)
    url = f"{server.url}?lease_s=1"
    with FaustProcess("word_count", tmp_path, url) as process:
        for step in (25, 70, 40, 55):
            wait_until_more(process, step)
            process.end(signal.SIGKILL)
            process.start()
        wait_until(
            lambda: {line["word"] for line in process.lines()} >= words,
            timeout_s=30,
            what="every word",
        )
        assert process.end(signal.SIGTERM) == 0
        assert in_order(process)
