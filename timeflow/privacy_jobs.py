"""What people asked to be done with their data goes on here, beside the stages.

One process at a time, by an advisory lock on a connection of its own; whatever it leaves undone,
also by ending, another goes on with.
"""

import mode
import peewee
import structlog

from models.database import execute
from pipeline import deletions, horizons, redaction_runs
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.erasures import Erasures
from pipeline.markers import Markers
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import StreamsError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

_AWAY = (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy, StreamsError)
_LOCK = 0x71_3E_F1_0B


class PrivacyJobs(mode.Service):
    """Looks for work every so often."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        super().__init__()
        self._settings = settings
        # One thread is one connection: the lock is that of the session.
        self._threads = DatabaseThreads("privacy", 1)
        self._markers = Markers(connections, self._threads, settings)
        self._erasures = Erasures(connections, self._threads, self._markers, settings)

    @mode.Service.task
    async def _work_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.privacy_poll_s):
            try:
                await self.work()
            except _AWAY as error:
                log.warning("privacy jobs put off", error=str(error))

    async def work(self) -> None:
        """Do what can be done now, unless another process is at it."""
        if not await self._threads.run(_may_work):
            return
        try:
            await deletions.work(self._threads)
            await redaction_runs.work(self._markers, self._threads, self._settings)
            await horizons.work(self._threads, self._settings)
            await self._erasures.work()
        finally:
            await self._threads.run(execute, "SELECT pg_advisory_unlock(%s)", (_LOCK,))

    async def on_shutdown(self) -> None:
        """Close the connection."""
        self._threads.close()


def _may_work() -> bool:
    return bool(execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()[0])
