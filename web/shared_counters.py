"""Counters in Redis for the library `limits`: one count for all web processes.

While Redis is away, or too full to count, each process counts for itself: a limit then holds per
process, so an attacker gains at most a factor of their number, and nobody is locked out by an
outage. (Events are not taken without Redis anyway; logging in is possible.)
"""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from limits.aio.storage import RedisStorage, Storage
from redis.asyncio import BlockingConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from pipeline.redis_streams.connections import redis_url
from pipeline.settings import Settings
from web.counters import Counters

T = TypeVar("T")

_CONNECTIONS = 8
#: So long nobody waits for a Redis that did not answer.
_LEFT_ALONE_S = 5.0

_log = structlog.get_logger(__name__)


class SharedCounters(Storage):
    """A count per key until its window ends, in Redis or, while that fails, in this process."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._pool = BlockingConnectionPool.from_url(
            redis_url(settings.redis_url),
            max_connections=_CONNECTIONS,
            timeout=settings.redis_timeout_s,
            socket_timeout=settings.redis_timeout_s,
            socket_connect_timeout=settings.redis_timeout_s,
            # A count that was sent twice counts twice; and who waits would wait longer.
            retry=Retry(NoBackoff(), 0),
        )
        self._shared: Storage = RedisStorage(
            "async+redis://",
            implementation="redispy",
            key_prefix=f"{settings.redis_prefix}:limits",
            connection_pool=self._pool,  # type: ignore[arg-type]
        )
        self._own = Counters()
        self._away_until = 0.0

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count, and open a window of `expiry` seconds if none is open."""
        return await self._ask(lambda storage: storage.incr(key, expiry, amount))

    async def get(self, key: str) -> int:
        """The count of the open window."""
        return await self._ask(lambda storage: storage.get(key))

    async def get_expiry(self, key: str) -> float:
        """When the window ends, seconds since 1970."""
        return await self._ask(lambda storage: storage.get_expiry(key))

    async def check(self) -> bool:
        """Whether the counts are shared now."""
        return time.monotonic() >= self._away_until and await self._shared.check()

    async def reset(self) -> int | None:
        """Forget everything."""
        return await self._ask(lambda storage: storage.reset())

    async def clear(self, key: str) -> None:
        """Forget one key."""
        await self._ask(lambda storage: storage.clear(key))

    async def close(self) -> None:
        """Close the connections."""
        await self._pool.disconnect()

    async def _ask(self, question: Callable[[Storage], Awaitable[T]]) -> T:
        if time.monotonic() >= self._away_until:
            try:
                return await question(self._shared)
            except (RedisError, OSError) as error:
                self._away_until = time.monotonic() + _LEFT_ALONE_S
                _log.warning("limits are counted per process", error=str(error))
        return await question(self._own)
