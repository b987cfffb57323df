"""What an owner owes to the entries that the one before may have had in hand when it died.

That one took what an owner takes at once: so many entries and events from the cursor on.
"""

from collections.abc import Sequence
from typing import NamedTuple

import structlog

from models.cursors import Claim, Cursor
from pipeline.batch import Item, Parts, Place
from pipeline.quarantine import Tries, deadly, passes_together
from pipeline.running_stage import RunningStage

log = structlog.get_logger(__name__)


class Examined(NamedTuple):
    """What may be applied now, and how: all but the quarantined events, at once or one by one."""

    parts: Sequence[Parts]
    quarantined: set[Place]
    one_by_one: bool = False


class Examination:
    """Careful mode of one partition: from the cursor of a claim on.

    `end_offset` is where the log ended when the partition was claimed, if that is known.
    """

    def __init__(
        self, running: RunningStage, claim: Claim, cursor: Cursor, end_offset: int | None
    ) -> None:
        self._running = running
        self._claim = claim
        self._tries: Tries | None = None
        self._until = 0
        self._counted_to = cursor.next_offset
        self._events_left = running.settings.stage_max_events
        if not cursor.clean:
            most = cursor.next_offset + running.settings.stage_max_entries
            self._until = most if end_offset is None else min(most, end_offset)

    def covers(self, offset: int) -> bool:
        """Whether an entry must be examined."""
        return offset < self._until

    async def examine(self, parts: Sequence[Parts]) -> Examined:
        """Find the deadly events of `parts`, or of the first entry alone.

        On trial, that is, where a process died although it had survived the check, the handler is
        tried as it will run: over all parts or, if it does not get through, event by event.
        """
        self._count(parts)
        run, settings = self._running.threads.run, self._running.settings
        processes = self._running.check_processes
        first = parts[0].entry.offset
        if self._tries is None:
            self._running.state.careful.add(self._claim.partition)
            log.warning("after a crash: events are examined", **self._claim._asdict(), offset=first)
            self._tries = await run(Tries.read, self._claim, first, settings.quarantine_attempts)
        await run(self._tries.begin, first, parts[-1].entry.offset)
        trial, tries = first < self._tries.until, self._tries
        if trial and await passes_together(processes, _items(parts), tries):
            return Examined(parts, tries.not_to_touch(_items(parts)))
        if trial:
            parts = parts[:1]
        items = _items(parts)
        quarantined = await deadly(processes, items, tries, self._running.threads, trial=trial)
        if quarantined:
            self._running.screening.learn(
                [item.raw for item in items if item.place in quarantined],
                [item.raw for item in items if item.place not in quarantined],
            )
        return Examined(parts, quarantined, one_by_one=trial)

    def _count(self, parts: Sequence[Parts]) -> None:
        """Nobody takes more entries when there are events enough."""
        for part in parts:
            if self._counted_to <= part.entry.offset < self._until:
                self._counted_to = part.entry.offset + 1
                self._events_left -= len(part.events)
                if self._events_left <= 0:
                    self._until = self._counted_to

    def passed(self, next_offset: int) -> None:
        """Everything before is done."""
        if self._until and next_offset >= self._until:
            self.end()

    async def leave(self) -> None:
        """The owner leaves in order before it has examined everything."""
        if self._tries is not None:
            await self._running.threads.run(self._tries.withdraw)

    def end(self) -> None:
        """Nothing is to be examined any more."""
        self._until = 0
        self._running.state.careful.discard(self._claim.partition)


def _items(parts: Sequence[Parts]) -> list[Item]:
    return [item for part in parts for item in part.items()]
