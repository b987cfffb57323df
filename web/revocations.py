"""What this process knows of revoked logins and keys.

Requests are checked against memory. A process that cannot look lets nobody in: it could not know.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from models import revocations
from models.revocations import Revocation
from pipeline.settings import Settings
from web.callers import Caller
from web.lookout import Lookout


class Revocations(Lookout[Sequence[Revocation]]):
    """Until when what was issued to whom is void."""

    of_what = "revocations"

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._until: dict[UUID, float] = {}

    def covers(self, caller: Caller) -> bool:
        """Whether the caller's credential is void; raises 503 when that is not known."""
        self.require_recent()
        if not self._until:
            return False
        void_until = max(self._until.get(caller.credential, 0), self._until.get(caller.user_id, 0))
        return caller.issued_at <= void_until

    @staticmethod
    def read(since: datetime | None) -> tuple[datetime | None, Sequence[Revocation]]:
        """What was revoked."""
        return revocations.since(since)

    def learn(self, found: Sequence[Revocation], *, afresh: bool) -> None:
        """Know of these; what the table has forgotten is forgotten here too."""
        if afresh:
            self._until = {}
        for subject, until in found:
            self._until[subject] = max(until, self._until.get(subject, 0))
