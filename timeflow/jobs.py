"""Goes on with the jobs of operators, beside the stages.

Any number of processes may: a turn holds its job for one short transaction, and what it does in it
is done once. So a job survives whoever is at it.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import mode
import structlog

from models import jobs, stage_reports
from models.jobs import Kind
from pipeline import letter_limits, replays, topics
from pipeline.database import DatabaseThreads
from pipeline.failures import Attempt
from pipeline.letter_limits import Limits
from pipeline.rebuild_jobs import rebuild_some
from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.connections import Connections
from pipeline.rereads import reread_some
from pipeline.running_stage import RunningStage
from pipeline.settings import Settings

log = structlog.get_logger(__name__)

#: Seconds after which a process that ended without a word is forgotten.
_FORGET_SILENT_S = 86_400.0

#: One turn of a job; whether anything went on.
Turn = Callable[[UUID], bool]


class Jobs(mode.Service):
    """Gives every job its turn, again and again."""

    def __init__(
        self, settings: Settings, connections: Connections, stages: Sequence[RunningStage] = ()
    ) -> None:
        super().__init__()
        self._settings, self._connections = settings, connections
        #: Whose raw events are computed anew; None: not in this process.
        self._usage = next((one for one in stages if one.stage.recompute), None)
        self._threads = DatabaseThreads("jobs", 1)
        self._seldom = Seldom(10)
        self._turns: dict[Kind, Turn] = {
            "replay": lambda id: replays.replay(id, settings),
            "discard": replays.discard,
        }

    @mode.Service.task
    async def _work_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.job_poll_s):
            with Attempt() as attempt:
                while await self.work() and not self.should_stop:
                    pass
            if attempt.failure and self._seldom:
                log.warning("jobs put off", error=repr(attempt.failure.error))

    @mode.Service.task
    async def _prune_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.dead_letter_prune_s):
            with Attempt() as attempt:
                await self._threads.run(letter_limits.prune, Limits.of(self._settings))
                await self._threads.run(jobs.delete_old, self._settings.job_age_s)
                await self._threads.run(stage_reports.drop_silent, _FORGET_SILENT_S)
            if attempt.failure:
                log.warning("dead letters not looked at", error=repr(attempt.failure.error))

    async def work(self) -> bool:
        """One turn of each job; whether anything went on."""
        went_on = False
        for id, kind in await self._threads.run(jobs.unfinished):
            with Attempt() as attempt:
                if await self._turn(id, kind):
                    went_on = True
                    await self._threads.run(jobs.touch, id)
                await self._threads.run(jobs.finish_if_done, id)
            # What is wrong with one job must not keep the others.
            if attempt.failure and self._seldom:
                log.error("a job is put off", job=str(id), exc_info=attempt.failure.error)
        return went_on

    async def _turn(self, id: UUID, kind: Kind) -> bool:
        if kind in self._turns:
            return await self._threads.run(self._turns[kind], id)
        if self._usage is None or self._usage.pauses.hold():
            return False
        return await self._recompute(self._usage, id, kind)

    async def _recompute(self, running: RunningStage, id: UUID, kind: Kind) -> bool:
        if kind == "reread":
            read = await reread_some(running, self._connections, id)
            running.hints.publish(read.partition, read.changed)
            return read.on
        if (recompute := running.stage.recompute) is None:
            return False
        held = running.pauses.held(self._settings.partitions)
        went = await running.threads.run(
            rebuild_some, id, recompute, self._settings.rebuild_days, held
        )
        if went.rebuilt is not None:
            partition = topics.partition_of(went.rebuilt.user_id, self._settings.partitions)
            running.hints.publish(partition, [went.rebuilt.hint()])
        return went.on

    async def on_shutdown(self) -> None:
        """Close the connection."""
        self._threads.close()
