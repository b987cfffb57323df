"""What the transport is told when it acquires and releases partitions (design 5.5)."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Set
from uuid import uuid4

import msgspec
import pytest
from faust.types import TP
from psycopg2.extensions import parse_dsn

from models import cursors
from pipeline import record_batch
from pipeline.batch import Entry
from pipeline.ownership import Ownership
from pipeline.redis_streams.positions import FenceBehind, Position, PositionsAway
from pipeline.running_stage import RunningStage
from tests.services.stage import ledger
from tests.services.stage.driver import claim, query, until
from tests.services.stage.ledger import Posting
from tests.sql import sql

pytestmark = pytest.mark.services

FIRST, SECOND = TP("postings", 0), TP("postings", 1)
START = Position(1, "")
ANN = uuid4()


class Owners(Ownership):
    """Without a transport, but one that was asked for the ends of logs."""

    def __init__(self, running: RunningStage) -> None:
        self.asked: list[Set[TP]] = []
        super().__init__(running, seek_back=print, ends=self._find_ends, lost=print)

    async def _find_ends(self, tps: Set[TP]) -> Mapping[TP, int]:
        self.asked.append(tps)
        return dict.fromkeys(tps, 1)

    def is_acquiring(self) -> bool:
        return self._acquiring is not None


@pytest.fixture
async def owners(running: RunningStage) -> AsyncIterator[Owners]:
    """Owners of one process."""
    made = Owners(running)
    yield made
    await made.release({FIRST, SECOND})


@pytest.fixture
async def others(running: RunningStage) -> AsyncIterator[Owners]:
    """Owners of another."""
    made = Owners(running)
    yield made
    await made.release({FIRST, SECOND})


async def test_reading_begins_at_the_cursor(running: RunningStage, owners: Owners) -> None:
    assert await owners.acquire({FIRST: 1, SECOND: 1}) == {FIRST: START, SECOND: START}
    await running.threads.run(cursors.advance, claim(), 1, 8, "tag")
    await owners.release({FIRST})
    assert await owners.acquire({FIRST: 2}) == {FIRST: Position(8, "tag")}
    assert owners.asked == []


async def test_a_fence_below_the_epoch_is_told_how_high_it_stands(
    owners: Owners, others: Owners
) -> None:
    await others.acquire({FIRST: 9})
    with pytest.raises(FenceBehind) as refused:
        await owners.acquire({FIRST: 4})
    assert refused.value.epoch == 9


async def test_a_replaced_log_whose_partition_is_anothers_is_no_reason_to_end(
    running: RunningStage, owners: Owners, others: Owners
) -> None:
    """FLUSHALL takes the fences with it, so the transport cannot know before it asks."""
    await owners.acquire({FIRST: 4})
    await others.acquire({FIRST: 9})
    await running.threads.run(cursors.advance, claim(9), 1, 8, "tag")
    with pytest.raises(FenceBehind):
        await owners.rewind(FIRST, 4, START, "the log is shorter")
    assert await query(running, "SELECT next_offset FROM stream_cursor") == [(8,)]


async def test_a_database_that_is_away_is_told_and_asked_again(
    running: RunningStage, owners: Owners, ledger_database: str, postgres_url: str
) -> None:
    await owners.acquire({FIRST: 1})
    await owners.release({FIRST})
    name = parse_dsn(ledger_database)["dbname"]
    sql(postgres_url, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    sql(
        postgres_url,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    with pytest.raises(PositionsAway):
        await owners.acquire({FIRST: 2})
    sql(postgres_url, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert await owners.acquire({FIRST: 2}) == {FIRST: START}


async def test_an_acquisition_that_fails_for_one_partition_keeps_what_it_found_of_others(
    owners: Owners, others: Owners
) -> None:
    """Otherwise its repetition would find the mark of a crash that was none."""
    await others.acquire({SECOND: 9})
    with pytest.raises(FenceBehind):
        await owners.acquire({FIRST: 4, SECOND: 4})
    with pytest.raises(FenceBehind):
        await owners.acquire({FIRST: 4, SECOND: 4})
    await owners.acquire({FIRST: 4})
    assert owners.asked == []


async def test_a_release_that_is_cut_off_is_waited_for_by_the_next(
    running: RunningStage, owners: Owners
) -> None:
    """A member ends while a rebalance gives its partition up."""
    await owners.acquire({FIRST: 1})
    ledger.begun.clear()
    value = record_batch.encode([msgspec.json.encode(Posting(ANN, "1", fault="slow handler"))])
    owners.offer(FIRST, Entry(1, "tag", value, lambda: None))
    await until(ledger.begun.is_set)
    releasing = asyncio.create_task(owners.release({FIRST}))
    await until(lambda: not owners.partitions())
    releasing.cancel()
    await owners.release({FIRST})
    assert await query(running, "SELECT next_offset, clean FROM stream_cursor") == [(2, True)]


async def test_an_acquisition_that_is_cut_off_is_left_in_order(
    running: RunningStage, owners: Owners
) -> None:
    acquiring = asyncio.create_task(owners.acquire({FIRST: 1, SECOND: 1}))
    await until(owners.is_acquiring)
    acquiring.cancel()
    await owners.leave()
    assert await query(running, "SELECT clean FROM stream_cursor") == [(True,), (True,)]


async def test_what_was_acquired_in_vain_is_left_as_it_was_found(
    owners: Owners, others: Owners
) -> None:
    """A newer generation gives it to another, who must not find the mark of a crash."""
    await others.acquire({SECOND: 9})
    with pytest.raises(FenceBehind):
        await owners.acquire({FIRST: 4, SECOND: 4})
    await owners.acquire({SECOND: 10})
    await others.acquire({FIRST: 10})
    assert others.asked == []


async def test_only_what_the_log_held_is_examined_after_a_crash(
    running: RunningStage, owners: Owners, others: Owners
) -> None:
    await others.acquire({FIRST: 1})
    await owners.acquire({FIRST: 2})
    assert owners.asked == [{FIRST}]
    await owners.release({FIRST})
    assert await query(running, "SELECT clean FROM stream_cursor") == [(True,)]
