"""The children in which events are touched: one death is one event's deed, or nobody's."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest
import uvloop

from models.database import execute
from pipeline import check_process
from pipeline.check_process import Task, frame, request
from pipeline.check_processes import CheckProcesses, CheckUnavailable
from pipeline.retries import retry_due
from pipeline.running_stage import RunningStage
from tests.instance import wait_until
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, Owned, query, until
from tests.services.stage.ledger import LEDGER, Posting, check

pytestmark = pytest.mark.services

GOOD = msgspec.json.encode(Posting(uuid4(), "1"))
DEADLY = msgspec.json.encode(Posting(uuid4(), "2", fault="exit"))


def _children(of: int | None = None) -> set[int]:
    """The child processes that live, of this process or another."""
    pid = of or os.getpid()
    return {int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def test_the_loop_of_a_real_worker_knows_a_process_that_was_ended() -> None:
    async def told() -> None:
        processes, before = CheckProcesses(LEDGER, 30, 30), _children()
        async with processes.turn():
            assert await processes.survivors([GOOD]) == 1
        (process,) = _children() - before
        os.kill(process, signal.SIGKILL)
        await until(lambda: process not in _children())
        async with processes.turn():
            assert await processes.survivors([GOOD, DEADLY]) == 1
        await processes.close()

    uvloop.run(told())


@pytest.mark.parametrize("trial", [False, True])
async def test_a_child_that_was_ended_between_two_events_is_no_events_deed(
    make_stage: MakeStage, trial: bool
) -> None:
    processes, before = make_stage().check_processes, _children()
    async with processes.turn():
        assert await processes.survivors([GOOD], trial=trial) == 1
    (child,) = _children() - before
    os.kill(child, signal.SIGKILL)
    async with processes.turn():
        assert await processes.survivors([GOOD, DEADLY, GOOD], trial=trial) == 1
        assert await processes.survivors([GOOD], trial=trial) == 1


async def test_a_death_costs_a_child_and_no_process(make_stage: MakeStage) -> None:
    processes, before = make_stage().check_processes, _children()
    async with processes.turn():
        assert await processes.survivors([GOOD, DEADLY, GOOD]) == 1
        started = _children() - before
        assert await processes.survivors([DEADLY]) == 0
        assert await processes.survivors([GOOD, GOOD]) == 2
    assert _children() - before == started
    assert len(started) == 1


async def test_no_child_to_be_had_is_no_events_deed(
    make_stage: MakeStage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = "import os\ndef none():\n    raise BlockingIOError\nos.fork = none"
    (tmp_path / "sitecustomize.py").write_text(program)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    processes = make_stage().check_processes
    async with processes.turn():
        with pytest.raises(CheckUnavailable):
            await processes.survivors([GOOD, GOOD])


async def test_a_sigterm_to_everybody_is_no_events_deed(make_stage: MakeStage) -> None:
    processes, before = make_stage().check_processes, _children()
    slow = msgspec.json.encode(Posting(uuid4(), "5", fault="slow"))
    async with processes.turn():
        assert await processes.survivors([GOOD]) == 1
        (process,) = _children() - before
        trying = asyncio.create_task(processes.survivors([slow, slow]))
        await until(lambda: _children(process))
        os.killpg(process, signal.SIGTERM)
        assert await trying == 2


async def test_an_event_that_ends_the_process_with_its_child_is_told_from_others(
    make_stage: MakeStage,
) -> None:
    processes = make_stage().check_processes
    async with processes.turn():
        group = msgspec.json.encode(Posting(uuid4(), "3", fault="group"))
        assert await processes.survivors([GOOD, GOOD, group, GOOD]) == 2
        assert await processes.survivors([group]) == 0
        assert await processes.survivors([GOOD]) == 1


def test_whose_parent_is_gone_ends_with_its_child() -> None:
    endless = msgspec.json.encode(Posting(uuid4(), "4", fault="alarm"))
    task = Task(sys.path, (Posting.__module__, "Posting"), (check.__module__, "check"), 60, None)
    command = [sys.executable, "-P", check_process.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(frame(msgspec.json.encode(task)) + request([endless]))
        process.stdin.flush()
        (child,) = wait_until(lambda: _children(process.pid), what="a child")
        process.stdin.close()
        assert process.wait(10) == 0
    wait_until(lambda: not Path(f"/proc/{child}").exists(), what="it is gone")


async def test_one_that_checks_and_one_that_tries_stay_for_the_next_turn(
    make_stage: MakeStage,
) -> None:
    processes, before = make_stage(check_linger_s=60).check_processes, _children()
    seen = set()
    for _ in range(3):
        async with processes.turn():
            assert await processes.survivors([GOOD]) == 1
            assert await processes.passes([GOOD])
        seen |= _children() - before
    assert len(seen) == 2
    await processes.close()
    assert _children() == before


async def test_what_this_code_survived_before_is_tried_again_without(
    make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    running, before = make_stage(check_linger_s=60), _children()
    log.append(Posting(uuid4(), "1", fault="check"))
    owned = await acquire(stage=running)
    await until(lambda: log.acknowledged)
    await _try_again(running, owned, attempts=2)
    assert _children() == before
    await running.threads.run(execute, "UPDATE dead_letter SET code_version = 'older'")
    await _try_again(running, owned, attempts=3)
    assert len(_children() - before) == 1


async def _try_again(running: RunningStage, owned: Owned, attempts: int) -> None:
    """Try the dead letter once more, by which it was tried so often."""
    await running.threads.run(execute, "UPDATE dead_letter SET next_at = now()")
    await retry_due(running, owned.owner.claim)
    assert await query(running, "SELECT attempts FROM dead_letter") == [(attempts,)]


async def test_they_go_when_nobody_wants_them(make_stage: MakeStage) -> None:
    processes, before = make_stage(check_linger_s=0.05).check_processes, _children()
    async with processes.turn():
        assert await processes.survivors([GOOD]) == 1
    await until(lambda: _children() == before)
