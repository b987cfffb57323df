"""Who is being erased has no events: none is applied, none becomes a dead letter (design 5.13)."""

from uuid import UUID, uuid4

import pytest

from models import user_state
from models.database import database, execute
from pipeline.batch import Item
from pipeline.events import ActivityChanged
from pipeline.handling import Handling
from pipeline.rebuild import rebuild
from pipeline.running_stage import RunningStage
from pipeline.stage import Stage
from pipeline.sweep import sweep_page
from pipeline.topics import Topic
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, query, until
from tests.services.stage.ledger import Posting, balances, derive

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()


def erase(user: UUID) -> None:
    """As `DELETE /me` marks it."""
    with database.atomic():
        user_state.restrict(user)
        execute(
            "INSERT INTO erasure (id, user_id, user_hash, secret_hash, state, not_before)"
            " VALUES (gen_random_uuid(), %s, '', '', 'waiting', now())",
            (user,),
        )


@pytest.mark.parametrize("fault", ["", "invalid", "check", "handler", "sql", "refused"])
async def test_events_of_the_erased_are_dropped_and_others_count(
    running: RunningStage, acquire: Acquire, log: Log, fault: str
) -> None:
    await running.threads.run(erase, ANN)
    owned = await acquire()
    owned.append(Posting(ANN, "1", fault=fault), Posting(BOB, "1"))
    owned.append(Posting(ANN, "2"))
    await until(lambda: len(log.acknowledged) == 2)
    assert await running.threads.run(balances) == {BOB: 1}
    assert await query(running, "SELECT user_id FROM dead_letter") == []


async def test_a_rebuild_of_the_erased_derives_nothing(running: RunningStage) -> None:
    await running.threads.run(execute, "INSERT INTO posting VALUES (%s, '1', 5)", (ANN,))
    await running.threads.run(erase, ANN)
    assert (await running.threads.run(rebuild, ANN, derive)).days == ()
    assert await running.threads.run(balances) == {}


async def test_stages_that_follow_and_their_sweep_leave_the_erased_alone(
    make_stage: MakeStage,
) -> None:
    told: list[UUID] = []
    stage = Stage(
        "told", Topic("hints"), ActivityChanged, lambda u, _: told.extend(u), None, True, None
    )
    run = make_stage(stage).threads.run
    await run(erase, ANN)
    await run(user_state.lock, [BOB])
    await run(sweep_page, stage, None, 10)
    assert told == [BOB]
    # Nobody knows the erased any more, and a hint that is still on its way does not either.
    await run(execute, "DELETE FROM user_state WHERE user_id = %s", (ANN,))
    await run(_hint, stage, ANN)
    assert told == [BOB]
    assert await run(_progress) == {BOB}


def _hint(stage: Stage, user: UUID) -> None:
    item = Item(1, 0, "", b"", ActivityChanged(user, 1))
    with database.atomic():
        Handling.begin(stage, [item]).run([item])


def _progress() -> set[UUID]:
    return {user for (user,) in execute("SELECT user_id FROM stage_progress").fetchall()}
