"""`redis://` for Faust: an app changes its broker URL, and runs on Redis Streams.

    app = faust.App("shop", broker="redis://localhost:6379/0?prefix=shop")

Also `rediss://` (TLS) and `redis+unix:///path/to/socket`. See `options.py` for the options.
"""

import asyncio
import logging
from functools import cached_property
from typing import Any, ClassVar

import redis
from faust.transport import base

from pipeline.redis_streams import options
from pipeline.redis_streams.backoff import Backoff, Seldom
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.consumer import Consumer
from pipeline.redis_streams.errors import Away
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.producer import Producer
from pipeline.redis_streams.topics import Topics

log = logging.getLogger(__name__)


class Transport(base.Transport):
    """What one app's consumer and producer share."""

    Consumer: ClassVar[Any] = Consumer
    Producer: ClassVar[Any] = Producer
    driver_version = f"redis={redis.__version__}"

    @cached_property
    def _parsed(self) -> tuple[str, options.Options]:
        given = getattr(self.app, "stream_options", options.Options())
        url, parsed = options.parse(self.url[0], given)
        return str(url), parsed

    @property
    def redis_url(self) -> str:
        """The server."""
        return self._parsed[0]

    @property
    def options(self) -> options.Options:
        """The options of the app and of its broker URL."""
        return self._parsed[1]

    @cached_property
    def connections(self) -> Connections:
        """The connections for everything but reading."""
        return Connections(self.redis_url, timeout_s=self.options.timeout_s)

    @cached_property
    def keys(self) -> Keys:
        """The names of the keys."""
        return Keys(self.options.prefix)

    @cached_property
    def topics(self) -> Topics:
        """The topics of the server."""
        return Topics(self.connections, self.keys)

    async def declare(self, topic: str, partitions: int) -> None:
        """Make the topic, or insist on its number of partitions; wait while Redis is away."""
        backoff, may_say = Backoff(), Seldom()
        while True:
            try:
                return await self.topics.declare(topic, partitions)
            except Away as error:
                if may_say:
                    log.warning("cannot declare %s: %s", topic, error)
                await asyncio.sleep(backoff.next_s())
