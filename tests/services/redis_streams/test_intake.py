"""The way in: durable or refused, grouped under load, never split, never cancelled by a caller."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from pipeline import record_batch, settings, topics
from pipeline.intake import Intake, NotTaken
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.keys import Keys
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services

USER = uuid.UUID(int=5)


def configured(**values: str) -> settings.Settings:
    return settings.read({"REDIS_PREFIX": "test", "INTAKE_DEADLINE_S": "0.4", **values})


@pytest.fixture
async def proxy(server: Valkey) -> AsyncIterator[FaultProxy]:
    """A way to the server that can be broken."""
    async with fault_proxy(server.url) as proxy:
        yield proxy


@pytest.fixture
async def behind(proxy: FaultProxy) -> AsyncIterator[Connections]:
    """Connections through the proxy."""
    behind = Connections(proxy.url, timeout_s=0.3)
    yield behind
    await behind.close()


async def entries(connections: Connections, user: uuid.UUID = USER) -> list[list[bytes]]:
    key = Keys("test").log("usage", topics.partition_of(user, 16))
    records = [Record.parse(e) for e in await connections.call("XRANGE", key, "-", "+")]
    batches = [record_batch.decode(record.value or b"") for record in records]
    assert [record.events for record in records] == [len(batch) for batch in batches]
    return batches


async def test_what_queued_behind_an_append_goes_with_the_next(connections: Connections) -> None:
    intake = Intake(connections, configured())
    await asyncio.gather(*(intake.append(USER, [b"%d" % n]) for n in range(50)))
    batches = await entries(connections)
    assert len(batches) < 10
    assert [event for batch in batches for event in batch] == [b"%d" % n for n in range(50)]


async def test_a_request_is_never_split(connections: Connections) -> None:
    intake = Intake(connections, configured(ENTRY_MAX_EVENTS="10"))
    requests = [[b"%d.%d" % (n, i) for i in range(7)] for n in range(6)]
    await asyncio.gather(*(intake.append(USER, request) for request in requests))
    assert await entries(connections) == requests


async def test_a_caller_who_leaves_cancels_only_its_own_waiting(
    proxy: FaultProxy, behind: Connections, connections: Connections
) -> None:
    intake = Intake(behind, configured(INTAKE_DEADLINE_S="5"))
    proxy.latency_s = 0.05
    leaving = asyncio.create_task(intake.append(USER, [b"leaver"]))
    staying = [asyncio.create_task(intake.append(USER, [b"%d" % n])) for n in range(3)]
    await asyncio.sleep(0)
    leaving.cancel()
    await asyncio.gather(*staying)
    assert sum(map(len, await entries(connections))) >= 3


async def test_nothing_is_taken_while_redis_is_away_and_then_it_is(
    proxy: FaultProxy, behind: Connections
) -> None:
    intake = Intake(behind, configured())
    proxy.refuse()
    with pytest.raises(NotTaken):
        await intake.append(USER, [b"1"])
    proxy.heal()
    await intake.append(USER, [b"2"])
    assert await entries(behind) == [[b"2"]]


async def test_more_than_may_wait_is_refused_at_once(
    proxy: FaultProxy, behind: Connections
) -> None:
    intake = Intake(behind, configured(INTAKE_QUEUE_BYTES="1000"))
    proxy.stall()
    waiting = asyncio.create_task(intake.append(USER, [b"x" * 900]))
    await asyncio.sleep(0)
    with pytest.raises(NotTaken, match="waiting already"):
        await intake.append(USER, [b"y" * 900])
    proxy.heal()
    await asyncio.gather(waiting, return_exceptions=True)


async def test_a_stopping_process_takes_no_more_but_finishes(connections: Connections) -> None:
    intake = Intake(connections, configured())
    taken = [asyncio.create_task(intake.append(USER, [b"%d" % n])) for n in range(3)]
    await asyncio.sleep(0)
    await intake.close()
    assert all(task.done() for task in taken) or await asyncio.gather(*taken)
    with pytest.raises(NotTaken, match="stopping"):
        await intake.append(USER, [b"late"])
    assert sum(map(len, await entries(connections))) == 3


async def test_after_a_flush_the_groups_are_declared_again(connections: Connections) -> None:
    intake = Intake(connections, configured())
    await intake.declare()
    await intake.append(USER, [b"1"])
    await connections.call("FLUSHALL")
    await intake.append(USER, [b"2"])
    await intake.append(USER, [b"3"])
    for partition in range(16):
        groups = await connections.call("XINFO", "GROUPS", Keys("test").log("usage", partition))
        assert any(b"timeflow-usage" in group for group in groups)
