"""Looks whether memberships are still found anew, and says so when they are not."""

from datetime import UTC, datetime

import mode
import structlog

from models import memberships
from pipeline import metrics
from pipeline.database import DatabaseThreads
from pipeline.failures import Attempt
from pipeline.redis_streams.backoff import Seldom
from pipeline.settings import Settings

log = structlog.get_logger(__name__)


class Watchdog(mode.Service):
    """Any number of processes may look."""

    def __init__(self, settings: Settings, threads: DatabaseThreads) -> None:
        super().__init__()
        self._settings, self._threads = settings, threads
        self._seldom = Seldom(3600)

    @mode.Service.task
    async def _look_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.membership_check_s):
            with Attempt() as attempt:
                await self.look()
            if attempt.failure:
                log.warning("memberships not looked at", error=repr(attempt.failure.error))

    async def look(self) -> None:
        """Tell how old the oldest membership is; complain if that is beyond the bound."""
        oldest = await self._threads.run(memberships.oldest_computed)
        age_s = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
        metrics.oldest_membership_seconds.set(age_s)
        if age_s > self._settings.membership_age_s and self._seldom:
            log.error(
                "memberships are stale: does the stage segmentation run?",
                oldest_s=round(age_s),
                bound_s=self._settings.membership_age_s,
            )
