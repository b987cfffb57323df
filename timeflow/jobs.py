"""Goes on with the jobs of operators, beside the stages.

Any number of processes may: a turn holds its job for one short transaction, and what it does in it
is done once. So a job survives whoever is at it.
"""

from collections.abc import Callable
from uuid import UUID

import mode
import peewee
import structlog

from models import jobs, stage_reports
from models.database import database
from models.jobs import Kind
from pipeline import letter_limits, replays
from pipeline.database import DatabaseBusy, DatabaseThreads
from pipeline.failures import Attempt
from pipeline.letter_limits import Limits
from pipeline.redis_streams.errors import StreamsError
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

_AWAY = (peewee.OperationalError, peewee.InterfaceError, DatabaseBusy, StreamsError)

#: Seconds after which a process that ended without a word is forgotten.
_FORGET_SILENT_S = 86_400.0

#: One turn of a job; whether anything went on.
Turn = Callable[[UUID], bool]


class Jobs(mode.Service):
    """Gives every job its turn, again and again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._threads = DatabaseThreads("jobs", 1)
        self._turns: dict[Kind, Turn] = {
            "replay": lambda id: replays.work(id, settings),
            "discard": replays.discard,
        }

    @mode.Service.task
    async def _work_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.job_poll_s):
            try:
                while await self.work() and not self.should_stop:
                    pass
            except _AWAY as error:
                log.warning("jobs put off", error=str(error).strip())

    @mode.Service.task
    async def _prune_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.dead_letter_prune_s):
            try:
                await self._threads.run(letter_limits.prune, Limits.of(self._settings))
                await self._threads.run(jobs.delete_old, self._settings.job_age_s)
                await self._threads.run(stage_reports.drop_silent, _FORGET_SILENT_S)
            except _AWAY as error:
                log.warning("dead letters not looked at", error=str(error).strip())

    async def work(self) -> bool:
        """One turn of each job; whether anything went on."""
        went_on = False
        for id, kind in await self._threads.run(jobs.unfinished):
            if kind in self._turns:
                went_on |= await self._threads.run(self._turn, id, self._turns[kind])
        return went_on

    def _turn(self, id: UUID, turn: Turn) -> bool:
        with Attempt() as attempt:
            went_on = turn(id)
            with database.atomic():
                jobs.finish_if_done(id)
            return went_on
        # What is wrong with one job must not keep the others.
        if failure := attempt.of_event():
            log.error("a job fails", job=str(id), exc_info=failure.error)
        return False

    async def on_shutdown(self) -> None:
        """Close the connection."""
        self._threads.close()
