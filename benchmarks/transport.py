"""Entries and events a second of a Faust agent on the transport, against plain XREAD.

The same entries are read by both: written once by the transport's own append, then read from the
beginning, the two in turn.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import faust
import redis.asyncio
import uvloop

from pipeline import record_batch
from pipeline.embedded.redis import Redis
from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections, broker_url
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.topics import Topics

EVENT = b"x" * 200
ENTRIES = 40_000
PARTITIONS = 16
ROUNDS = 3
PREFIX = "bench"


async def write(url: str, topic: str, events: int) -> None:
    """Append `ENTRIES` entries of `events` events each, spread over the partitions."""
    connections, keys = Connections(url, timeout_s=5), Keys(PREFIX)
    await Topics(connections, keys).declare(topic, PARTITIONS)
    appender = Appender(connections, keys, AppendPolicy())
    value = record_batch.encode([EVENT] * events)
    for _ in range(ENTRIES // PARTITIONS // 100):
        entries = [Entry(value, events=events)] * 100
        await asyncio.gather(*(appender.append(topic, p, entries) for p in range(PARTITIONS)))
    await connections.close()


async def plain(url: str, topic: str, total: int) -> float:
    """Seconds a loop of XREAD needs for all entries."""
    client = redis.asyncio.Redis.from_url(url)
    positions = {Keys(PREFIX).log(topic, p).encode(): b"0" for p in range(PARTITIONS)}
    seen = 0
    begun = time.perf_counter()
    while seen < total:
        for key, entries in await client.execute_command(
            "XREAD", "COUNT", 100, "STREAMS", *positions, *positions.values()
        ):
            for _, fields in entries:
                seen += len(record_batch.decode(fields[b"v"]))
            positions[key] = entries[-1][0]
    elapsed = time.perf_counter() - begun
    await client.aclose()
    return elapsed


def make_app(url: str, topic: str, group: str, total: int) -> Any:
    """A Faust app that reads all entries once and then ends its process."""
    separator = "&" if "?" in url else "?"
    app = faust.App(
        group,
        broker=broker_url(f"{url}{separator}prefix={PREFIX}"),
        web_enabled=False,
        topic_partitions=PARTITIONS,
        datadir=tempfile.mkdtemp(),
    )
    source = app.topic(topic, value_type=bytes, value_serializer="raw")

    @app.agent(source)
    async def reader(stream: Any) -> None:
        seen, begun = 0, 0.0
        async for event in stream.noack().events():
            begun = begun or time.perf_counter()
            seen += len(record_batch.decode(event.value))
            event.ack()
            if seen == total:
                # Past sys.stdout, which Faust's worker sends to its log.
                os.write(1, f"\n{time.perf_counter() - begun}\n".encode())
                os._exit(0)

    return app


def with_faust(url: str, topic: str, group: str, total: int) -> float:
    """Seconds a Faust agent in a process of its own needs for all entries, from the first on."""
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.transport", url, topic, group, str(total)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=300,
    )
    return float(process.stdout.split()[-1])


def measure() -> dict[str, float]:
    """Rates of both and their ratio, at 1 and at 100 events an entry."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as directory:
        os.chmod(directory, 0o755)
        server = Redis(Path(directory) / "redis", maxmemory_bytes=2 << 30)
        url = server.start()
        for events in (1, 100):
            topic, total = f"way-{events}", ENTRIES * events
            uvloop.run(write(url, topic, events))
            ours, peer = [], []
            for number in range(ROUNDS):
                peer.append(uvloop.run(plain(url, topic, total)))
                ours.append(with_faust(url, topic, f"bench-{events}-{number}", total))
            name = f"transport, {events} events an entry"
            figures |= {
                f"{name}: entries/s": ENTRIES / median(ours),
                f"{name}: events/s": total / median(ours),
                f"{name}: ratio to plain XREAD": median(
                    p / o for p, o in zip(peer, ours, strict=True)
                ),
            }
        server.stop()
    return figures


if __name__ == "__main__":
    _url, _topic, _group, _total = sys.argv[1:]
    _app = make_app(_url, _topic, _group, int(_total))
    faust.Worker(_app, loglevel="warning", quiet=True).execute_from_commandline()
