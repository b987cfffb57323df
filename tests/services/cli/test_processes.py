"""The processes of the Procfile: each part alone, as many of each as asked for."""

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from redis import Redis

from tests.instance import EMBEDDED, SECRETS, WebInstance, wait_until

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[3]


class Honcho(WebInstance):
    """All processes of the Procfile under honcho, which gives `web` the port as PORT."""

    module = "honcho"

    def __init__(self, counts: str, log: Path, environment: dict[str, str]) -> None:
        super().__init__([], log, environment)
        self.arguments = ["start", "-f", str(ROOT / "Procfile"), "-c", counts]
        self.environment["PORT"] = str(self.port)
        self.environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"


@contextmanager
def honcho(counts: str, directory: Path, environment: dict[str, str]) -> Iterator[Honcho]:
    processes = Honcho(counts, directory / "honcho.log", environment)
    processes.start_ready()
    try:
        yield processes
    finally:
        processes.stop()


def test_two_usage_processes_share_the_partitions(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    environment = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **SECRETS}
    with honcho("usage=2", tmp_path, environment), closing(Redis.from_url(redis_url)) as client:

        def shares() -> list[int]:
            owners = client.hvals("{timeflow:group:timeflow-usage}:owners")
            return sorted(Counter(owners).values())

        wait_until(lambda: shares() == [8, 8], timeout_s=30, what="each owns half the partitions")


def test_dev_starts_again_when_a_source_file_changes(tmp_path: Path) -> None:
    instance = WebInstance(
        ["dev", "--data-dir", str(tmp_path / "data")],
        tmp_path / "dev.log",
        EMBEDDED,
    )
    instance.start_ready()
    try:
        (ROOT / "timeflow" / "__init__.py").touch()
        wait_until(
            lambda: instance.log.read_text().count("TimeFlow is ready: ") == 2,
            timeout_s=30,
            what="it is ready again",
        )
    finally:
        assert instance.stop() == 0
