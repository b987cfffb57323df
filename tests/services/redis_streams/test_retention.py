"""Trimming never takes what a group has not applied, nor the entry before a cursor."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redis import Redis

from pipeline import retention
from pipeline import settings as configuration
from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry
from pipeline.redis_streams.keys import Keys
from pipeline.topics import Topic
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services

TOPIC = Topic("topic", groups=["stage", "reader"])
LOG = "{test:topic:0}"


def configured(age_s: float, size: int) -> configuration.Settings:
    environ = {"REDIS_PREFIX": "test", "PARTITIONS": "1"}
    environ |= {"RETENTION_AGE_S": str(age_s), "RETENTION_BYTES": str(size)}
    return configuration.read(environ)


def fill(client: "Redis", ages_s: list[int]) -> None:
    now_ms = int(time.time() * 1000)
    for age_s in ages_s:
        client.xadd(LOG, {"t": now_ms - age_s * 1000, "tag": "x", "v": "v" * 500}, id="0-*")


def remaining(client: "Redis") -> list[int]:
    entries: Any = client.xrange(LOG)
    return [int(entry_id[2:]) for entry_id, _ in entries]


def trim(url: str, age_s: int, size: int, cursors: Mapping[str, Mapping[int, int]]) -> int:
    async def run() -> int:
        connections = Connections(url, timeout_s=2)
        removed = await retention.trim(connections, configured(age_s, size), TOPIC, cursors)
        await connections.close()
        return removed

    return asyncio.run(run())


@given(
    ages=st.lists(st.integers(0, 1000), max_size=40).map(lambda ages: sorted(ages, reverse=True)),
    stage=st.integers(1, 45),
    reader=st.integers(1, 45),
    age_s=st.integers(1, 1000),
    size=st.integers(1, 40_000),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_nothing_unapplied_goes_and_the_entry_before_each_cursor_stays(
    server: Valkey, ages: list[int], stage: int, reader: int, age_s: int, size: int
) -> None:
    with Redis(port=server.port) as client:
        client.flushall()
        fill(client, ages)
        client.xgroup_create(LOG, "stage", id="0", mkstream=True)
        client.xgroup_create(LOG, "reader", id=f"0-{reader - 1}", mkstream=True)
        removed = trim(server.url, age_s, size, {"stage": {0: stage}})
        left = remaining(client)
    everything = list(range(1, len(ages) + 1))
    assert left == everything[removed:]
    needed_from = min(stage, reader) - 1
    assert {offset for offset in everything if offset >= needed_from} <= set(left)
    assert not [o for o in left if o < needed_from and ages[o - 1] > age_s + 1]


@pytest.mark.parametrize("missing", ["cursor", "group"])
def test_without_a_declared_group_or_its_cursor_nothing_goes(server: Valkey, missing: str) -> None:
    with Redis(port=server.port) as client:
        fill(client, [1000] * 10)
        client.xgroup_create(LOG, "stage", id="0-10")
        if missing != "group":
            client.xgroup_create(LOG, "reader", id="0-10")
        cursors = {"stage": {} if missing == "cursor" else {0: 11}}
        assert trim(server.url, 1, 1, cursors) == 0
        assert len(remaining(client)) == 10


async def test_a_log_larger_than_its_bytes_is_trimmed_though_it_is_young(
    server: Valkey, connections: Connections, keys: Keys
) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    for _ in range(30):
        await appender.append("topic", 0, [Entry(b"v" * 1000)] * 100)
    for group in TOPIC.groups:
        await connections.call("XGROUP", "CREATE", LOG, group, "0-3000")
    assert await connections.call("MEMORY", "USAGE", LOG) > 3_000_000
    settings = configured(age_s=1e6, size=1_000_000)
    assert await retention.trim(connections, settings, TOPIC, {}) > 1500
    size = await connections.call("MEMORY", "USAGE", LOG)
    assert 500_000 < size < 1_200_000
    assert await appender.append("topic", 0, [Entry(b"")]) == 3001
