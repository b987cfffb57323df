"""Take what waits, apply it in one transaction, acknowledge."""

from uuid import uuid4

import msgspec
import pytest

from models import cursors
from pipeline import record_batch
from pipeline.events import ActivityChanged
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire
from tests.services.stage.driver import Log, claim, query, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()


async def test_what_is_appended_is_applied_once_and_acknowledged(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    for n in range(20):
        owned.append(Posting(ANN, f"a{n}"), Posting(BOB, f"b{n}", 2))
    await until(lambda: len(log.acknowledged) == 20)
    assert await running.threads.run(balances) == {ANN: 20, BOB: 40}
    cursor = await running.threads.run(cursors.read, claim())
    assert (cursor.next_offset, cursor.tag) == (21, "tag-20")


async def test_hints_of_a_batch_are_one_entry_of_the_same_partition(
    running: RunningStage, acquire: Acquire, log: Log, published: list[tuple[int, bytes]]
) -> None:
    log.append(Posting(ANN, "1"), Posting(BOB, "1"), Posting(ANN, "2"))
    await acquire()
    await until(lambda: published)
    ((partition, value),) = published
    hints = [msgspec.json.decode(raw, type=ActivityChanged) for raw in record_batch.decode(value)]
    assert partition == 0
    assert {(hint.user, hint.rev, hint.days) for hint in hints} == {
        (ANN, 1, ("2026-01-01",)),
        (BOB, 1, ("2026-01-01",)),
    }


async def test_an_entry_below_the_cursor_is_acknowledged_and_not_applied(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    owned.append(Posting(ANN, "1"))
    await until(lambda: log.acknowledged == {1})
    log.acknowledged.clear()
    owned.owner.offer(log.entry(1))
    owned.append(Posting(ANN, "2"))
    await until(lambda: log.acknowledged == {1, 2})
    assert await query(running, "SELECT rev FROM user_state") == [(2,)]
