"""Batches that wait at the same time share a transaction, and nobody pays for another's failure."""

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid4

import msgspec
import pytest

from models import cursors
from models.cursors import Cursor
from pipeline import record_batch
from pipeline.batch import Entry, Parts
from pipeline.effects import Applied
from pipeline.failures import Kind, classify
from pipeline.running_stage import RunningStage
from pipeline.shared_commit import Outcome, SharedCommit, Taken
from tests.services.stage.driver import claim, query
from tests.services.stage.ledger import LEDGER, Posting, balances

pytestmark = pytest.mark.services

ANN, BOB, CY = (UUID(int=n) for n in (1, 2, 3))


class Owners:
    """Owners of partitions who have one entry each; the first to ask fills the only place."""

    def __init__(self, running: RunningStage, events: int = 100) -> None:
        self.running = running
        self.commits = SharedCommit(
            LEDGER,
            running.threads,
            running.screening,
            running.rules(careful=False, one_by_one=False),
            at_a_time=1,
            events=events,
        )
        self.taken: list[int] = []

    async def acquire(self, *partitions: int, epoch: int = 1) -> None:
        """Raise the epochs."""
        for partition in partitions:
            await self.running.threads.run(cursors.acquire, claim(epoch, partition), uuid4())

    async def apply(self, partition: int, *postings: Posting) -> Outcome | None:
        """What the owner of a partition gets for one entry of `postings`."""
        value = record_batch.encode([msgspec.json.encode(posting) for posting in postings])
        parts = Parts.of(Entry(1, f"tag-{partition}", value, lambda: None))

        def take() -> Taken:
            self.taken.append(partition)
            return Taken(claim(1, partition), 1, [parts])

        return await self.commits.apply(take)

    async def transactions(self) -> Sequence[str]:
        """Which transaction wrote each partition's cursor."""
        rows = await query(self.running, "SELECT xmin::text FROM stream_cursor ORDER BY partition")
        return [xmin for (xmin,) in rows]


async def test_what_waits_for_a_transaction_shares_the_next(running: RunningStage) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2)
    outcomes = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(BOB, "1"), Posting(BOB, "2")),
        owners.apply(2, Posting(CY, "1")),
    )
    first, second, third = await owners.transactions()
    assert first != second == third
    assert await running.threads.run(balances) == {ANN: 1, BOB: 2, CY: 1}
    assert [(o.passed, [hint.user for hint in o.changed]) for o in outcomes] == [  # type: ignore[union-attr]
        (1, [ANN]),
        (2, [BOB]),
        (1, [CY]),
    ]


async def test_a_transaction_takes_only_so_many_events(running: RunningStage) -> None:
    owners = Owners(running, events=2)
    await owners.acquire(0, 1, 2)
    await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(BOB, "1"), Posting(BOB, "2")),
        owners.apply(2, Posting(CY, "1")),
    )
    assert len(set(await owners.transactions())) == 3


@pytest.mark.parametrize("fault", ["invalid", "check", "handler", "sql", "refused"])
async def test_an_event_that_fails_is_buried_alone(running: RunningStage, fault: str) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2)
    _, failed, passed = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(BOB, "1", fault=fault), Posting(BOB, "2")),
        owners.apply(2, Posting(CY, "1")),
    )
    assert isinstance(failed, Applied)
    assert isinstance(passed, Applied)
    assert [item.event.id for item, _ in failed.failed] == ["1"]
    assert passed.failed == []
    assert await running.threads.run(balances) == {ANN: 1, BOB: 1, CY: 1}
    assert await query(running, "SELECT partition FROM dead_letter") == [(1,)]


async def test_who_lost_the_partition_learns_it_and_the_others_go_on(
    running: RunningStage,
) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2)
    await owners.acquire(1, epoch=2)
    _, lost, passed = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(BOB, "1")),
        owners.apply(2, Posting(CY, "1")),
    )
    assert isinstance(lost, Cursor)
    assert lost.epoch == 2
    assert isinstance(passed, Applied)
    assert await running.threads.run(balances) == {ANN: 1, CY: 1}


async def test_the_environment_fails_for_all_and_nothing_is_kept(running: RunningStage) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2)
    _, *failures = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(BOB, "1")),
        owners.apply(2, Posting(CY, "1", fault="full")),
        return_exceptions=True,
    )
    kinds = [classify(failure).kind for failure in failures if isinstance(failure, Exception)]
    assert kinds == [Kind.ENVIRONMENT] * 2
    assert await running.threads.run(balances) == {ANN: 1}


async def test_who_leaves_while_waiting_is_not_taken(running: RunningStage) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(owners.apply(0, Posting(ANN, "1")))
        leaving = tasks.create_task(owners.apply(1, Posting(BOB, "1")))
        tasks.create_task(owners.apply(2, Posting(CY, "1")))
        await asyncio.sleep(0)
        leaving.cancel()
    assert owners.taken == [0, 2]
    assert await running.threads.run(balances) == {ANN: 1, CY: 1}


async def test_what_cannot_be_taken_fails_alone(running: RunningStage) -> None:
    owners = Owners(running)
    await owners.acquire(0, 2)

    def take() -> Taken:
        raise LookupError("nothing in hand")

    _, failure, passed = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.commits.apply(take),
        owners.apply(2, Posting(CY, "1")),
        return_exceptions=True,
    )
    assert isinstance(failure, LookupError)
    assert isinstance(passed, Applied)


@pytest.mark.parametrize("fault", ["check", "invalid", "handler", "sql"])
async def test_a_failing_event_costs_the_others_no_transaction_of_their_own(
    running: RunningStage, fault: str
) -> None:
    owners = Owners(running)
    await owners.acquire(0, 1, 2, 3)
    outcomes = await asyncio.gather(
        owners.apply(0, Posting(ANN, "1")),
        owners.apply(1, Posting(ANN, "2"), Posting(ANN, "3", fault=fault)),
        owners.apply(2, Posting(BOB, "4")),
        owners.apply(3, Posting(CY, "5")),
    )
    _, *shared = await owners.transactions()
    assert len(set(shared)) == 1
    passed = [outcome.passed for outcome in outcomes if isinstance(outcome, Applied)]
    failed = [len(outcome.failed) for outcome in outcomes if isinstance(outcome, Applied)]
    assert (passed, failed) == ([1, 1, 1, 1], [0, 1, 0, 0])
    assert await running.threads.run(balances) == {ANN: 2, BOB: 1, CY: 1}
