"""When most recent events fail, the stage pauses and says so (design 5.10)."""

from uuid import uuid4

import pytest

from models import dead_letter_pages
from models.database import execute
from models.dead_letter_pages import Filter
from pipeline import metrics
from tests.services.stage.conftest import Acquire, MakeStage
from tests.services.stage.driver import Log, until
from tests.services.stage.ledger import Posting, balances

pytestmark = pytest.mark.services

ANN = uuid4()


async def test_the_stage_pauses_instead_of_filling_the_dead_letters(
    make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    stage = make_stage(breaker_min_failures=10, stage_max_entries=5)
    run = stage.threads.run
    await run(execute, "ALTER TABLE posting ADD CHECK (amount < 0)")
    for n in range(100):
        log.append(Posting(ANN, str(n)))
    await acquire(stage=stage)
    await until(lambda: stage.state.status == "breaker")
    assert metrics.breaker_open.labels("ledger")._value.get() == 1
    assert sum((await run(dead_letter_pages.counts, Filter())).values()) < 10
    assert len(log.acknowledged) < 10
    await run(execute, "ALTER TABLE posting DROP CONSTRAINT posting_amount_check")
    await until(lambda: len(log.acknowledged) == 100)
    assert stage.state.status == "running"
    assert metrics.breaker_open.labels("ledger")._value.get() == 0
    counts = await run(dead_letter_pages.counts, Filter())
    assert (await run(balances))[ANN] == 100 - counts["retrying"]


async def test_a_poison_event_in_a_hundred_pauses_nothing(
    make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    stage = make_stage(breaker_min_failures=5)
    for n in range(1000):
        log.append(Posting(ANN, str(n), fault="check" if n % 100 == 50 else ""))
    await acquire(stage=stage)
    await until(lambda: len(log.acknowledged) == 1000)
    assert not stage.state.breaker_open
    assert await stage.threads.run(balances) == {ANN: 990}


async def test_invalid_events_do_not_count(
    make_stage: MakeStage, acquire: Acquire, log: Log
) -> None:
    stage = make_stage(breaker_min_failures=5)
    for n in range(50):
        log.append(Posting(ANN, str(n), fault="invalid"))
    await acquire(stage=stage)
    await until(lambda: len(log.acknowledged) == 50)
    counts = await stage.threads.run(dead_letter_pages.counts, Filter(error="Invalid"))
    assert counts["open"] == 50
