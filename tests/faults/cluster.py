"""Two usage workers, a segmentation worker and a web process on one database and one Redis."""

import asyncio
import json
import os
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from pipeline.topics import STAGES, partition_of
from tests.faults.load import Client, Ledger
from tests.instance import SECRETS, Instance, WebInstance, wait_until
from tests.sql import sql

PARTITIONS = 16


class Cluster:
    """The processes, and what the database says of them."""

    def __init__(
        self,
        directory: Path,
        environment: Mapping[str, str],
        lease_s: float,
        worker: type[Instance] = Instance,
    ) -> None:
        self.lease_s = lease_s
        self.database_url = environment["DATABASE_URL"]
        self.web = WebInstance(["web"], directory / "web.log", environment)
        self.workers = [
            worker(["worker", "usage"], directory / f"usage-{number}.log", environment)
            for number in (1, 2)
        ]
        self.segmentation = Instance(
            ["worker", "segmentation"], directory / "segmentation.log", environment
        )

    @property
    def processes(self) -> list[Instance]:
        """All of them, the web process last."""
        return [*self.workers, self.segmentation, self.web]

    def start(self) -> None:
        """Start all and wait until the API is ready."""
        for process in self.processes:
            process.start()
        self.web.wait_ready()

    def stop(self) -> list[int]:
        """Stop all; return the exit codes."""
        return [process.stop() for process in self.processes]

    @contextmanager
    def explained(self) -> Iterator[None]:
        """If the block fails, the workers log what they wait for, and the cursors are printed."""
        try:
            yield
        except AssertionError as failure:
            told = [stacks_in(worker.log) for worker in self.workers]
            for worker in self.workers:
                worker.signal(signal.SIGUSR1)
            with suppress(AssertionError):  # one that is dead or hangs has nothing to say
                wait_until(
                    lambda: all(
                        stacks_in(w.log) > n for w, n in zip(self.workers, told, strict=True)
                    ),
                    timeout_s=5,
                    what="each worker says what it waits for",
                )
            raise AssertionError(f"the cursors: {sorted(self.applied().items())}") from failure

    def rows(self, query: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Ask the database."""
        return sql(self.database_url, query, parameters)

    def people(self, count: int) -> list[Client]:
        """Register so many people, the first of whom is the operator."""
        clients = []
        for number in range(count):
            registered = self.web.register(f"person-{number}@example.org")
            token = registered["access_token"]
            user = UUID(registered["user"]["id"])
            clients.append(Client(user, self.web.api_key(token, "ingest"), token))
        return clients

    def applied(self, stage: str = "usage") -> dict[int, int]:
        """How far a stage has come in its topic, by partition."""
        return dict(
            self.rows(
                "SELECT partition, next_offset FROM stream_cursor WHERE stage = %s AND topic = %s",
                stage,
                STAGES[stage].name,
            )
        )

    def positions(self, ledger: Ledger, stage: str = "usage") -> dict[int, int]:
        """How far a stage has come in the partitions that have people."""
        applied = self.applied(stage)
        peopled = {partition_of(client.user, PARTITIONS) for client in ledger.clients}
        return {partition: applied.get(partition, 1) for partition in peopled}

    async def all_underway(self, ledger: Ledger, *stages: str) -> None:
        """Wait until everybody has sent something, and something of each partition is applied."""

        def underway() -> bool:
            starts = [min(self.positions(ledger, stage).values()) for stage in stages]
            return all(client.acknowledged for client in ledger.clients) and min(starts) > 1

        await seconds_until(underway, within_s=30, what="everybody has sent, all stages have begun")

    def logged(self, words: str) -> int:
        """How many lines of the workers' logs hold these words."""
        return sum(
            line.count(words)
            for worker in self.workers
            for line in worker.log.read_text().splitlines()
        )

    async def fault(self, victim: Instance, randomness: random.Random) -> str:
        """Kill the victim and start it again, or freeze it past its lease; say which."""
        if randomness.random() < 0.5:
            await asyncio.to_thread(victim.kill)
            victim.start()
            return "SIGKILL"
        victim.signal(signal.SIGSTOP)
        await asyncio.sleep(self.lease_s + 1)  # the fault itself: frozen for longer than the lease
        victim.signal(signal.SIGCONT)
        return "SIGSTOP"

    async def progressed(self, before: dict[int, int]) -> None:
        """Wait until every partition has moved since `before`, at most lease + 2 s."""
        end = asyncio.get_running_loop().time() + self.lease_s + 2
        while asyncio.get_running_loop().time() < end:
            now = await asyncio.to_thread(self.applied)
            if all(now[partition] > offset for partition, offset in before.items()):
                return
            await asyncio.sleep(0.1)

    async def moved(self, stage: str, before: Mapping[int, int], *, within_s: float) -> float:
        """Wait until the cursors of `before` are others now; after how many seconds they were."""
        waiting = set(before)

        def all_moved() -> bool:
            now = self.applied(stage)
            waiting.difference_update({p for p in waiting if now[p] != before[p]})
            return not waiting

        return await seconds_until(all_moved, within_s=within_s, what=f"{stage} moves: {waiting}")


@contextmanager
def cluster(
    directory: Path,
    database_url: str,
    redis_url: str,
    *,
    lease_s: float = 3.0,
    worker: type[Instance] = Instance,
    **settings: str,
) -> Iterator[Cluster]:
    """A running cluster for the length of a block."""
    environment = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(directory / "data"),
        **SECRETS,
        "REGISTRATION": "open",
        "PASSWORD_COST": "4",
        **{f"RATE_{what}": "100000/minute" for what in ("LOGIN", "INGEST", "READ", "OPEN")},
        "LEASE_S": str(lease_s),
    }
    running = Cluster(directory, environment | settings, lease_s, worker)
    try:
        running.start()
        yield running
    finally:
        running.stop()


@asynccontextmanager
async def restarted(workers: Sequence[Instance]) -> AsyncIterator[Counter[str]]:
    """Whoever of the workers ends is started again, as by a supervisor; counts how often."""
    deaths: Counter[str] = Counter()

    async def watch() -> None:
        while True:
            for worker in workers:
                if worker.process is not None and worker.process.poll() is not None:
                    deaths[worker.log.stem] += 1
                    await asyncio.to_thread(worker.start)
            await asyncio.sleep(0.1)

    watching = asyncio.create_task(watch())
    try:
        yield deaths
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


def stacks_in(log: Path) -> int:
    """How many tasks a log tells the stack of."""
    return log.read_text().count('"event": "task"')


async def seconds_until(condition: Callable[[], bool], *, within_s: float, what: str) -> float:
    """Poll `condition` (off the loop) until it holds; the seconds that took."""
    began = time.monotonic()
    while not await asyncio.to_thread(condition):
        assert time.monotonic() - began < within_s, f"not within {within_s} s: {what}"
        await asyncio.sleep(0.02)
    return round(time.monotonic() - began, 2)


def report(**figures: object) -> None:
    """The figures of a test, as one line."""
    print(json.dumps(figures))  # noqa: T201


def scale(name: str, default: int) -> int:
    """A size of the test, larger when asked for by an environment variable."""
    return int(os.environ.get(name, default))
