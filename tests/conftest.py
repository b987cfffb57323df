"""What tests stand on: real servers, a fresh database, an empty Redis, settings.

The servers are those of DATABASE_URL and REDIS_URL (a database to connect to and make others
from; a Redis that is flushed), else embedded ones. A server that is missing fails the tests.
"""

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psutil
import pytest
from redis import Redis as RedisClient

import agents
from models.database import configure, database
from models.migrate import migrate
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis
from pipeline.settings import Settings
from pipeline.stage import discover
from tests.sql import sql

# As every process does first: topics are read by them.
discover(agents)

#: Tests that measure time, or kill things and wait for others to notice.
_ALONE = (
    "attacks/test_hostile_bodies",
    "attacks/test_slow_clients",
    "faults",
    "services/redis_streams",
    "services/stage",
)


#: A file system in memory, and how directories of test runs in it begin; the process id follows.
_MEMORY, _IN_MEMORY = Path("/dev/shm"), "timeflow-tests-"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what nothing else may run beside."""
    for item in items:
        where = item.path.relative_to(Path(__file__).parent).as_posix()
        if where.startswith(_ALONE):
            item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def server_directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the embedded servers of this run live; in memory, if there is room.

    A database is made and dropped for every test, which takes a disk far longer than the test does.
    """
    if not _has_room(_MEMORY):
        yield tmp_path_factory.mktemp("servers")
        return
    for left in _MEMORY.glob(f"{_IN_MEMORY}*"):
        if not psutil.pid_exists(int(left.name.removeprefix(_IN_MEMORY).split("-")[0])):
            shutil.rmtree(left, ignore_errors=True)
    with TemporaryDirectory(dir=_MEMORY, prefix=f"{_IN_MEMORY}{os.getpid()}-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def postgres_url(server_directory: Path) -> Iterator[str]:
    """A PostgreSQL to make databases in."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    server = Postgres(server_directory / "postgres", max_connections=300)
    # The data of a test need not survive a power cut.
    server.settings["fsync"] = "off"
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def redis_server_url(server_directory: Path) -> Iterator[str]:
    """A Redis of the tests' own."""
    if url := os.environ.get("REDIS_URL"):
        yield url
        return
    server = Redis(server_directory / "redis", maxmemory_bytes=512 * 2**20)
    yield server.start()
    server.stop()


@pytest.fixture(scope="session")
def migrated_template(postgres_url: str) -> Iterator[str]:
    """The name of a database that holds the tables of this version and no rows."""
    with _database_of(postgres_url, "TEMPLATE template0") as name:
        configure(_of(postgres_url, name), lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
        with database.connection_context():
            migrate()
        yield name


@pytest.fixture
def database_url(postgres_url: str, migrated_template: str) -> Iterator[str]:
    """A fresh, migrated database of the test's own."""
    with _database_of(postgres_url, f"TEMPLATE {migrated_template} STRATEGY file_copy") as name:
        yield _of(postgres_url, name)


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """An empty Redis."""
    with closing(RedisClient.from_url(redis_server_url)) as client:
        client.flushall()
    return redis_server_url


class Unwritable(NamedTuple):
    """A directory in which the user of this run, be it root, can make nothing, and why not."""

    directory: Path
    reason: str


@pytest.fixture
def unwritable(tmp_path: Path) -> Unwritable:
    if os.geteuid() == 0:
        return Unwritable(Path("/proc"), os.strerror(errno.ENOENT))
    tmp_path.chmod(0o500)
    return Unwritable(tmp_path, os.strerror(errno.EACCES))


@pytest.fixture
def settings(tmp_path: Path) -> Callable[..., Settings]:
    """Makes settings, `database_url=` and whatever else the test needs given by name."""

    def make(**fields: object) -> Settings:
        keys = {
            "jwt_key": "a key of the tests, 32 bytes or more",
            "pepper": "pepper of the tests" * 2,
        }
        return Settings(**{"data_dir": tmp_path / "data", **keys, **fields})  # type: ignore[arg-type]

    return make


def _has_room(directory: Path) -> bool:
    """Of a container's it has often 64 MB."""
    return os.access(directory, os.W_OK) and shutil.disk_usage(directory).free > 2 * 2**30


@contextmanager
def _database_of(server: str, how: str) -> Iterator[str]:
    name = f"timeflow_test_{uuid4().hex[:12]}"
    sql(server, f"CREATE DATABASE {name} {how}")
    yield name
    sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def _of(server: str, name: str) -> str:
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
