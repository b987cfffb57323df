"""What a process knows of a table without asking for each request: as old as its last look.

It reads what changed since, on a connection of its own, so that a busy database delays nobody's
look. A process that cannot look does not know, and whoever needs to know gets 503.
"""

import asyncio
import time
from abc import ABC, abstractmethod
from datetime import datetime
from typing import Generic, TypeVar

import peewee
import structlog

from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from web.problems import unavailable

T = TypeVar("T")

_READ_ALL_EVERY_S = 3600.0

_log = structlog.get_logger(__name__)


class Lookout(ABC, Generic[T]):
    """Looks at the table every so often; `of_what` names it for logs and problems."""

    of_what: str

    def __init__(self, settings: Settings) -> None:
        self._database = DatabaseThreads(self.of_what, 1)
        self._poll_s = settings.revocation_poll_s
        self._stale_s = settings.revocation_stale_s
        self._seen_to: datetime | None = None
        self._looked_at = self._read_all_at = float("-inf")

    @staticmethod
    @abstractmethod
    def read(since: datetime | None) -> tuple[datetime | None, T]:
        """What changed since then, and until when that is; None: all there is."""

    @abstractmethod
    def learn(self, found: T, *, afresh: bool) -> None:
        """Take in what was found; afresh: it is all there is."""

    def require_recent(self) -> None:
        """Raise `Problem` 503 when the last look is too long ago."""
        if time.monotonic() - self._looked_at > self._stale_s:
            raise unavailable("database-away", f"The {self.of_what} cannot be read.")

    async def look(self) -> None:
        """Read what changed since the last look, once in a while everything."""
        began = time.monotonic()
        afresh = began - self._read_all_at > _READ_ALL_EVERY_S
        since = None if afresh else self._seen_to
        self._seen_to, found = await self._database.run(self.read, since)
        self.learn(found, afresh=afresh)
        if afresh:
            self._read_all_at = began
        self._looked_at = began

    async def try_to_look(self) -> None:
        """Look; the database may be away."""
        try:
            await self.look()
        except (peewee.OperationalError, peewee.InterfaceError) as error:
            _log.warning("not readable", of_what=self.of_what, error=str(error))

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(self._poll_s)
            await self.try_to_look()

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._database.close)
