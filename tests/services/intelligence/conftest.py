"""People's usage and work in the tables, and the stages that follow without a stream around."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import agents
from models.database import configure, database, execute
from pipeline import followers
from pipeline.events import UsageEvent
from pipeline.stage import discover
from pipeline.steps.days import Period
from pipeline.transaction import Transaction
from tests.instance import SECRETS
from tests.services.usage.conftest import Tables
from tests.services.web.conftest import api as api
from tests.services.web.conftest import configured as configured
from tests.services.web.conftest import token as token
from tests.services.work.conftest import Work

STAGES = discover(agents)

TimeFlow = Callable[..., subprocess.CompletedProcess[str]]

#: What is derived of a person's days; neither when nor as of which revision.
_DERIVED = "SELECT to_jsonb(d) - 'rev' - 'computed_at' FROM user_day d WHERE user_id = %s"


class Following:
    """Usage and work of people, and the stages that follow them at instants of the test's."""

    def __init__(self) -> None:
        self.usage = Tables().in_process(0)
        self.work = Work()

    def person(self, periods: Sequence[Period] = ()) -> UUID:
        """A new person with these parameters."""
        return self.usage.person(periods)

    def apply(self, *batches: Sequence[UsageEvent]) -> None:
        """Hand the batches to the usage stage."""
        self.usage.apply(*batches)

    def follow(self, users: Sequence[UUID], now: datetime, stage: str = "segmentation") -> None:
        """Let a stage catch up with the users, as a hint of each makes it do."""
        of = STAGES[stage]
        with database.atomic():
            progress = followers.lock(of, users)
            transaction = Transaction(progress.revs, now)
            followers.catch_up(of, users, progress, transaction)
        transaction.committed()

    def make_due(self, user_id: UUID) -> None:
        """The time has come to look at the person again."""
        execute("UPDATE stage_progress SET due_at = now() WHERE user_id = %s", (user_id,))

    def derived(self, user_id: UUID) -> dict[str, Any]:
        """What the stage derived for each day, by date."""
        rows = execute(_DERIVED, (user_id,)).fetchall()
        return {row["local_date"]: row for (row,) in rows}

    def day(self, user_id: UUID, day: date) -> dict[str, Any]:
        """What the stage derived for a day."""
        found: dict[str, Any] = self.derived(user_id)[day.isoformat()]
        return found


@pytest.fixture
def following(database_url: str) -> Iterator[Following]:
    """People on a fresh database."""
    configure(database_url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    with database.connection_context():
        yield Following()


@pytest.fixture
def timeflow(following: Following, database_url: str, redis_url: str, tmp_path: Path) -> TimeFlow:
    """Runs a command for the instance."""
    environment = {
        **os.environ,
        **SECRETS,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(tmp_path / "data"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", *arguments],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )

    return run
