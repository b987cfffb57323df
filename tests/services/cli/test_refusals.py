"""What cannot work is refused: one clear line, exit code 2, no traceback."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from tests.conftest import Unwritable
from tests.instance import EMBEDDED, SECRETS, free_port
from tests.sql import sql

pytestmark = pytest.mark.services

Refusal = Callable[..., str]


@pytest.fixture
def refusal(tmp_path: Path) -> Refusal:
    """Runs a command that must be refused and returns the line."""

    def run(*arguments: str, **environment: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "timeflow", *arguments],
            env={**os.environ, **EMBEDDED, "PORT": str(free_port()), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 2, done.stderr
        lines = [line for line in done.stderr.splitlines() if not line.startswith("{")]
        assert len(lines) == 1, done.stderr
        assert lines[0].startswith("timeflow: ")
        return lines[0]

    return run


@pytest.fixture
def servers(database_url: str, redis_url: str) -> dict[str, str]:
    return {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **SECRETS}


def test_a_port_in_use(refusal: Refusal, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = refusal("up", "--data-dir", str(tmp_path / "data"), "--port", port)
    assert f"port {port} of 127.0.0.1 is in use" in line


def test_an_unfit_data_directory(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    line = refusal("up", "--data-dir", str(tmp_path / "file"))
    assert f"{tmp_path}/file is a file" in line


def test_an_unwritable_data_directory(refusal: Refusal, unwritable: Unwritable) -> None:
    directory = unwritable.directory / "data"
    line = refusal("up", "--data-dir", str(directory))
    assert line == f"timeflow: {directory} cannot be used: {unwritable.reason}"


def test_a_database_of_a_newer_version(
    refusal: Refusal, servers: dict[str, str], database_url: str
) -> None:
    future = "UPDATE schema_migration SET name = '9999_future' WHERE name = '0001_spine'"
    sql(database_url, future)
    assert "of a newer version of TimeFlow: it has 9999_future" in refusal("web", **servers)


def test_a_database_that_cannot_be_reached(refusal: Refusal, servers: dict[str, str]) -> None:
    servers["DATABASE_URL"] = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    assert "the database cannot be used: " in refusal("migrate", **servers)


def test_a_redis_that_cannot_be_reached(refusal: Refusal, servers: dict[str, str]) -> None:
    servers["REDIS_URL"] = f"redis://127.0.0.1:{free_port()}/0"
    assert "Redis is away" in refusal("worker", **servers)


@pytest.mark.parametrize("policy", ["allkeys-lru", "volatile-ttl"])
def test_a_redis_that_evicts(
    refusal: Refusal, servers: dict[str, str], redis_url: str, policy: str
) -> None:
    with closing(Redis.from_url(redis_url)) as client:
        client.config_set("maxmemory-policy", policy)
        try:
            line = refusal("worker", **servers)
        finally:
            client.config_set("maxmemory-policy", "noeviction")
    assert f"maxmemory-policy {policy}" in line


def test_another_number_of_partitions(refusal: Refusal, servers: dict[str, str]) -> None:
    with closing(Redis.from_url(servers["REDIS_URL"])) as client:
        client.hset("{timeflow}:topics", "usage", "8")
    assert "'usage' is stored with 8 partitions, 16 were asked for" in refusal("web", **servers)


@pytest.mark.parametrize(
    ("key", "said"), [("", "JWT_KEY is required"), ("secret", "JWT_KEY is weak")]
)
def test_missing_and_weak_secrets(
    refusal: Refusal, servers: dict[str, str], key: str, said: str
) -> None:
    servers["JWT_KEY"] = key
    assert said in refusal("web", **servers)


def test_a_setting_that_cannot_be_read(refusal: Refusal, servers: dict[str, str]) -> None:
    servers["PARTITIONS"] = "many"
    assert "PARTITIONS: Expected int" in refusal("web", **servers)


def test_a_stage_nobody_knows(refusal: Refusal, servers: dict[str, str]) -> None:
    assert "no stage usages: there are " in refusal("worker", "usages", **servers)


def test_a_database_is_only_emptied_by_its_name(refusal: Refusal, servers: dict[str, str]) -> None:
    name = servers["DATABASE_URL"].partition("?")[0].rpartition("/")[2]
    assert f"repeat --yes-i-mean {name}" in refusal("db", "reset", **servers)
    assert name in refusal("db", "reset", "--yes-i-mean", "another", **servers)


def test_an_old_redis(refusal: Refusal, servers: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer_like_an_old_redis, args=(listening,), daemon=True).start()
        servers["REDIS_URL"] = f"redis://127.0.0.1:{listening.getsockname()[1]}/0"
        assert "Redis 6.2.14 is too old: 7.0 or newer is needed" in refusal("worker", **servers)


def answer_like_an_old_redis(listening: socket.socket) -> None:
    """Answer INFO as Redis 6.2 does, and any other command with OK."""
    info = b"redis_version:6.2.14\r\nmaxmemory_policy:noeviction\r\n"
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listening.accept()
            with connection:
                while asked := connection.recv(65536):
                    for command in asked.split(b"\r\n*"):
                        is_info = b"INFO\r\n" in command and b"SETINFO" not in command
                        connection.sendall(
                            b"$%d\r\n%s\r\n" % (len(info), info) if is_info else b"+OK\r\n"
                        )
