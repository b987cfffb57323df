"""A rebuild is per user, in place, under the user's lock (design 5.12)."""

from uuid import UUID, uuid4

import pytest

from models import rebuilds
from models.database import database, execute
from models.held_partitions import Held
from pipeline import topics
from pipeline.rebuild import rebuild, rebuild_next
from pipeline.running_stage import RunningStage
from pipeline.stage import Part, Recomputed
from pipeline.transaction import Transaction
from tests.services.stage.conftest import Acquire
from tests.services.stage.driver import Log, query, until
from tests.services.stage.ledger import DAY, Posting, balances, derive

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()


def request(user: UUID) -> None:
    """As when a parameter of the user changes."""
    with database.atomic():
        rebuilds.request(user, "a test")


async def test_what_live_events_made_equals_the_rebuild(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    for n in range(20):
        owned.append(Posting(ANN, str(n)), Posting(BOB, str(n % 3), n))
    await until(lambda: len(log.acknowledged) == 20)
    for user in (ANN, BOB):
        assert (await running.threads.run(rebuild, user, derive)).days == ()


async def test_a_wrong_row_is_reported_or_set_right(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    owned = await acquire()
    owned.append(Posting(ANN, "1"))
    await until(lambda: log.acknowledged)
    await running.threads.run(execute, "UPDATE balance SET amount = 7")

    reported = await running.threads.run(rebuild, ANN, derive, write=False)
    assert reported.days == (DAY,)
    assert await running.threads.run(balances) == {ANN: 7}

    written = await running.threads.run(rebuild, ANN, derive)
    assert written.days == (DAY,)
    assert await running.threads.run(balances) == {ANN: 1}
    assert written.hint().days == (DAY.isoformat(),)


async def test_the_queue_is_worked_off_once_each_while_live_events_go_on(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    run, owned = running.threads.run, await acquire()
    for user in (ANN, BOB, ANN):
        await run(request, user)
    for n in range(20):
        owned.append(Posting(ANN, str(n)))
    rebuilt = []
    while (next_one := await run(rebuild_next, derive, running.settings))[0]:
        rebuilt.append(next_one[1])
    assert sorted(one.user_id for one in rebuilt if one) == sorted([ANN, BOB])
    assert await run(rebuilds.waiting) == 0
    await until(lambda: len(log.acknowledged) == 20)
    assert (await run(balances))[ANN] == 20


async def test_users_of_a_paused_partition_wait_in_the_queue(running: RunningStage) -> None:
    run, users = running.threads.run, [UUID(int=at + (7 << 64)) for at in (0, 1, 2, 2**32 - 2)]
    for user in users:
        await run(request, user)
    paused = {topics.partition_of(user, 3) for user in users[1:]}
    held = Held(tuple(paused), 3)
    found = [await run(rebuild_next, derive, running.settings, held) for _ in range(3)]
    free = [user for user in users if topics.partition_of(user, 3) not in paused]
    assert [one.user_id for _, one in found if one] == free
    assert await run(rebuilds.waiting) == len(users) - len(free)


async def test_a_rebuild_that_fails_is_put_off_with_its_error(running: RunningStage) -> None:
    def failing(user: UUID, transaction: Transaction, part: Part) -> Recomputed:
        raise ZeroDivisionError("in the rebuild")

    await running.threads.run(request, ANN)
    assert await running.threads.run(rebuild_next, failing, running.settings) == (True, None)
    assert await running.threads.run(rebuild_next, failing, running.settings) == (False, None)
    assert await query(running, "SELECT attempts, error, next_at > now() FROM rebuild_request") == [
        (1, "ZeroDivisionError: in the rebuild", True)
    ]


async def test_a_request_after_a_rebuild_has_begun_is_another_rebuild(
    running: RunningStage,
) -> None:
    run = running.threads.run
    await run(request, ANN)
    assert await run(rebuilds.claim, 5.0, 60.0) == ANN
    await run(request, ANN)
    found, rebuilt = await run(rebuild_next, derive, running.settings)
    assert found
    assert rebuilt is not None
