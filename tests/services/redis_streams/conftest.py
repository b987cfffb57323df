"""A server of these tests' own, for they flush, fill, stall and kill it."""

from collections.abc import AsyncIterator, Iterator

import pytest
import redis

from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from tests.services.redis_streams.valkey import Valkey, valkey


@pytest.fixture(scope="session")
def running_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Valkey]:
    """One server for all tests that do not end it."""
    with valkey(tmp_path_factory.mktemp("valkey"), appendfsync="no") as server:
        yield server


@pytest.fixture
def server(running_server: Valkey) -> Valkey:
    """The shared server, empty and with its usual settings."""
    with redis.Redis(port=running_server.port) as client:
        client.flushall()
        client.config_set("maxmemory", 0)
    return running_server


@pytest.fixture
async def connections(server: Valkey) -> AsyncIterator[Connections]:
    """Connections to the shared server."""
    connections = Connections(server.url, timeout_s=2)
    yield connections
    await connections.close()


@pytest.fixture
def keys() -> Keys:
    """The keys under the tests' prefix."""
    return Keys("test")
