"""What ends the process, and what only looks like it (design 5.9)."""

import asyncio
import itertools
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from models import dead_letter_pages
from models.database import execute
from models.dead_letter_pages import DeadLetter, Filter
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, query, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN, BOB = uuid4(), uuid4()

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(ledger_database: str, log: Log, tmp_path: Path) -> Start:
    """Starts an owner process, each with a higher epoch."""
    epochs = itertools.count(1)

    def begin() -> "subprocess.Popen[bytes]":
        file = tmp_path / "log.json"
        file.write_bytes(msgspec.json.encode(log.values))
        command = [sys.executable, "-m", "tests.services.stage.worker", ledger_database]
        return subprocess.Popen([*command, file, str(next(epochs))], stdout=subprocess.PIPE)

    return begin


def supervise(start: Start) -> list[int]:
    """Start the owner again until it ends in order; the exit codes."""
    codes: list[int] = []
    while not codes or codes[-1] != 0:
        with start() as process:
            codes.append(process.wait())
        assert len(codes) < 10
    return codes


async def letters(running: RunningStage) -> list[DeadLetter]:
    """What is buried."""
    return await running.threads.run(dead_letter_pages.page, Filter(), None, 100)


async def test_an_event_whose_check_ends_the_process_is_quarantined_and_others_flow(
    running: RunningStage, log: Log, start: Start
) -> None:
    log.append(Posting(ANN, "1"))
    log.append(Posting(ANN, "2"), Posting(ANN, "3", fault="exit"), Posting(BOB, "4"))
    log.append(Posting(BOB, "5"))
    assert supervise(start) == [137, 0]
    (letter,) = await letters(running)
    assert (letter.offset, letter.index, letter.state) == (2, 1, "open")
    assert letter.error_class == "Quarantined"
    assert await running.threads.run(balances) == {ANN: 2, BOB: 2}
    assert await query(running, "SELECT * FROM event_attempt") == []


async def test_careful_mode_ends_with_what_a_worker_takes_at_once(
    make_stage: MakeStage, log: Log, acquire: Acquire, start: Start
) -> None:
    log.append(Posting(ANN, "1", fault="slow"), Posting(ANN, "2"))
    with start() as process:
        _owned(process)
        process.kill()
    for number in range(3, 6):
        log.append(Posting(ANN, str(number)))
    log.append(Posting(BOB, "6", fault="check"))
    running = make_stage(stage_max_events=4)
    await acquire(10, stage=running)
    await until(lambda: 3 in log.acknowledged)
    assert running.state.careful == set()
    await until(lambda: 5 in log.acknowledged)


async def test_who_leaves_while_it_examines_has_not_died_of_it(
    running: RunningStage, log: Log, acquire: Acquire, start: Start
) -> None:
    log.append(Posting(ANN, "1", fault="slow"), Posting(ANN, "2", fault="exit"))
    with start() as process:
        _owned(process)
        process.kill()
    owned = await acquire(10)
    await until(lambda: running.check_processes.is_busy)
    await owned.owner.release(30)
    assert await query(running, "SELECT * FROM event_attempt WHERE index = -1") == []
    assert await query(running, "SELECT next_offset, clean FROM stream_cursor") == [(1, False)]
    await acquire(11)
    await until(lambda: 1 in log.acknowledged)
    assert len(await letters(running)) == 1


async def test_a_check_that_never_returns_is_quarantined(
    running: RunningStage, log: Log, start: Start
) -> None:
    log.append(Posting(ANN, "1"), Posting(ANN, "2", fault="alarm"))
    with start() as process:
        _owned(process)
        process.kill()
    assert supervise(start) == [0]
    (letter,) = await letters(running)
    assert (letter.index, letter.error_class) == (1, "Quarantined")
    assert await running.threads.run(balances) == {ANN: 1}


async def test_an_event_whose_handler_ends_the_process_is_found_by_a_trial(
    running: RunningStage, log: Log, start: Start
) -> None:
    log.append(Posting(ANN, "1"))
    log.append(Posting(ANN, "2"), Posting(ANN, "3", fault="handler exit"), Posting(BOB, "4"))
    assert supervise(start) == [137, 137, 0]
    (letter,) = await letters(running)
    assert (letter.offset, letter.index, letter.error_class) == (2, 1, "Quarantined")
    assert await running.threads.run(balances) == {ANN: 2, BOB: 1}


@pytest.mark.parametrize("fault", ["slow", "very slow handler"])
async def test_sigkill_from_outside_quarantines_nobody(
    running: RunningStage, log: Log, start: Start, fault: str
) -> None:
    log.append(Posting(ANN, "1"), Posting(ANN, "2", fault=fault), Posting(BOB, "3"))
    for _ in range(5):
        with start() as process:
            _owned(process)
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(0.3)
            process.send_signal(signal.SIGKILL)
    assert supervise(start) == [0]
    assert await letters(running) == []
    assert await running.threads.run(balances) == {ANN: 2, BOB: 1}


@pytest.mark.parametrize(
    ("fault", "passes"), [("", True), ("handler", False), ("sql", False), ("handler exit", False)]
)
async def test_a_trial_of_many_at_once_passes_only_without_any_fault(
    running: RunningStage, fault: str, passes: bool
) -> None:
    good = [Posting(ANN, str(number)) for number in range(100)]
    events = [msgspec.json.encode(each) for each in (*good, Posting(BOB, "x", fault=fault))]
    processes = running.check_processes
    async with processes.turn():
        assert await processes.passes(events) is passes
        assert await processes.survivors(events, trial=True) == (
            100 if fault == "handler exit" else 101
        )
    assert await running.threads.run(balances) == {}


@pytest.mark.parametrize("word", ["error_class = 'Quarantined'", "code_version = 'older'"])
async def test_a_dead_letter_that_ends_its_process_ends_no_owner(
    running: RunningStage, log: Log, acquire: Acquire, word: str
) -> None:
    """As when a person has a quarantined event tried again, or the code is another."""
    log.append(Posting(ANN, "1", fault="handler"))
    owned = await acquire()
    await until(lambda: log.acknowledged)
    deadly = msgspec.json.encode(Posting(ANN, "1", fault="exit"))
    await running.threads.run(execute, f"UPDATE dead_letter SET event = %s, {word}", (deadly,))
    while (letter := (await letters(running))[0]).state == "retrying":
        owned.owner.retry_dead_letters()
    assert (letter.state, letter.error_class) == ("open", "Quarantined")


def _owned(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == b"owned\n"


async def test_what_ends_processes_in_the_handler_ends_none_when_it_is_released(
    running: RunningStage, acquire: Acquire, log: Log
) -> None:
    log.append(Posting(ANN, "1", fault="check"), Posting(ANN, "2", fault="check"))
    owned = await acquire()
    await until(lambda: log.acknowledged == {1})
    deadly, good = Posting(ANN, "1", fault="handler exit"), Posting(ANN, "2")
    for number, (event, error) in enumerate(((deadly, "Quarantined"), (good, "ValueError"))):
        await running.threads.run(
            execute,
            "UPDATE dead_letter SET event = %s, error_class = %s, state = 'retrying',"
            " attempts = 0, next_at = now() WHERE index = %s",
            (msgspec.json.encode(event), error, number),
        )
    owned.owner.retry_dead_letters()

    async def states() -> dict[int, tuple[str, str]]:
        rows = "SELECT index, state, error_class FROM dead_letter"
        return {index: (state, error) for index, state, error in await query(running, rows)}

    async with asyncio.timeout(60):
        while (await states())[1][0] != "done":
            await asyncio.sleep(0.05)
    assert await states() == {0: ("open", "Quarantined"), 1: ("done", "ValueError")}
    assert await running.threads.run(balances) == {ANN: 1}
