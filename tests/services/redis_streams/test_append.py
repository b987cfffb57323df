"""An append happens once, whatever the network does, and says truly what became of it."""

import asyncio

import pytest

from pipeline.redis_streams import appender as appends
from pipeline.redis_streams.appender import Appender, AppendPolicy, Fence
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry, Record
from pipeline.redis_streams.errors import (
    Full,
    NotSent,
    OutcomeUnknown,
    PartitionCountChanged,
    StaleFence,
)
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.topics import Topics
from tests.fault_proxy import fault_proxy
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services


async def log(connections: Connections, keys: Keys, partition: int = 0) -> list[Record]:
    entries = await connections.call("XRANGE", keys.log("topic", partition), "-", "+")
    return [Record.parse(entry) for entry in entries]


def entry(number: int) -> Entry:
    return Entry(b"%d" % number, key=b"key", headers=b"{}", time_ms=1000 + number, events=number)


async def test_offsets_are_dense_and_fields_come_back(connections: Connections, keys: Keys) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    assert await appender.append("topic", 0, [entry(1), entry(2)]) == 2
    assert await appender.append("topic", 0, [entry(3)]) == 3
    records = await log(connections, keys)
    assert [record.offset for record in records] == [1, 2, 3]
    assert [record.total_events for record in records] == [1, 3, 6]
    last = records[2]
    assert (last.key, last.value, last.headers) == (b"key", b"3", b"{}")
    assert (last.time_ms, last.events) == (1003, 3)


async def test_each_tag_chains_to_the_entry_before(connections: Connections, keys: Keys) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    for number in (1, 2, 3):
        await appender.append("topic", 0, [entry(number)])
    first, second, third = await log(connections, keys)
    assert second.follows(first.tag)
    assert third.follows(second.tag)
    assert not third.follows(first.tag)


async def test_offsets_go_on_after_everything_was_trimmed(
    connections: Connections, keys: Keys
) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    await appender.append("topic", 0, [entry(1), entry(2)])
    await connections.call("XTRIM", keys.log("topic", 0), "MAXLEN", 0)
    assert await appender.append("topic", 0, [entry(3)]) == 3


async def test_a_lost_reply_never_doubles_an_entry(server: Valkey, keys: Keys) -> None:
    async with fault_proxy(server.url) as proxy:
        connections = Connections(proxy.url, timeout_s=1)
        appender = Appender(connections, keys, AppendPolicy(deadline_s=10))

        async def produce(partition: int) -> list[int]:
            offsets = []
            for number in range(1, 41):
                if number % 4 == 0:
                    proxy.eat_replies += 1
                offsets.append(await appender.append("topic", partition, [entry(number)]))
            return offsets

        offsets = await asyncio.gather(*(produce(partition) for partition in range(4)))
        proxy.eat_replies = 0
        assert proxy.eaten > 10
        for partition in range(4):
            assert offsets[partition] == list(range(1, 41))
            values = [record.value for record in await log(connections, keys, partition)]
            assert values == [b"%d" % number for number in range(1, 41)]
        await connections.close()


async def test_an_append_that_ran_but_was_never_answered_is_unknown(
    server: Valkey, keys: Keys, connections: Connections
) -> None:
    async with fault_proxy(server.url) as proxy:
        behind = Connections(proxy.url, timeout_s=0.2)
        appender = Appender(behind, keys, AppendPolicy(deadline_s=0.5))
        await appender.append("topic", 0, [entry(1)])
        proxy.eat_replies = 1_000_000
        with pytest.raises(OutcomeUnknown):
            await appender.append("topic", 0, [entry(2)])
        proxy.eat_replies = 0
        assert await appender.append("topic", 0, [entry(3)]) == 3
        await behind.close()
    assert [record.value for record in await log(connections, keys)] == [b"1", b"2", b"3"]


async def test_a_server_that_cannot_be_reached_took_nothing(server: Valkey, keys: Keys) -> None:
    async with fault_proxy(server.url) as proxy:
        proxy.refuse()
        behind = Connections(proxy.url, timeout_s=0.2)
        appender = Appender(behind, keys, AppendPolicy(deadline_s=0.3))
        with pytest.raises(NotSent):
            await appender.append("topic", 0, [entry(1)])
        proxy.heal()
        assert await appender.append("topic", 0, [entry(2)]) == 1
        await behind.close()


async def test_a_command_executed_late_is_superseded(connections: Connections, keys: Keys) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    await appender.append("topic", 0, [entry(1)])
    await appender.append("topic", 0, [entry(2)])
    line = appender._lines["topic", 0]
    late = appends.INTERNAL.command(
        [keys.log("topic", 0), keys.state("topic", 0), keys.groups("topic", 0)],
        [line.producer, 1, "0" * 12, 0, "", 0, *entry(1).arguments()],
    )
    (reply,) = await connections.exchange(late)
    assert type(reply).__name__ == "SupersededAppend"
    assert len(await log(connections, keys)) == 2


async def test_after_a_flush_the_producer_gets_a_new_name_and_says_so(
    connections: Connections, keys: Keys
) -> None:
    replaced: list[tuple[str, int, int]] = []
    appender = Appender(connections, keys, AppendPolicy(), lambda *where: replaced.append(where))
    for number in (1, 2):
        await appender.append("topic", 0, [entry(number)])
    await connections.call("FLUSHALL")
    assert await appender.append("topic", 0, [entry(3)]) == 1
    assert replaced == [("topic", 0, 2)]


async def test_a_flush_between_an_append_and_its_reply_leaves_it_unknown(
    server: Valkey, keys: Keys, connections: Connections
) -> None:
    async with fault_proxy(server.url) as proxy:
        behind = Connections(proxy.url, timeout_s=0.2)
        appender = Appender(behind, keys, AppendPolicy(deadline_s=10))
        await appender.append("topic", 0, [entry(1)])
        proxy.eat_replies = 1
        appending = asyncio.create_task(appender.append("topic", 0, [entry(2)]))
        while proxy.eaten == 0:
            await asyncio.sleep(0)
        await connections.call("FLUSHALL")
        with pytest.raises(OutcomeUnknown):
            await appending
        await behind.close()


async def test_input_is_refused_above_its_share_of_memory_but_stages_go_on(
    connections: Connections, keys: Keys
) -> None:
    used = next(
        int(line.split(":")[1])
        for line in (await connections.call("INFO", "memory")).decode().splitlines()
        if line.startswith("used_memory:")
    )
    await connections.call("CONFIG", "SET", "maxmemory", used + 1_000_000)
    intake = Appender(
        connections, keys, AppendPolicy(script=appends.INTAKE, memory_percent=1, deadline_s=1)
    )
    with pytest.raises(Full):
        await intake.append("topic", 0, [entry(1)])
    await connections.call("CONFIG", "SET", "maxmemory", used // 2)
    beyond = Appender(connections, keys, AppendPolicy(script=appends.INTAKE, deadline_s=1))
    with pytest.raises(Full):
        await beyond.append("topic", 0, [entry(1)])
    assert await Appender(connections, keys, AppendPolicy()).append("topic", 0, [entry(1)]) == 1
    await connections.call("CONFIG", "SET", "maxmemory", 0)
    assert await intake.append("topic", 0, [entry(2)]) == 2


async def test_an_append_with_a_stale_fence_is_refused(
    connections: Connections, keys: Keys
) -> None:
    await connections.call("HSET", keys.groups("topic", 0), "fence:group", 7)
    appender = Appender(connections, keys, AppendPolicy())
    assert await appender.append("topic", 0, [entry(1)], Fence("group", 7)) == 1
    with pytest.raises(StaleFence):
        await appender.append("topic", 0, [entry(2)], Fence("group", 6))
    assert len(await log(connections, keys)) == 1


async def test_a_producer_silent_for_a_day_is_forgotten(
    connections: Connections, keys: Keys
) -> None:
    state = keys.state("topic", 0)
    await connections.call("HSET", state, "p:old", "3 3 1000", "p:young", "3 3 9999999999")
    await Appender(connections, keys, AppendPolicy()).append("topic", 0, [entry(1)])
    producers = {name for name in await connections.call("HKEYS", state) if name[:2] == b"p:"}
    assert b"p:old" not in producers
    assert b"p:young" in producers


async def test_a_producer_that_was_silent_for_long_comes_back_without_an_alarm(
    connections: Connections, keys: Keys
) -> None:
    """The log has forgotten it, and is the same log all the same."""
    alarms: list[tuple[str, int, int]] = []
    policy = AppendPolicy(silent_s=0)
    silent = Appender(connections, keys, policy, lambda *alarm: alarms.append(alarm))
    await silent.append("topic", 0, [entry(1)])
    for name in await connections.call("HKEYS", keys.state("topic", 0)):
        if name.startswith(b"p:"):
            await connections.call("HDEL", keys.state("topic", 0), name)
    assert await silent.append("topic", 0, [entry(2)]) == 2
    assert alarms == []


async def test_without_enough_replicas_an_append_is_unknown(
    connections: Connections, keys: Keys
) -> None:
    appender = Appender(connections, keys, AppendPolicy(min_replicas=1, deadline_s=0.1))
    with pytest.raises(OutcomeUnknown, match="0 of 1 replicas"):
        await appender.append("topic", 0, [entry(1)])


async def test_a_topic_keeps_its_number_of_partitions(connections: Connections, keys: Keys) -> None:
    await Topics(connections, keys).declare("topic", 4, ["group"])
    with pytest.raises(PartitionCountChanged, match="stored with 4 partitions, 8"):
        await Topics(connections, keys).declare("topic", 8)
    assert await Topics(connections, keys).partitions("topic", default=1) == 4
    (group,) = await connections.call("XINFO", "GROUPS", keys.log("topic", 3))
    assert b"group" in group
