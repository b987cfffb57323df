"""The children in which events are touched: one death is one event's deed, or nobody's."""

import os
import signal
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from models.database import execute
from pipeline.running_stage import RunningStage
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, Owned, query, until
from tests.services.stage.ledger import Posting

pytestmark = pytest.mark.services

GOOD = msgspec.json.encode(Posting(uuid4(), "1"))
DEADLY = msgspec.json.encode(Posting(uuid4(), "2", fault="exit"))


def _children() -> set[int]:
    """The child processes that live."""
    text = Path(f"/proc/self/task/{os.getpid()}/children").read_text()
    return {int(pid) for pid in text.split()}


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
    owned = await acquire(stage=running)
    owned.append(Posting(uuid4(), "1", fault="check"))
    await _tried(owned, running, attempts=3)
    assert _children() == before
    await running.threads.run(
        execute, "UPDATE dead_letter SET code_version = 'older', attempts = 3, state = 'retrying'"
    )
    await _tried(owned, running, attempts=4)
    assert len(_children() - before) == 1


async def _tried(owned: Owned, running: RunningStage, attempts: int) -> None:
    """Try the dead letter again until it was so often."""
    while (await query(running, "SELECT coalesce(max(attempts), 0) FROM dead_letter"))[0][
        0
    ] < attempts:
        await running.threads.run(execute, "UPDATE dead_letter SET next_at = now()")
        owned.owner.retry_dead_letters()


async def test_they_go_when_nobody_wants_them(make_stage: MakeStage) -> None:
    processes, before = make_stage(check_linger_s=0.05).check_processes, _children()
    async with processes.turn():
        assert await processes.survivors([GOOD]) == 1
    await until(lambda: _children() == before)
