"""The servers of a command: those the settings name, else embedded ones in the data directory.

Whoever claims the data directory first hosts the embedded servers, and they go when it goes;
another process with the same data directory uses them as a guest.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from pipeline import data_directory
from pipeline.embedded.keeper import Keeper
from pipeline.embedded.postgres import Postgres
from pipeline.embedded.process import START_TIMEOUT_S, ServerFailed
from pipeline.embedded.redis import Redis
from pipeline.settings import Settings


@contextmanager
def running(settings: Settings, *, alone: bool = False) -> Iterator[Settings]:
    """Settings whose URLs lead to running servers; `alone`: never as a guest."""
    servers = embedded(settings)
    if not servers:
        yield settings
        return
    reachable = msgspec.structs.replace(settings, **{k: s.url for k, s in servers.items()})
    data_directory.prepare(settings.data_dir)
    try:
        claim = data_directory.claim(settings.data_dir)
    except data_directory.InUse:
        if alone:
            raise
        _wait(servers)
        yield reachable
        return
    with claim, _hosted(servers):
        yield reachable


def embedded(settings: Settings) -> dict[str, Postgres | Redis]:
    """By setting, the servers that are not given."""
    servers: dict[str, Postgres | Redis] = {}
    if not settings.database_url:
        servers["database_url"] = Postgres(settings.data_dir / "postgres")
    if not settings.redis_url:
        servers["redis_url"] = Redis(
            settings.data_dir / "redis", maxmemory_bytes=settings.redis_maxmemory_bytes
        )
    return servers


@contextmanager
def _hosted(servers: dict[str, Postgres | Redis]) -> Iterator[None]:
    keeper = Keeper(list(servers.values()))
    try:
        for server in servers.values():
            server.start()
        keeper.start()
        try:
            yield
        finally:
            keeper.stop()
    finally:
        for server in servers.values():
            server.stop()


def _wait(servers: dict[str, Postgres | Redis]) -> None:
    end = time.monotonic() + START_TIMEOUT_S
    for server in servers.values():
        while not server.answers():
            if time.monotonic() > end:
                raise ServerFailed(f"nothing answers at {server.directory}")
            time.sleep(0.05)
