"""What this process knows of people's redaction rules: as old as its last look at the table.

Events are redacted from memory. A process that cannot look takes no events: it could not know.
"""

import asyncio
import time
from datetime import datetime
from uuid import UUID

import peewee
import structlog

from models import redaction_rules
from models.redaction_rules import Rules
from pipeline.database import DatabaseThreads
from pipeline.settings import Settings
from pipeline.steps.redaction import Redaction, Rule, user_key
from web.problems import unavailable

_READ_ALL_EVERY_S = 3600.0
#: Redactions ready for use; a person's rules are compiled with their first event.
_MOST_READY = 10_000

_log = structlog.get_logger(__name__)


class Redactions:
    """Looks at the table every so often, on a connection of its own."""

    def __init__(self, settings: Settings) -> None:
        self._database = DatabaseThreads("redactions", 1)
        self._pepper = settings.pepper
        self._poll_s = settings.revocation_poll_s
        self._stale_s = settings.revocation_stale_s
        self._rules: dict[UUID, Rules] = {}
        self._ready: dict[UUID, Redaction] = {}
        self._seen_to: datetime | None = None
        self._looked_at = self._read_all_at = float("-inf")

    def of(self, user_id: UUID) -> Redaction | None:
        """What applies to the person's events, if anything; raises 503 when that is not known."""
        if time.monotonic() - self._looked_at > self._stale_s:
            raise unavailable("database-away", "Redaction rules cannot be read.")
        if not (rules := self._rules.get(user_id)):
            return None
        if user_id not in self._ready:
            if len(self._ready) >= _MOST_READY:
                self._ready.clear()
            key = user_key(self._pepper, user_id)
            self._ready[user_id] = Redaction([Rule._make(rule) for rule in rules], key)
        return self._ready[user_id]

    async def look(self) -> None:
        """Read what changed since the last look."""
        began = time.monotonic()
        all_of_them = began - self._read_all_at > _READ_ALL_EVERY_S
        since = None if all_of_them else self._seen_to
        self._seen_to, found = await self._database.run(redaction_rules.changed_since, since)
        if all_of_them:
            self._rules, self._read_all_at = {}, began
        for user_id, rules in found.items():
            if self._rules.get(user_id) != rules:
                self._ready.pop(user_id, None)
            self._rules[user_id] = rules
        self._looked_at = began

    async def try_to_look(self) -> None:
        """Look; the database may be away."""
        try:
            await self.look()
        except (peewee.OperationalError, peewee.InterfaceError) as error:
            _log.warning("redaction rules not readable", error=str(error))

    async def watch(self) -> None:
        """Look again and again."""
        while True:
            await asyncio.sleep(self._poll_s)
            await self.try_to_look()

    async def close(self) -> None:
        """Close the connection."""
        await asyncio.to_thread(self._database.close)
