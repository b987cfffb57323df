"""An API, and the usage stage's owners as far as dead letters and jobs need them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from agents.usage import usage  # noqa: F401 - declares the stage
from models import cursors
from models.cursors import Claim
from models.uuid7 import uuid7
from pipeline import topics
from pipeline.events import UsageEvent
from pipeline.retries import apply_due, retry_due, take_due
from pipeline.running_stage import RunningStage
from pipeline.stage import STAGES
from pipeline.steps.identity import identify
from tests.services.ops.shop import Shop
from tests.services.web.api import Answer, Api
from tests.services.web.conftest import api as api
from tests.services.web.conftest import configured as configured
from tests.services.web.conftest import token as token
from timeflow.jobs import Jobs

NOON_US = 1_772_884_800_000_000


class Operated:
    """What an operator does over HTTP, and workers that go a step when they are told."""

    def __init__(self, api: Api, token: str) -> None:
        self.api, self.token = api, token
        self._running = RunningStage(STAGES["usage"], api.settings, _append)
        self._running.pauses.update(())
        self.jobs = Jobs(api.settings, api.connections, [self._running])
        self._claims = [Claim("usage", "usage", n, 1) for n in range(api.settings.partitions)]

    async def begin(self) -> "Operated":
        """Own every partition."""
        for claim in self._claims:
            assert await self._running.threads.run(cursors.acquire, claim, uuid4())
        return self

    def pause(self, *partitions: int) -> None:
        """The worker hears that these are paused, and no others."""
        self._running.pauses.update(partitions)

    async def close(self) -> None:
        """Leave."""
        await self.jobs.on_shutdown()
        await self._running.hints.close(5)
        await self._running.close()

    async def get(self, path: str) -> Any:
        """What is there."""
        answer = await self.api.get(path, self.token)
        assert answer.status == 200, answer.body
        return answer.json

    async def post(self, path: str, body: Any = None) -> Answer:
        """What comes of it, whatever the status."""
        what = {} if body is None else {"json": body}
        return await self.api.post(path, self.token, **what)

    async def began(self, path: str, body: Any = None) -> Any:
        """The job that was begun."""
        answer = await self.post(path, body)
        assert answer.status == 202, answer.body
        return answer.json["job"]

    def bury(
        self,
        user: UUID,
        id: str,
        *,
        state: str = "open",
        raw: bytes | None = None,
        time: int = NOON_US,
        error: str = "ValueError",
        message: str = "no",
    ) -> str:
        """A dead letter of the usage stage, as its owner buries it."""
        event = identify(
            UsageEvent(user, "api", id, "", "usage.interval", time, NOON_US, 60_000_000)
        )
        letter = str(uuid7())
        self.api.rows(
            'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
            " event, state, error_class, error_message, traceback, attempts, code_version)"
            " VALUES (%s, 'usage', 'usage', %s, %s, 0, 't', %s, %s, %s, %s, %s, 'trace', 1, '1')",
            (
                letter,
                topics.partition_of(user, self.api.settings.partitions),
                int(UUID(letter).int % 10**9),
                str(user),
                msgspec.json.encode(event) if raw is None else raw,
                state,
                error,
                message,
            ),
        )
        return letter

    async def turn(self) -> None:
        """Jobs go a turn, then owners try what is due."""
        await self.jobs.work()
        for claim in self._claims:
            while (await retry_due(self._running, claim)).more:
                pass

    async def try_while(self, *statements_and_ids: str) -> None:
        """Claim what is due, run the statements, then apply what was claimed."""
        pairs = zip(statements_and_ids[::2], statements_and_ids[1::2], strict=True)
        settings, run = self.api.settings, self._running.threads.run
        claimed = [(claim, await run(take_due, claim, settings)) for claim in self._claims]
        for statement, id in pairs:
            self.api.rows(statement, (id,))
        for claim, due in claimed:
            await run(apply_due, self._running.stage, claim, due, (), settings)

    async def done(self, job: Any) -> Any:
        """Turn until the job is done; the job."""
        for _ in range(100):
            await self.turn()
            found = await self.get(f"/ops/jobs/{job['id']}")
            if found["state"] == "done":
                return found
        raise AssertionError(f"the job is not done: {found}")

    async def states(self) -> dict[str, str]:
        """The state of each letter by its id."""
        return {str(id): state for id, state in self.api.rows("SELECT id, state FROM dead_letter")}

    def applied(self) -> set[str]:
        """Ids of the events that count."""
        return {id for (id,) in self.api.rows("SELECT event_id FROM usage_event")}


async def _append(partition: int, value: bytes) -> None:
    """Hints are nobody's here."""


@pytest.fixture
async def operated(api: Api, token: str) -> AsyncIterator[Operated]:
    """An operator and their instance."""
    made = await Operated(api, token).begin()
    yield made
    await made.close()


@pytest.fixture
def shop(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Shop]:
    made = Shop(tmp_path, {"DATABASE_URL": database_url, "REDIS_URL": redis_url})
    yield made
    made.worker.stop()
    made.web.stop()
