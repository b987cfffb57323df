"""What resembles failed events goes by itself, so that the others are tried once and not in parts.

The handler's calls are counted: that is what looking for an event costs.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from models.database import execute
from pipeline.running_stage import RunningStage
from pipeline.stage import Hints
from pipeline.suspicion import MOST_FAILURES
from pipeline.transaction import Transaction
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Owned, query, until
from tests.services.stage.ledger import LEDGER, Posting, ledger

pytestmark = pytest.mark.services

PEOPLE = [uuid4() for _ in range(40)]


class Counted:
    """A stage whose handler's calls are counted."""

    def __init__(self, make_stage: MakeStage) -> None:
        self.calls: list[int] = []
        self.running: RunningStage = make_stage(replace(LEDGER, handler=self._handle))
        self._owned: Owned

    def _handle(self, events: Sequence[Posting], transaction: Transaction) -> Hints:
        self.calls.append(len(events))
        return ledger(events, transaction)

    async def begin(self, acquire: Acquire) -> "Counted":
        """Own the partition."""
        self._owned = await acquire(stage=self.running)
        return self

    async def apply(self, *some: Posting) -> list[int]:
        """With a good event of everybody; how many events each call of the handler had."""
        self.calls.clear()
        log = self._owned.log
        good = (Posting(user, f"good {len(log.values)}") for user in PEOPLE)
        offset = self._owned.append(*good, *some)
        await until(lambda: offset in log.acknowledged)
        return list(self.calls)


@pytest.fixture
async def counted(make_stage: MakeStage, acquire: Acquire) -> Counted:
    """The stage, owned."""
    return await Counted(make_stage).begin(acquire)


async def test_the_second_time_only_what_fails_is_tried_by_itself(counted: Counted) -> None:
    first = await counted.apply(
        Posting(PEOPLE[3], "a", fault="sql"), Posting(PEOPLE[30], "b", fault="sql")
    )
    assert len(first) > 10
    again = await counted.apply(
        Posting(PEOPLE[7], "c", fault="sql"), Posting(PEOPLE[8], "d", fault="sql")
    )
    assert sorted(again) == [1, 1, len(PEOPLE)]
    assert await query(counted.running, "SELECT count(*) FROM dead_letter") == [(4,)]
    assert await query(counted.running, "SELECT count(*) FROM posting") == [(2 * len(PEOPLE),)]


async def test_a_good_event_under_suspicion_counts_and_clears_it(counted: Counted) -> None:
    await counted.running.threads.run(execute, "ALTER TABLE posting ADD CHECK (amount <> 7)")
    await counted.apply(*_of_note("early", 2, amount=7))
    passing = await counted.apply(*_of_note("passing", MOST_FAILURES, amount=1))
    assert sorted(passing) == [1, MOST_FAILURES - 1, len(PEOPLE)]
    assert await counted.apply(*_of_note("late", 2, amount=1)) == [len(PEOPLE) + 2]
    assert await query(counted.running, "SELECT count(*) FROM dead_letter") == [(2,)]
    posted = 3 * len(PEOPLE) + MOST_FAILURES + 2
    assert await query(counted.running, "SELECT count(*) FROM posting") == [(posted,)]


def _of_note(name: str, count: int, amount: int) -> list[Posting]:
    """Events that have something in common, of many people."""
    return [
        Posting(PEOPLE[number % len(PEOPLE)], f"{name} {number}", amount, fault="of note")
        for number in range(count)
    ]
