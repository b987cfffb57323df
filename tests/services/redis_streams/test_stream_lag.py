"""Lag is exact in entries, events and seconds; what is not known is not 0."""

import random

import pytest

from pipeline.redis_streams.appender import Appender, AppendPolicy
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.entry import Entry, Record
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.positions import Position
from pipeline.redis_streams.topics import Topics
from pipeline.stream_lag import Cursors, Lag, lags

pytestmark = pytest.mark.services


async def lag(connections: Connections, keys: Keys, cursors: Cursors) -> Lag:
    (found,) = await lags(connections, keys, [("topic", "group")], 1, cursors)
    return found


def at(next_offset: int, tag: str = "") -> Cursors:
    return {"group": {("topic", 0): Position(next_offset, tag)}}


async def append(connections: Connections, keys: Keys, *events: int, time_ms: int = 1) -> None:
    appender = Appender(connections, keys, AppendPolicy())
    for count in events:
        await appender.append("topic", 0, [Entry(b"v", events=count, time_ms=time_ms)])


async def test_lag_equals_a_count_by_hand_wherever_the_cursor_is(
    connections: Connections, keys: Keys
) -> None:
    chance = random.Random(7)
    counts = [chance.randrange(1, 50) for _ in range(60)]
    await append(connections, keys, *counts)
    await connections.call("XTRIM", keys.log("topic", 0), "MINID", "0-20")
    for next_offset in range(21, 62):
        found = await lag(connections, keys, at(next_offset))
        assert (found.committed, found.end) == (next_offset, 61)
        assert found.entries == 61 - next_offset
        assert found.events == sum(counts[next_offset - 1 :])


async def test_the_oldest_age_is_that_of_the_first_entry_not_applied(
    connections: Connections, keys: Keys
) -> None:
    seconds, _ = await connections.call("TIME")
    await append(connections, keys, 1, time_ms=(int(seconds) - 500) * 1000)
    await append(connections, keys, 1, time_ms=(int(seconds) - 100) * 1000)
    assert (await lag(connections, keys, at(1))).oldest_age_s == pytest.approx(500, abs=2)
    assert (await lag(connections, keys, at(2))).oldest_age_s == pytest.approx(100, abs=2)
    assert (await lag(connections, keys, at(3))).oldest_age_s == 0


async def test_a_group_without_cursor_stands_where_redis_shows_it(
    connections: Connections, keys: Keys
) -> None:
    await Topics(connections, keys).declare("topic", 1, ["group"])
    await append(connections, keys, 5, 6, 7)
    await connections.call("XGROUP", "SETID", keys.log("topic", 0), "group", "0-1")
    found = await lag(connections, keys, {})
    assert (found.entries, found.events) == (2, 13)


async def test_what_is_not_known_is_not_zero(connections: Connections, keys: Keys) -> None:
    assert await lag(connections, keys, {}) == Lag("topic", 0, "group")
    await append(connections, keys, 1, 2, 3)
    assert (await lag(connections, keys, {})).entries is None
    assert (await lag(connections, keys, {"group": {}})).entries is None
    await connections.call("XTRIM", keys.log("topic", 0), "MINID", "0-3")
    trimmed_before = await lag(connections, keys, at(2))
    assert (trimmed_before.entries, trimmed_before.events) == (2, None)


async def test_a_log_shorter_than_the_cursor_has_no_known_lag(
    connections: Connections, keys: Keys
) -> None:
    await append(connections, keys, 1, 2)
    found = await lag(connections, keys, at(9))
    assert (found.entries, found.events, found.oldest_age_s) == (None, None, None)
    assert (found.committed, found.end) == (9, 3)


async def test_a_log_that_was_replaced_has_no_known_lag_however_long_it_is(
    connections: Connections, keys: Keys
) -> None:
    await append(connections, keys, 1, 2)
    (last,) = await connections.call("XREVRANGE", keys.log("topic", 0), "+", "-", "COUNT", 1)
    tag = Record.parse(last).tag
    assert (await lag(connections, keys, at(3, tag))).entries == 0
    await connections.call("FLUSHALL")
    for length in range(1, 5):
        await append(connections, keys, 1)
        found = await lag(connections, keys, at(3, tag))
        assert (found.committed, found.end) == (3, length + 1)
        assert (found.entries, found.events, found.oldest_age_s) == (None, None, None)


async def test_lag_is_exact_at_any_moment_while_entries_come_are_read_and_trimmed(
    connections: Connections, keys: Keys
) -> None:
    chance, counts, next_offset = random.Random(11), list[int](), 1
    for _ in range(120):
        match chance.randrange(3):
            case 0:
                counts.append(chance.randrange(1, 50))
                await append(connections, keys, counts[-1])
            case 1 if next_offset <= len(counts):
                next_offset += chance.randint(1, len(counts) - next_offset + 1)
            case 2 if next_offset > 2:
                last = chance.randrange(1, next_offset - 1)
                await connections.call("XTRIM", keys.log("topic", 0), "MINID", f"0-{last}")
        if not counts:
            continue
        entries = await connections.call("XRANGE", keys.log("topic", 0), f"0-{next_offset}", "+")
        by_hand = [dict(zip(of[::2], of[1::2], strict=True))[b"n"] for _, of in entries]
        found = await lag(connections, keys, at(next_offset))
        assert (found.entries, found.events) == (len(by_hand), sum(map(int, by_hand)))
