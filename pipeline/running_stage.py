"""A stage as it runs in this process: what the owners of its partitions share."""

import asyncio
import time

import structlog

from models.cursors import Claim
from pipeline import metrics
from pipeline.batch import Quarantined
from pipeline.breaker import Breaker, BreakerPolicy
from pipeline.check_processes import CheckProcesses
from pipeline.code_version import code_version
from pipeline.database import DatabaseThreads
from pipeline.effects import Applied, Rules
from pipeline.failures import Kind
from pipeline.hints import Append, Hints
from pipeline.pauses import Pauses
from pipeline.redis_streams.backoff import Seldom
from pipeline.screening import Screening
from pipeline.settings import Settings
from pipeline.shared_commit import SharedCommit
from pipeline.stage import Stage
from pipeline.stage_state import StageState
from pipeline.suspicion import Suspicion

log = structlog.get_logger(__name__)


class RunningStage:
    """The stage, its database threads, breaker, pauses, hints and state.

    Owners share transactions (`commits`). What must be looked at alone, after a crash or when it
    failed before, goes by itself, as many at a time as there are threads (`slots`).
    """

    def __init__(self, stage: Stage, settings: Settings, append_hints: Append) -> None:
        self.stage = stage
        self.settings = settings
        self.threads = DatabaseThreads(stage.name, settings.stage_database_threads)
        self.slots = asyncio.Semaphore(settings.stage_database_threads)
        self.state = StageState(stage.name)
        self.pauses = Pauses()
        self.hints = Hints(append_hints, settings.hint_linger_s)
        self.check_processes = CheckProcesses(
            stage, settings.check_timeout_s, settings.check_linger_s
        )
        self.screening = Screening(self.check_processes, settings)
        self.log_failure = Seldom()
        self.suspicion = Suspicion()
        self.breaker = Breaker(
            BreakerPolicy(
                settings.breaker_window_events,
                settings.breaker_min_failures,
                settings.breaker_pause_s,
                settings.breaker_pause_max_s,
            ),
            time.monotonic,
        )
        self.commits = SharedCommit(
            stage,
            self.threads,
            self.screening,
            self.rules(careful=False, one_by_one=False),
            at_a_time=settings.stage_transactions,
            events=settings.stage_max_events,
        )

    def rules(self, *, careful: bool, one_by_one: bool) -> Rules:
        """What a transaction must know."""
        again = self.settings.dead_letter_attempts > 1
        return Rules(
            judge=self.breaker,
            retry_in_s=self.settings.dead_letter_delay_s if again else None,
            code_version=code_version(),
            suspicion=self.suspicion,
            careful=careful,
            one_by_one=one_by_one,
        )

    def account(self, claim: Claim, applied: Applied) -> None:
        """Count what a transaction did, say what it buried, and let the breaker know."""
        name = self.stage.name
        self.state.events[claim.partition] += applied.passed
        self.state.failed_events += len(applied.failed)
        metrics.stage_events.labels(name).inc(applied.passed)
        metrics.stage_batch_events.labels(name).observe(applied.passed + len(applied.failed))
        for _, failure in applied.failed:
            metrics.dead_letters.labels(name, failure.kind.value).inc()
            metrics.quarantined.labels(name).inc(isinstance(failure.error, Quarantined))
        if applied.failed:
            item, failure = applied.failed[0]
            self.state.failed(failure)
            log.warning(
                "dead letters",
                **claim._asdict(),
                count=len(applied.failed),
                first=item.place,
                error=repr(failure.error),
            )
        of_event = sum(failure.kind is Kind.EVENT for _, failure in applied.failed)
        if self.breaker.record(applied.passed, of_event):
            self.state.set_breaker(is_open=False)
            log.warning("events pass again: the stage goes on", stage=name)

    async def close(self) -> None:
        """End the check processes and close the database threads; the owners have left."""
        await self.check_processes.close()
        self.threads.close()
