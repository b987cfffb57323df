"""What an owner owes to the entries that the one before may have had in hand when it died."""

from collections.abc import Sequence

import structlog

from models.cursors import Claim, Cursor
from pipeline.batch import Parts, Place
from pipeline.quarantine import Tries, deadly
from pipeline.running_stage import RunningStage

log = structlog.get_logger(__name__)


class Examination:
    """Careful mode of one partition: from the cursor of a claim up to some offset.

    `end_offset` is where the log ended when the partition was claimed, if that is known.
    """

    def __init__(
        self, running: RunningStage, claim: Claim, cursor: Cursor, end_offset: int | None
    ) -> None:
        self._running = running
        self._claim = claim
        self._tries: Tries | None = None
        self._until = 0
        if not cursor.clean:
            most = cursor.next_offset + running.settings.stage_max_entries
            self._until = most if end_offset is None else min(most, end_offset)

    def covers(self, offset: int) -> bool:
        """Whether an entry must be examined."""
        return offset < self._until

    def on_trial(self, offset: int) -> bool:
        """Whether a process died although it had survived the check of what it had in hand."""
        return self._tries is not None and offset < self._tries.until

    async def examine(self, parts: Sequence[Parts]) -> tuple[Sequence[Parts], set[Place]]:
        """Find the deadly events of `parts`; on trial, of the first entry alone."""
        run, settings = self._running.threads.run, self._running.settings
        first = parts[0].entry.offset
        if self._tries is None:
            self._running.state.careful.add(self._claim.partition)
            log.warning("after a crash: events are examined", **self._claim._asdict(), offset=first)
            self._tries = await run(Tries.read, self._claim, first, settings.quarantine_attempts)
        if trial := self.on_trial(first):
            parts = parts[:1]
        await run(self._tries.begin, first, parts[-1].entry.offset)
        quarantined = await deadly(
            self._running.check_process,
            [item for part in parts for item in part.items()],
            self._tries,
            self._running.threads,
            trial=trial,
        )
        return parts, quarantined

    def passed(self, next_offset: int) -> None:
        """Everything before is done."""
        if self._until and next_offset >= self._until:
            self._until = 0
            self._running.state.careful.discard(self._claim.partition)
