"""Embedded servers: theirs is the directory, ours is their life."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis import Redis as RedisClient

from pipeline.data_directory import UnfitDataDirectory
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis
from tests.instance import wait_until
from tests.sql import sql

pytestmark = pytest.mark.services


class Host:
    """The hosting process."""

    def __init__(self, directory: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.embedded.host", str(directory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert self.process.stdout is not None
        said: dict[str, Any] = json.loads(self.process.stdout.readline() or "{}")
        self.postgres_url, self.redis_url = said["urls"]
        self.pids: list[int] = said["pids"]

    def kill(self) -> None:
        """SIGKILL: it has no chance to stop anything."""
        self.process.kill()
        self.process.communicate()

    def stop(self) -> None:
        """Let it stop its servers."""
        self.process.communicate()

    def alive(self) -> list[int]:
        """Those of its servers that still run."""
        return [pid for pid in self.pids if _runs(pid)]


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Callable[[], Host]]:
    hosts: list[Host] = []

    def start() -> Host:
        hosts.append(Host(tmp_path))
        return hosts[-1]

    yield start
    for started in hosts:
        started.kill()


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_restart_keeps_what_was_written(host: Callable[[], Host]) -> None:
    first = host()
    sql(first.postgres_url, "CREATE TABLE kept AS SELECT 7 AS value")
    with closing(RedisClient.from_url(first.redis_url)) as client:
        client.set("kept", 7)
    first.stop()
    assert first.alive() == []

    second = host()
    assert sql(second.postgres_url, "SELECT value FROM kept") == [(7,)]
    with closing(RedisClient.from_url(second.redis_url)) as client:
        assert client.get("kept") == b"7"


def test_nothing_is_lost_when_everything_is_killed(host: Callable[[], Host]) -> None:
    first = host()
    sql(first.postgres_url, "CREATE TABLE kept AS SELECT 7 AS value")
    with closing(RedisClient.from_url(first.redis_url)) as client:
        client.set("kept", 7)
    for pid in first.pids:
        os.kill(pid, signal.SIGKILL)
    first.kill()

    second = host()
    assert sql(second.postgres_url, "SELECT value FROM kept") == [(7,)]
    with closing(RedisClient.from_url(second.redis_url)) as client:
        assert client.get("kept") == b"7"


def test_the_servers_are_gone_when_their_host_was_killed(host: Callable[[], Host]) -> None:
    killed = host()
    killed.kill()
    wait_until(lambda: not killed.alive(), timeout_s=10, what="no server is left")


def test_a_server_left_over_is_adopted_and_stopped_with_its_new_host(tmp_path: Path) -> None:
    left_over = Postgres(tmp_path / "postgres")
    left_over.start()
    assert left_over.process is not None

    heir = Postgres(tmp_path / "postgres")
    heir.start()
    assert heir.process is not None
    assert heir.process.pid == left_over.process.pid
    heir.stop()
    assert not heir.answers()
    left_over.stop()


def test_a_server_that_is_about_to_end_is_waited_for(tmp_path: Path) -> None:
    ending = Redis(tmp_path / "redis", maxmemory_bytes=2**26)
    ending.start()
    assert ending.process is not None
    os.kill(ending.process.pid, signal.SIGTERM)

    heir = Redis(tmp_path / "redis", maxmemory_bytes=2**26)
    heir.start()
    wait_until(ending.process.ended, timeout_s=10, what="the old server is gone")
    assert heir.answers()
    heir.stop()


def test_redis_keeps_every_acknowledged_write_and_evicts_nothing(tmp_path: Path) -> None:
    server = Redis(tmp_path / "redis", maxmemory_bytes=2**26)
    with closing(RedisClient.from_url(server.start(), decode_responses=True)) as client:
        assert client.config_get("appendonly", "appendfsync", "maxmemory*", "port") == {
            "appendonly": "yes",
            "appendfsync": "always",
            "maxmemory": str(2**26),
            "maxmemory-policy": "noeviction",
            "maxmemory-samples": "5",
            "maxmemory-clients": "0",
            "maxmemory-eviction-tenacity": "10",
            "port": "0",
        }
    server.stop()


def test_a_path_too_long_for_a_socket_is_no_obstacle(tmp_path: Path) -> None:
    deep = tmp_path / ("a-directory-with-a-long-name" * 4)
    deep.mkdir()
    postgres = Postgres(deep / "postgres")
    redis = Redis(deep / "redis", maxmemory_bytes=2**26)
    assert sql(postgres.start(), "SELECT 1") == [(1,)]
    with closing(RedisClient.from_url(redis.start())) as client:
        assert client.ping()
    postgres.stop()
    redis.stop()


def test_the_servers_run_as_their_user_or_for_root_as_another_and_open_nobodys_directory(
    tmp_path: Path,
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    above = [closed, *closed.parents]
    before = [path.stat().st_mode for path in above]
    accounts = Path("/etc/passwd").read_bytes()

    postgres = Postgres(closed / "postgres")
    redis = Redis(closed / "redis", maxmemory_bytes=2**26)
    postgres.start()
    redis.start()
    for process in (postgres.process, redis.process):
        assert process is not None
        (user,) = set(psutil.Process(process.pid).uids())
        assert user != 0
        assert os.geteuid() in (0, user)
    postgres.stop()
    redis.stop()

    assert [path.stat().st_mode for path in above] == before
    assert Path("/etc/passwd").read_bytes() == accounts


def test_data_of_a_newer_postgresql_is_refused(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "postgres")
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("19\n")
    with pytest.raises(UnfitDataDirectory, match="data of PostgreSQL 19, but this is"):
        Postgres(tmp_path / "postgres").start()


@pytest.mark.parametrize("engine", ["redis 7.2", "valkey 99.0"])
def test_data_of_another_or_newer_redis_is_refused(tmp_path: Path, engine: str) -> None:
    server = Redis(tmp_path / "redis", maxmemory_bytes=2**26)
    server.start()
    server.stop()
    (server.directory / "ENGINE").write_text(engine + "\n")
    with pytest.raises(UnfitDataDirectory, match=f"data of {engine}, but this is valkey"):
        Redis(tmp_path / "redis", maxmemory_bytes=2**26).start()
