"""What this process knows of revoked logins and keys: as old as its last look at the table.

Requests are checked against memory. A process that cannot look lets nobody in: it could not know.
"""

import asyncio
import time
from datetime import datetime
from uuid import UUID

import peewee
import structlog

from models import revocations
from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from web.callers import Caller
from web.problems import unavailable

_READ_ALL_EVERY_S = 3600.0

_log = structlog.get_logger(__name__)


class Revocations:
    """Looks at the table every so often, on a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._database = DatabaseThreads("revocations", 1)
        self._poll_s = settings.revocation_poll_s
        self._stale_s = settings.revocation_stale_s
        self._until: dict[UUID, float] = {}
        self._seen_to: datetime | None = None
        self._looked_at = self._read_all_at = float("-inf")

    def covers(self, caller: Caller) -> bool:
        """Whether the caller's credential is void; raises 503 when that is not known."""
        if time.monotonic() - self._looked_at > self._stale_s:
            raise unavailable("database-away", "Logins cannot be checked.")
        if not self._until:
            return False
        void_until = max(self._until.get(caller.credential, 0), self._until.get(caller.user_id, 0))
        return caller.issued_at <= void_until

    async def look(self) -> None:
        """Read what was revoked since the last look."""
        began = time.monotonic()
        if began - self._read_all_at > _READ_ALL_EVERY_S:
            # What the table has forgotten is forgotten here too.
            self._seen_to, found = await self._database.run(revocations.since, None)
            self._until, self._read_all_at = {}, began
        else:
            self._seen_to, found = await self._database.run(revocations.since, self._seen_to)
        for subject, until in found:
            self._until[subject] = max(until, self._until.get(subject, 0))
        self._looked_at = began

    async def try_to_look(self) -> None:
        """Look; the database may be away."""
        try:
            await self.look()
        except (peewee.OperationalError, peewee.InterfaceError) as error:
            _log.warning("revocations not readable", error=str(error))

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(self._poll_s)
            await self.try_to_look()

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._database.close)
