"""Three kinds of failure, and an entry leaves whole (design 5.7, 5.8)."""

from contextlib import suppress
from uuid import UUID, uuid4

import msgspec
import peewee
import pytest

from models import cursors, dead_letter_pages, retries
from models.database import execute
from models.dead_letter_pages import DeadLetter, Filter
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, Owned, claim, query, until
from tests.services.stage.ledger import Posting, balances
from tests.sql import sql

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()


async def letters(running: RunningStage) -> list[DeadLetter]:
    """What is buried, oldest first."""
    found = await running.threads.run(dead_letter_pages.page, Filter(stage="ledger"), None, 100)
    return found[::-1]


async def test_an_invalid_event_is_a_dead_letter_at_once(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append(Posting(ANN, "1"), Posting(ANN, "2", fault="invalid"), Posting(BOB, "3"))
    await acquire()
    await until(lambda: log.acknowledged == {1})
    (letter,) = await letters(running)
    assert (letter.state, letter.attempts, letter.user_id) == ("open", 1, ANN)
    assert (letter.topic, letter.partition, letter.offset, letter.index) == ("postings", 0, 1, 1)
    assert (letter.error_class, letter.error_message) == ("Invalid", "not a posting")
    assert "in check" in letter.traceback
    assert await running.threads.run(balances) == {ANN: 1, BOB: 1}


@pytest.mark.parametrize("fault", ["check", "handler", "sql", "refused"])
async def test_an_event_that_fails_by_itself_costs_nobody_else(
    running: RunningStage, acquire: Acquire, log: Log, fault: str
) -> None:
    log.append(Posting(ANN, "1"), Posting(ANN, "2", fault=fault), Posting(BOB, "3"))
    log.append(Posting(ANN, "4"))
    await acquire()
    await until(lambda: log.acknowledged == {1, 2})
    (letter,) = await letters(running)
    assert (letter.state, letter.index, letter.user_id) == ("retrying", 1, ANN)
    assert await running.threads.run(balances) == {ANN: 2, BOB: 1}


async def test_a_failed_event_is_tried_again_until_it_is_left_to_a_person(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append(Posting(ANN, "1", fault="handler"))
    owned = await acquire()
    await until(lambda: log.acknowledged)
    while (letter := (await letters(running))[0]).state == "retrying":
        owned.owner.retry_dead_letters()
    assert (letter.state, letter.attempts, letter.next_at) == ("open", 5, None)


async def test_what_passes_on_a_later_try_is_done_and_hinted(
    running: RunningStage, acquire: Acquire, log: Log, published: list[tuple[int, bytes]]
) -> None:
    await running.threads.run(execute, "ALTER TABLE posting ADD CHECK (id <> 'early')")
    log.append(Posting(ANN, "early"), Posting(BOB, "1"))
    owned = await acquire()
    await until(lambda: published)
    await running.threads.run(execute, "ALTER TABLE posting DROP CONSTRAINT posting_id_check")
    await _until_due(running)
    owned.owner.retry_dead_letters()
    await until(lambda: len(published) == 2)
    (letter,) = await letters(running)
    assert letter.state == "done"
    assert await running.threads.run(balances) == {ANN: 1, BOB: 1}


@pytest.mark.parametrize(("ended", "state"), [(2, "done"), (3, "open")])
async def test_tries_that_were_ended_from_outside_are_made_again_as_long_as_they_are_few(
    make_stage: MakeStage, acquire: Acquire, log: Log, ended: int, state: str
) -> None:
    running = make_stage(dead_letter_attempts=1)
    log.append(Posting(ANN, "1", fault="invalid"))
    owned = await acquire(stage=running)
    await until(lambda: log.acknowledged)
    good = msgspec.json.encode(Posting(ANN, "1"))
    await running.threads.run(
        execute,
        "UPDATE dead_letter SET event = %s, state = 'retrying', attempts = %s, next_at = now()",
        (good, ended),
    )
    while (letter := (await letters(running))[0]).state == "retrying":
        owned.owner.retry_dead_letters()
    assert letter.state == state
    assert await running.threads.run(balances) == ({ANN: 1} if state == "done" else {})


async def test_a_zombie_does_not_apply_dead_letters(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append(Posting(ANN, "1", fault="handler"))
    zombie = await acquire(epoch=1)
    await until(lambda: log.acknowledged)
    await acquire(epoch=2)
    await _until_due(running)
    zombie.owner.retry_dead_letters()
    await until(zombie.lost.is_set)
    (letter,) = await letters(running)
    assert letter.attempts == 1


async def test_an_undecodable_event_costs_only_itself(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append(b"{broken", Posting(ANN, "1"))
    await acquire()
    await until(lambda: log.acknowledged)
    (letter,) = await letters(running)
    assert (letter.state, letter.index, letter.event) == ("open", 0, b"{broken")
    assert await running.threads.run(balances) == {ANN: 1}


async def test_an_undecodable_entry_is_buried_whole_and_the_stream_goes_on(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append_value(b"\0\xffno record batch")
    log.append(Posting(ANN, "1"))
    await acquire()
    await until(lambda: log.acknowledged == {1, 2})
    (letter,) = await letters(running)
    assert (letter.state, letter.index, letter.error_class) == ("open", -1, "Undecodable")
    assert letter.event == b"\0\xffno record batch"
    assert await running.threads.run(balances) == {ANN: 1}


async def test_an_entry_leaves_whole(running: RunningStage, acquire: Acquire, log: Log) -> None:
    """Whatever the cursor has passed is applied or buried, whenever one looks."""
    faults = ["", "invalid", "check", "", "handler", "sql", "", "refused", "", ""]
    for n in range(30):
        log.append(*(Posting(uuid4(), f"{n}-{i}", fault=f) for i, f in enumerate(faults)))
    await acquire()
    passed = 0
    while passed < 30:
        # One statement is one snapshot.
        ((passed, effects),) = await query(
            running,
            "SELECT (SELECT next_offset - 1 FROM stream_cursor),"
            " (SELECT count(*) FROM posting) + (SELECT count(*) FROM dead_letter)",
        )
        assert effects == passed * len(faults)


async def test_environment_failures_bury_nothing_and_are_waited_out(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    await running.threads.run(execute, DISK_FULL)
    owned = await acquire()
    owned.append(Posting(ANN, "1"), Posting(BOB, "2", fault="invalid"))
    await until(lambda: running.state.status == "waiting")
    await until(lambda: "disk full" in running.state.last_error)
    assert await letters(running) == []
    assert (await running.threads.run(cursors.read, claim())).next_offset == 1
    await running.threads.run(execute, "DROP TRIGGER disk_full ON posting")
    await until(lambda: log.acknowledged == {1})
    await until(lambda: running.state.status == "running")
    assert await running.threads.run(balances) == {ANN: 1}
    assert [letter.state for letter in await letters(running)] == ["open"]


async def test_a_lost_connection_costs_nothing(
    running: RunningStage, acquire: Acquire, log: Log, ledger_database: str
) -> None:
    owned = await acquire()
    for n in range(40):
        owned.append(Posting(ANN, str(n)))
        if n % 10 == 5:
            await until(lambda: log.acknowledged)
            _terminate_all(ledger_database)
    await until(lambda: len(log.acknowledged) == 40)
    # Each thread finds out about its own session, at the first use of it.
    while (found := await _balances_if_connected(running)) is None:
        pass
    assert found == {ANN: 40}


async def test_two_writers_of_one_user_lose_nothing(
    running: RunningStage, make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    """A replay and live events, of whatever partition: both lock the user first (design 5.2)."""
    other = Log()
    elsewhere = await Owned(make_stage(), other, claim(partition=1)).acquire()
    here = await acquire()
    for n in range(60):
        here.append(Posting(ANN, f"here-{n}"))
        elsewhere.append(Posting(ANN, f"there-{n}"))
    await until(lambda: len(log.acknowledged) == len(other.acknowledged) == 60)
    await elsewhere.owner.stop(5)
    assert await running.threads.run(balances) == {ANN: 120}


DISK_FULL = """
CREATE FUNCTION disk_full() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'disk full' USING ERRCODE = '53100'; END $$;
CREATE TRIGGER disk_full BEFORE INSERT ON posting EXECUTE FUNCTION disk_full();
"""


def _terminate_all(url: str) -> None:
    sql(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )


async def _balances_if_connected(running: RunningStage) -> dict[UUID, int] | None:
    with suppress(peewee.OperationalError, peewee.InterfaceError):
        if not await letters(running):
            return await running.threads.run(balances)
    return None


async def _until_due(running: RunningStage) -> None:
    while not await running.threads.run(retries.partitions_due, "ledger", "postings"):
        pass
