"""What is changed of work reaches the days, whatever is killed on the way."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.instance import SECRETS, UNLIMITED, Instance, WebInstance, wait_until
from tests.sql import sql

pytestmark = [pytest.mark.services, pytest.mark.timeout(180)]

CHANGES = 60
DAY = datetime(2026, 3, 2, tzinfo=UTC)


class Processes:
    """The parts of an instance that changes of work pass."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory = directory
        self._environment = environment
        self.web = WebInstance(["web"], directory / "web.log", environment)
        self.web.start_ready()
        self.running = {name: self._started(name) for name in ("relay", "tasks")}

    def kill(self, name: str) -> None:
        """SIGKILL, and another one in its place."""
        self.running[name].kill()
        self.running[name] = self._started(name)

    def stop(self) -> None:
        for process in (*self.running.values(), self.web):
            process.stop()

    def _started(self, name: str) -> Instance:
        arguments = ["relay"] if name == "relay" else ["worker", name]
        process = Instance(arguments, self._directory / f"{name}.log", self._environment)
        process.start()
        return process


@pytest.fixture
def processes(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Processes]:
    environment = {
        "DATABASE_URL": database_url, "REDIS_URL": redis_url, "DATA_DIR": str(tmp_path / "data"),
        "PASSWORD_COST": "4", "PARTITIONS": "2", "LEASE_S": "2", **SECRETS, **UNLIMITED,
    }  # fmt: skip
    processes = Processes(tmp_path, environment)
    yield processes
    processes.stop()


def test_days_are_exact_after_the_relay_and_the_stage_were_killed(
    processes: Processes, database_url: str
) -> None:
    web, chance = processes.web, random.Random(7)
    token = web.register("ada@example.org")["access_token"]
    tracked: dict[str, int] = {}

    def change(number: int) -> None:
        """Book some minutes, change or delete what was booked before."""
        begin = DAY + timedelta(hours=chance.randrange(72))
        minutes = chance.randint(1, 90)
        body = {
            "start": begin.isoformat(),
            "end": (begin + timedelta(minutes=minutes)).isoformat(),
        }
        known = chance.choice(sorted(tracked)) if tracked and number % 3 else None
        if known and number % 3 == 2:
            status, _ = web.request("DELETE", f"/time-entries/{known}", None, token)
            del tracked[known]
        elif known:
            status, _ = web.request("PATCH", f"/time-entries/{known}", body, token)
            tracked[known] = minutes * 60
        else:
            status, made = web.request("POST", "/time-entries", body, token)
            tracked[made["id"]] = minutes * 60
        assert status in (200, 201, 204)

    for number in range(CHANGES):
        change(number)
        if number in (10, 30, 50):
            processes.kill("relay")
        if number in (20, 40):
            processes.kill("tasks")

    def days() -> float:
        path = "/analytics/daily?from=2026-03-01&to=2026-03-10"
        found = web.request("GET", path, token=token)[1]["days"]
        return float(sum(day["tracked_s"] for day in found))

    wait_until(lambda: days() == sum(tracked.values()), what="the days hold what was booked")
    wait_until(
        lambda: sql(database_url, "SELECT count(*) FROM outbox") == [(0,)], what="all is sent"
    )
    assert days() == sum(tracked.values())
