"""The cursor comes first: whose work counts, and where it stands (design 5.4, 5.5)."""

from uuid import uuid4

import pytest

from models import cursors
from models.cursors import Cursor
from models.database import database
from pipeline import metrics
from pipeline.batch import Batch, Parts
from pipeline.effects import Applied, apply
from pipeline.partition_owner import PartitionOwner
from pipeline.running_stage import RunningStage
from tests.services.stage import ledger
from tests.services.stage.conftest import Acquire
from tests.services.stage.driver import Log, claim, query, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN = uuid4()


async def test_a_commit_whose_reply_was_lost_is_not_done_again(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    for n in range(3):
        log.append(Posting(ANN, str(n)))
    batch = Batch.gather(running.stage, 1, [Parts.of(log.entry(n)) for n in (1, 2)])
    rules = running.rules(careful=False, one_by_one=False)
    applied = await running.threads.run(apply, running.stage, claim(), batch, rules)
    assert isinstance(applied, Applied)
    # The owner knows nothing of that commit; its own batch is longer, too.
    log.feed(owned.owner, 1)
    await until(lambda: log.acknowledged == {1, 2, 3})
    assert await running.threads.run(balances) == {ANN: 3}
    assert await query(running, "SELECT rev FROM user_state") == [(2,)]
    assert log.sought == []


async def test_a_zombie_with_an_older_epoch_is_refused_and_gives_up(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    refused = metrics.stale_commits.labels("ledger")
    before = refused._value.get()
    zombie = await acquire(epoch=1)
    new = await acquire(epoch=2)
    offset = log.append(Posting(ANN, "1"))
    zombie.owner.offer(log.entry(offset))
    await until(zombie.lost.is_set)
    assert refused._value.get() == before + 1
    assert await running.threads.run(balances) == {}
    assert log.acknowledged == set()
    new.owner.offer(log.entry(offset))
    await until(lambda: log.acknowledged == {offset})
    assert await running.threads.run(balances) == {ANN: 1}


async def test_the_epoch_only_rises_and_only_its_owner_may_ask_again(
    running: RunningStage,
) -> None:
    mine, other = uuid4(), uuid4()
    run = running.threads.run
    assert await run(cursors.acquire, claim(5), mine) == Cursor(5, 1, "", True)
    assert await run(cursors.acquire, claim(4), other) is None
    assert await run(cursors.acquire, claim(5), other) is None
    assert await run(cursors.acquire, claim(5), mine) == Cursor(5, 1, "", False)
    assert await run(cursors.acquire, claim(6), other) == Cursor(6, 1, "", False)


async def test_an_owner_ahead_of_the_cursor_seeks_back_to_it(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    for n in range(4):
        log.append(Posting(ANN, str(n)))
    await running.threads.run(cursors.acquire, claim(), uuid4())

    def seek_back(offset: int) -> None:
        log.sought.append(offset)
        log.feed(ahead, offset)

    ahead = PartitionOwner(
        running, claim(), Cursor(1, 3, "", True), seek_back=seek_back, lost=lambda: None
    )
    log.feed(ahead, 3)
    await until(lambda: log.acknowledged == {1, 2, 3, 4})
    await ahead.stop(5)
    assert log.sought == [1]
    assert await running.threads.run(balances) == {ANN: 4}


async def test_a_first_offset_beyond_the_cursor_is_a_gap(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    for n in range(3):
        log.append(Posting(ANN, str(n)))
    owned.owner.offer(log.entry(3))
    await until(lambda: log.acknowledged == {1, 2, 3})
    assert log.sought == [1]
    assert await running.threads.run(balances) == {ANN: 3}


async def test_entries_that_are_gone_from_the_log_are_reported_and_passed_over(
    running: RunningStage, acquire: Acquire, log: Log, capfd: pytest.CaptureFixture[str]
) -> None:
    for n in range(4):
        log.append(Posting(ANN, str(n)))
    log.missing = {2}
    await acquire()
    await until(lambda: log.acknowledged == {1, 3, 4})
    assert await running.threads.run(balances) == {ANN: 3}
    assert "entries are gone" in capfd.readouterr().out


async def test_a_rewind_goes_on_under_the_same_epoch(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    for n in range(3):
        owned.append(Posting(ANN, str(n)))
    await until(lambda: log.acknowledged == {1, 2, 3})
    log.values.clear()
    log.acknowledged.clear()
    await owned.owner.rewind(1, "")
    owned.append(Posting(ANN, "of another log"))
    await until(lambda: log.acknowledged == {1})
    assert await running.threads.run(balances) == {ANN: 4}
    assert (await running.threads.run(cursors.read, claim()))[:3] == (1, 2, "tag-1")


async def test_an_orderly_leave_is_told_from_any_other(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire(epoch=1)
    owned.append(Posting(ANN, "1"))
    await until(lambda: log.acknowledged)
    assert not (await running.threads.run(cursors.read, claim())).clean
    await owned.owner.release(5)
    assert (await running.threads.run(cursors.read, claim())).clean
    assert database.is_closed(), "nothing of this ran on the loop's thread"


async def test_a_leave_finishes_the_transaction_in_hand(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    ledger.begun.clear()
    owned.append(Posting(ANN, "1", fault="slow handler"))
    await until(ledger.begun.is_set)
    await owned.owner.release(5)
    assert await running.threads.run(balances) == {ANN: 1}
    assert (await running.threads.run(cursors.read, claim())).clean
