"""What waits for a write goes with the next, and everybody gets their own replies."""

import asyncio

import pytest

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import Away, Refused
from pipeline.redis_streams.shared_exchange import SharedExchange
from tests.fault_proxy import fault_proxy
from tests.services.redis_streams.valkey import Valkey

pytestmark = pytest.mark.services


async def writes(connections: Connections) -> int:
    """How many times the server was sent something."""
    info = (await connections.call("INFO", "stats")).decode()
    return int(info.split("total_reads_processed:")[1].split()[0])


async def test_everybody_gets_the_replies_to_their_own_commands(connections: Connections) -> None:
    shared = SharedExchange(connections, most_bytes=1000)
    replies = await asyncio.gather(
        *(shared.exchange(["ECHO", f"a{n}"], ["ECHO", f"b{n}"], size=1) for n in range(50))
    )
    assert replies == [[f"a{n}".encode(), f"b{n}".encode()] for n in range(50)]


@pytest.mark.parametrize(("most_bytes", "expected"), [(1000, 1), (10, 5), (1, 50)])
async def test_a_write_holds_what_waits_up_to_its_size(
    connections: Connections, most_bytes: int, expected: int
) -> None:
    shared = SharedExchange(connections, most_bytes=most_bytes)
    await connections.call("PING")
    before = await writes(connections)
    await asyncio.gather(*(shared.exchange(["ECHO", "x"], size=1) for _ in range(50)))
    own = 1  # the question itself
    assert await writes(connections) - before - own == expected


async def test_a_refused_command_costs_nobody_else(connections: Connections) -> None:
    shared = SharedExchange(connections, most_bytes=1000)
    good, bad, also_good = await asyncio.gather(
        shared.exchange(["ECHO", "1"], size=1),
        shared.exchange(["NOSUCHCOMMAND"], size=1),
        shared.exchange(["ECHO", "2"], size=1),
    )
    assert (good, also_good) == ([b"1"], [b"2"])
    assert isinstance(bad[0], Refused)


async def test_a_lost_connection_is_told_to_all_who_shared_it_and_the_next_goes_on(
    server: Valkey,
) -> None:
    async with fault_proxy(server.url) as proxy:
        connections = Connections(proxy.url, timeout_s=0.2)
        shared = SharedExchange(connections, most_bytes=1000)
        await shared.exchange(["PING"], size=1)
        proxy.eat_replies = 1
        outcomes = await asyncio.gather(
            *(shared.exchange(["PING"], size=1) for _ in range(3)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [Away] * 3
        assert await shared.exchange(["PING"], size=1) == [b"PONG"]
        await connections.close()


async def test_who_goes_away_costs_nobody_else(connections: Connections) -> None:
    shared = SharedExchange(connections, most_bytes=1000)
    first, leaving, last = (
        asyncio.create_task(shared.exchange(["ECHO", name], size=1)) for name in "abc"
    )
    await asyncio.sleep(0)
    leaving.cancel()
    assert (await first, await last) == ([b"a"], [b"c"])


async def test_whose_turn_it_is_goes_with_the_next_write(connections: Connections) -> None:
    shared = SharedExchange(connections, most_bytes=1000)

    async def in_turn(number: int) -> None:
        await shared.turn()
        await shared.exchange(["ECHO", str(number)], size=1)

    await connections.call("PING")
    before = await writes(connections)
    first = asyncio.create_task(shared.exchange(["PING"], size=1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(in_turn(number)) for number in range(50)]
    await asyncio.gather(first, *others)
    own = 1  # the question itself
    assert await writes(connections) - before - own == 2
