"""Says how a stage is in this process; hears what is paused of it and what ended processes."""

import os
import socket
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from models import dead_letters, stage_pauses, stage_reports
from models.database import database
from models.stage_reports import StageReport
from pipeline.code_version import code_version
from pipeline.running_stage import RunningStage
from pipeline.screening import MOST_LETTERS

#: Seconds over which the rate is taken.
_RATE_S = 10.0


class StageReporter:
    """One stage of one process."""

    def __init__(self, running: RunningStage) -> None:
        self._running = running
        self._process = uuid4()
        self._started_at = datetime.now(UTC)
        self._samples: list[tuple[float, Counter[int]]] = []

    async def exchange(self, partitions: Sequence[int]) -> None:
        """Say that these partitions are owned here, and how it is; hear what concerns it."""
        running, report = self._running, self._report(partitions)
        paused, deadly = await running.threads.run(_exchange, report, running.screening.heard)
        running.pauses.update(paused)
        running.screening.hear(deadly)

    async def leave(self) -> None:
        """The stage ends in this process."""
        await self._running.threads.run(stage_reports.drop, self._running.stage.name, self._process)

    def _report(self, partitions: Sequence[int]) -> StageReport:
        running, state = self._running, self._running.state
        left_s, rates = running.breaker.left_s, self._rates()
        return StageReport(
            process=self._process,
            stage=running.stage.name,
            host=socket.gethostname(),
            pid=os.getpid(),
            code_version=code_version(),
            started_at=self._started_at,
            state=state.status,
            partitions=list(partitions),
            careful=sorted(state.careful),
            waiting=sorted(state.waiting),
            breaker_until=datetime.fromtimestamp(time.time() + left_s, UTC) if left_s else None,
            events=state.events.total(),
            failed=state.failed_events,
            retries=state.retries,
            rate_events_s=None if rates is None else sum(rates.values()),
            rates={str(n): (rates or {}).get(n, 0.0) for n in partitions}
            if rates is not None
            else {},
            last_error=state.last_error[:1000].replace("\0", "\\0"),
            last_error_at=state.last_error_at,
        )

    def _rates(self) -> dict[int, float] | None:
        """Events applied a second of late, by partition; None: it is too early to say."""
        now, events = time.monotonic(), Counter(self._running.state.events)
        self._samples = [sample for sample in self._samples if sample[0] > now - _RATE_S]
        self._samples.append((now, events))
        then, before = self._samples[0]
        if now <= then:
            return None
        return {n: (count - before[n]) / (now - then) for n, count in events.items()}


def _exchange(report: StageReport, heard: Sequence[UUID]) -> tuple[list[int], dict[UUID, bytes]]:
    with database.atomic():
        stage_reports.put(report)
        deadly = dead_letters.quarantined(report.stage, heard, MOST_LETTERS)
        return stage_pauses.of(report.stage), deadly
