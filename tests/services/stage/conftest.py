"""A ledger stage on a database of its own, and owners of its partition."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace

import pytest

from models.database import configure, database, execute
from pipeline.running_stage import RunningStage
from pipeline.settings import Settings
from pipeline.stage import Stage
from tests.services.stage.driver import Log, Owned, claim
from tests.services.stage.ledger import LEDGER, TABLES

MakeStage = Callable[..., RunningStage]
Acquire = Callable[..., Awaitable[Owned]]


@pytest.fixture
def ledger_database(database_url: str) -> str:
    """The database, with the ledger's tables."""
    configure(database_url, lease_s=30, statement_timeout_s=20, lock_timeout_s=10)
    with database.connection_context():
        execute(TABLES)
    return database_url


@pytest.fixture
async def published() -> list[tuple[int, bytes]]:
    """The hints that were appended: (partition, value)."""
    return []


@pytest.fixture
async def make_stage(
    ledger_database: str,
    settings: Callable[..., Settings],
    published: list[tuple[int, bytes]],
) -> AsyncIterator[MakeStage]:
    """Makes a running stage with settings given by name."""
    made: list[RunningStage] = []

    async def append(partition: int, value: bytes) -> None:
        published.append((partition, value))

    def make(stage: Stage = LEDGER, **fields: object) -> RunningStage:
        quick = {"dead_letter_delay_s": 0.01, "stage_retry_max_s": 0.1, "breaker_pause_s": 0.1}
        values = settings(database_url=ledger_database, **{**quick, **fields})
        made.append(RunningStage(replace(stage), values, append))
        made[-1].pauses.update(())
        return made[-1]

    yield make
    for running in made:
        await running.hints.close(5)
        await running.close()


@pytest.fixture
def running(make_stage: MakeStage) -> RunningStage:
    """The ledger stage."""
    return make_stage()


@pytest.fixture
def log() -> Log:
    """An empty log."""
    return Log()


@pytest.fixture
async def acquire(running: RunningStage, log: Log) -> AsyncIterator[Acquire]:
    """Acquires the log's partition under an epoch; what it made is stopped at the end."""
    owned: list[Owned] = []

    async def make(epoch: int = 1, stage: RunningStage | None = None) -> Owned:
        owned.append(await Owned(stage or running, log, claim(epoch)).acquire())
        return owned[-1]

    yield make
    for one in owned:
        await one.owner.stop(5)
