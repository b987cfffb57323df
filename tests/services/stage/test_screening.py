"""What may end the process goes through the check process before a worker touches it.

Whatever here says `exit` would end the process of these tests.
"""

from uuid import uuid4

import msgspec
import pytest

from models.database import execute
from pipeline.check_processes import CheckUnavailable
from pipeline.resemblance import SURVIVORS
from pipeline.running_stage import RunningStage
from pipeline.screening import MOST_LETTERS
from pipeline.stage_reporter import StageReporter
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Owned, query, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()
DEADLY = ("exit", "handler exit")


def raw(posting: Posting) -> bytes:
    """As it stands on the stream."""
    return msgspec.json.encode(posting)


def deadly(fault: str, number: int) -> bytes:
    """One of those that ended processes before."""
    return raw(Posting(uuid4(), f"before-{number}", fault=fault))


async def applied(owned: Owned, *postings: Posting) -> None:
    """Append an entry and wait until it is done with."""
    offset = owned.append(*postings)
    await until(lambda: offset in owned.log.acknowledged)


async def quarantined(running: RunningStage) -> list[str]:
    """The ids of what is not touched any more."""
    rows = await query(
        running,
        "SELECT convert_from(event, 'UTF8')::json ->> 'id' FROM dead_letter"
        " WHERE error_class = 'Quarantined' AND state = 'open' ORDER BY \"offset\", index",
    )
    return [id for (id,) in rows]


@pytest.mark.parametrize("fault", DEADLY)
async def test_what_resembles_events_that_ended_processes_ends_no_worker(
    running: RunningStage, acquire: Acquire, fault: str
) -> None:
    running.screening.learn([deadly(fault, 1), deadly(fault, 2)], [raw(Posting(ANN, "0"))])
    owned = await acquire()
    await applied(owned, Posting(ANN, "1"), Posting(BOB, "2", fault=fault), Posting(BOB, "3"))
    assert await quarantined(running) == ["2"]
    assert await running.threads.run(balances) == {ANN: 1, BOB: 1}


async def test_a_suspect_that_survives_is_applied_and_clears_its_like(
    running: RunningStage, acquire: Acquire
) -> None:
    running.screening.learn([deadly("harmless now", 1), deadly("harmless now", 2)], [])
    owned = await acquire()
    many = 2 * SURVIVORS
    await applied(owned, *(Posting(ANN, str(n), fault="harmless now") for n in range(many)))
    assert not running.screening.resemblance.falls_on(deadly("harmless now", 3))
    assert await quarantined(running) == []
    assert await running.threads.run(balances) == {ANN: many}


async def test_after_a_new_kind_every_event_is_checked_first_for_a_while(
    make_stage: MakeStage, acquire: Acquire
) -> None:
    running = make_stage(check_events=2)
    running.screening.learn([b'{"like":"no other"}'], [])
    owned = await acquire(stage=running)
    await applied(owned, Posting(ANN, "1"), Posting(ANN, "2", fault="exit"))
    assert await quarantined(running) == ["2"]
    assert running.screening.alert  # for this was another kind
    await applied(owned, Posting(ANN, "3"), Posting(ANN, "4"))
    assert not running.screening.alert
    assert await running.threads.run(balances) == {ANN: 3}


async def test_what_could_not_be_checked_counts_for_nothing(
    make_stage: MakeStage, acquire: Acquire, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = make_stage(check_events=100)
    running.screening.learn([b'{"like":"no other"}'], [])
    monkeypatch.setattr("sys.executable", "/no/such/program")
    owned = await acquire(stage=running)
    offset = owned.append(Posting(ANN, "1"), Posting(ANN, "2", fault="exit"))
    await until(lambda: running.state.retries > 1)
    monkeypatch.undo()
    await until(lambda: offset in owned.log.acknowledged)
    assert await quarantined(running) == ["2"]


async def test_a_trial_that_only_the_environment_failed_lets_nothing_through(
    running: RunningStage,
) -> None:
    raws = [deadly("handler exit", 1), deadly("full", 2)]
    async with running.check_processes.turn():
        with pytest.raises(CheckUnavailable):
            await running.check_processes.passes(raws[1:])
        with pytest.raises(CheckUnavailable):
            await running.check_processes.survivors(raws[1:], trial=True)


async def test_who_must_leave_while_events_are_screened_leaves_them_to_be_examined(
    running: RunningStage, acquire: Acquire
) -> None:
    running.screening.learn([deadly("alarm", 1), deadly("alarm", 2)], [])
    owned = await acquire()
    owned.append(Posting(ANN, "1", fault="alarm"))
    await until(lambda: running.check_processes.is_busy)
    await owned.owner.release(0.05)
    await running.check_processes.close()
    assert await query(running, "SELECT next_offset, clean FROM stream_cursor") == [(1, False)]
    assert await quarantined(running) == []


async def test_a_process_hears_of_what_ended_others(
    make_stage: MakeStage, acquire: Acquire
) -> None:
    first, second = make_stage(), make_stage()
    first.screening.learn([deadly("exit", 1), deadly("exit", 2)], [])
    owned = await acquire(stage=first)
    await applied(owned, *(Posting(ANN, str(n), fault="exit") for n in range(MOST_LETTERS + 5)))
    reporter = StageReporter(second)
    for _ in range(2):
        await reporter.exchange([])
        assert len(second.screening.heard) == MOST_LETTERS
    assert second.screening.resemblance.falls_on(deadly("exit", 3))
    await first.threads.run(execute, "UPDATE dead_letter SET state = 'discarded'")
    third = make_stage()
    await StageReporter(third).exchange([])
    assert not third.screening.resemblance
