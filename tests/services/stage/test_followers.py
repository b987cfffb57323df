"""Triggers are hints: truth is rev and done_rev, and the sweep (design 5.6)."""

import asyncio
import random
from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from models import user_state
from models.cursors import Claim
from models.database import database, execute
from pipeline.events import ActivityChanged
from pipeline.running_stage import RunningStage
from pipeline.stage import Stage
from pipeline.sweep import sweep_page
from pipeline.topics import Topic
from pipeline.transaction import Transaction
from tests.services.stage.conftest import MakeStage
from tests.services.stage.driver import Log, Owned, query, until

pytestmark = pytest.mark.services

USERS = [uuid4() for _ in range(20)]


def mirror(users: Sequence[UUID], transaction: Transaction) -> None:
    """Copy each user's sum of postings."""
    for user in users:
        execute(
            "INSERT INTO balance SELECT %s, coalesce(sum(amount), 0) FROM posting"
            " WHERE user_id = %s ON CONFLICT (user_id) DO UPDATE SET amount = excluded.amount",
            (user, user),
        )


MIRROR = Stage("mirror", Topic("hints"), ActivityChanged, mirror, None, True, None)


@pytest.fixture
def follower(make_stage: MakeStage) -> RunningStage:
    """A stage that follows the postings."""
    return make_stage(MIRROR)


def post(user: UUID, id: str) -> None:
    """Change what a user's rows derive from, as the stage before does."""
    with database.atomic():
        user_state.lock([user])
        execute("INSERT INTO posting VALUES (%s, %s, 1)", (user, id))


async def behind(running: RunningStage) -> int:
    """Users whose copy is not up to date, by the stage's own books and by comparison."""
    ((books, truth),) = await query(
        running,
        "SELECT (SELECT count(*) FROM user_state s LEFT JOIN stage_progress p USING (user_id)"
        "   WHERE s.rev > coalesce(p.done_rev, 0)),"
        " (SELECT count(*) FROM (SELECT user_id, sum(amount) AS amount FROM posting GROUP BY 1)"
        "   AS p LEFT JOIN balance b USING (user_id) WHERE p.amount IS DISTINCT FROM b.amount)",
    )
    assert books >= truth
    return int(books)


async def test_hints_lost_doubled_and_shuffled_change_nothing_in_the_end(
    follower: RunningStage,
) -> None:
    run, chance = follower.threads.run, random.Random(7)
    log = Log()
    owned = await Owned(follower, log, Claim("mirror", "hints", 0, 1)).acquire()
    hints = []
    for n in range(200):
        user = chance.choice(USERS)
        await run(post, user, str(n))
        hints.append(ActivityChanged(user, n))
    kept = chance.sample(hints + hints, 300)
    for hint in kept:
        owned.append(hint)
    await until(lambda: len(log.acknowledged) == len(kept))
    for n in range(5):
        await run(post, USERS[n], f"unhinted {n}")
    assert await behind(follower) >= 5
    await _sweep(follower)
    assert await behind(follower) == 0
    await owned.owner.stop(5)


async def test_a_user_who_is_up_to_date_is_not_computed_again(follower: RunningStage) -> None:
    run = follower.threads.run
    await run(post, USERS[0], "1")
    await _sweep(follower)
    await run(execute, "UPDATE balance SET amount = 99")
    await _sweep(follower)
    assert await query(follower, "SELECT amount FROM balance") == [(99,)]


async def test_the_sweep_goes_on_past_a_user_whose_work_fails(follower: RunningStage) -> None:
    run = follower.threads.run
    for n, user in enumerate(USERS):
        await run(post, user, str(n))
    await run(execute, f"ALTER TABLE balance ADD CHECK (user_id <> '{USERS[3]}')")
    await _sweep(follower)
    assert await behind(follower) == 1
    await run(execute, "ALTER TABLE balance DROP CONSTRAINT balance_user_id_check")
    await _sweep(follower)
    assert await behind(follower) == 0


async def test_two_sweeps_and_live_hints_together_end_up_to_date(
    make_stage: MakeStage,
) -> None:
    one, other = make_stage(MIRROR), make_stage(MIRROR)
    log = Log()
    owned = await Owned(one, log, Claim("mirror", "hints", 0, 1)).acquire()
    for n in range(100):
        user = USERS[n % len(USERS)]
        await one.threads.run(post, user, str(n))
        owned.append(ActivityChanged(user, n))
        if n % 20 == 10:
            await asyncio.gather(_sweep(one), _sweep(other))
    await until(lambda: len(log.acknowledged) == 100)
    await _sweep(other)
    assert await behind(one) == 0
    await owned.owner.stop(5)


async def _sweep(running: RunningStage) -> None:
    after: UUID | None = None
    while (after := await running.threads.run(sweep_page, running.stage, after, 7)) is not None:
        pass
