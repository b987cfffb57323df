"""What is on record as in hand: whose tries ended with their owner, and whose came to nothing."""

from uuid import uuid4

import pytest

from models.cursors import Claim
from models.database import execute
from models.retries import Due
from pipeline.retries import put_back, take_due
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire
from tests.services.stage.driver import Log, query, until
from tests.services.stage.ledger import Posting

pytestmark = pytest.mark.services

STANDING = "SELECT state, attempts, suspect FROM dead_letter"


@pytest.fixture
async def claim(running: RunningStage, acquire: Acquire, log: Log) -> Claim:
    """The claim of an owner that has buried an event."""
    log.append(Posting(uuid4(), "1", fault="handler"))
    owned = await acquire(epoch=1)
    await until(lambda: log.acknowledged)
    return owned.owner.claim


async def take(running: RunningStage, claim: Claim) -> list[Due]:
    """Take what will be due some time."""
    await running.threads.run(execute, "UPDATE dead_letter SET next_at = now()")
    return await running.threads.run(take_due, claim, running.settings)


async def test_a_try_that_ended_with_its_owner_counts_and_makes_a_suspect(
    running: RunningStage, acquire: Acquire, claim: Claim
) -> None:
    (due,) = await take(running, claim)
    assert (due.attempts, due.suspect) == (2, False)
    await acquire(epoch=2)
    after = claim._replace(epoch=2)
    # It is not due again at once.
    assert await take(running, after) == []
    assert await query(running, STANDING) == [("retrying", 2, True)]
    (due,) = await take(running, after)
    assert (due.attempts, due.suspect) == (3, True)


async def test_what_was_given_up_while_its_owner_ended_is_a_suspect_all_the_same(
    running: RunningStage, acquire: Acquire, claim: Claim
) -> None:
    await take(running, claim)
    await running.threads.run(execute, "UPDATE dead_letter SET state = 'discarded'")
    await acquire(epoch=2)
    await take(running, claim._replace(epoch=2))
    assert await query(running, STANDING) == [("discarded", 1, True)]


async def test_the_same_owner_takes_again_what_came_to_nothing(
    running: RunningStage, claim: Claim
) -> None:
    for _ in range(3):
        (due,) = await take(running, claim)
        assert (due.attempts, due.suspect) == (2, False)
    await running.threads.run(put_back, claim, running.settings)
    assert await query(running, STANDING) == [("retrying", 1, False)]
    assert await query(running, "SELECT * FROM retry_in_hand") == []
