"""Group commit: one flush in flight a lane, nothing split, nothing lost, nothing reordered."""

import asyncio
from dataclasses import dataclass

import pytest

from pipeline.redis_streams.group_commit import GroupCommit, QueueFull


@dataclass(frozen=True)
class Item:
    number: int
    count: int = 1
    size: int = 10


class Flushes:
    """Records batches, and holds each until it is let go."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.batches: list[tuple[str, list[int]]] = []
        self.go = asyncio.Semaphore(0)
        self.running: set[str] = set()

    async def turn(self) -> None:
        await self.open.wait()

    async def flush(self, lane: str, batch: list[Item]) -> None:
        assert lane not in self.running
        self.running.add(lane)
        self.batches.append((lane, [item.number for item in batch]))
        await self.go.acquire()
        self.running.discard(lane)

    def let_go(self, times: int = 100) -> None:
        for _ in range(times):
            self.go.release()


def commits(
    flushes: Flushes, max_count: int = 100, max_waiting_bytes: int = 1000
) -> GroupCommit[str, Item]:
    return GroupCommit(
        flushes.flush,
        flushes.turn,
        max_count=max_count,
        max_bytes=100,
        max_waiting_bytes=max_waiting_bytes,
    )


async def test_what_queued_meanwhile_goes_with_the_next() -> None:
    flushes = Flushes()
    group = commits(flushes)
    group.put("a", Item(1))
    await asyncio.sleep(0)
    for number in (2, 3, 4):
        group.put("a", Item(number))
    group.put("b", Item(5))
    flushes.let_go()
    await group.settle()
    assert flushes.batches == [("a", [1]), ("b", [5]), ("a", [2, 3, 4])]


async def test_what_comes_before_its_turn_goes_along() -> None:
    flushes = Flushes()
    group = commits(flushes)
    flushes.open.clear()
    for number in (1, 2):
        group.put("a", Item(number))
        await asyncio.sleep(0)
    flushes.open.set()
    flushes.let_go()
    await group.settle()
    assert flushes.batches == [("a", [1, 2])]


async def test_batches_end_at_their_bounds() -> None:
    flushes = Flushes()
    flushes.let_go()
    group = commits(flushes, max_count=5)
    for item in (Item(1, count=3), Item(2, count=2), Item(3, count=9), Item(4, size=99), Item(5)):
        group.put("a", item)
    await group.settle()
    assert [batch for _, batch in flushes.batches] == [[1, 2], [3], [4], [5]]


async def test_no_more_waits_than_may() -> None:
    flushes = Flushes()
    group = commits(flushes, max_waiting_bytes=25)
    group.put("a", Item(1))
    group.put("b", Item(2))
    with pytest.raises(QueueFull):
        group.put("c", Item(3))
    waiting = asyncio.create_task(group.put_when_room("c", Item(3)))
    flushes.let_go()
    await waiting
    await group.settle()
    assert ("c", [3]) in flushes.batches


async def test_one_item_larger_than_all_that_may_wait_goes_alone() -> None:
    flushes = Flushes()
    flushes.let_go()
    group = commits(flushes, max_waiting_bytes=5)
    group.put("a", Item(1))
    await group.settle()
    assert flushes.batches == [("a", [1])]
