"""Publishes who changed, after the commit: one entry a partition, never waited for.

A hint may be lost: the sweep of the stage that follows finds whoever is behind. So nothing here
is kept for long, retried or allowed to fail the stage that publishes. Hints linger a moment, so
that a person who is busy costs the stages that follow little.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from uuid import UUID

import msgspec
import structlog

from pipeline import record_batch
from pipeline.events import Hint
from pipeline.failures import Attempt
from pipeline.redis_streams.backoff import Seldom

#: Appends one record batch to a partition of the topic of the stage's hints.
Append = Callable[[int, bytes], Awaitable[object]]

#: Users whose hints may wait in a partition while the streams are away.
MOST_WAITING = 10_000

log = structlog.get_logger(__name__)


class Hints:
    """The hints of one stage on their way; a user's later hint replaces the one that waits."""

    def __init__(self, append: Append, linger_s: float) -> None:
        self._append, self._linger_s = append, linger_s
        self._closing = asyncio.Event()
        self._waiting: dict[int, dict[UUID, Hint]] = {}
        self._sending: dict[int, asyncio.Task[None]] = {}
        self._seldom = Seldom(10)

    def publish(self, partition: int, changed: Sequence[Hint]) -> None:
        """Send `changed` soon, with what comes meanwhile."""
        if not changed:
            return
        waiting = self._waiting.setdefault(partition, {})
        if len(waiting) < MOST_WAITING:
            for hint in changed:
                waiting[hint.user] = _joined(waiting.get(hint.user), hint)
        if partition not in self._sending:
            self._sending[partition] = asyncio.create_task(self._send(partition))

    async def _send(self, partition: int) -> None:
        while partition in self._waiting:
            await self._linger()
            hints = self._waiting.pop(partition)
            value = record_batch.encode([msgspec.json.encode(hint) for hint in hints.values()])
            with Attempt() as attempt:
                await self._append(partition, value)
            if attempt.failure and self._seldom:
                log.warning("hints lost", partition=partition, error=repr(attempt.failure.error))
        del self._sending[partition]

    async def _linger(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), self._linger_s)

    async def close(self, within_s: float) -> None:
        """Let what waits and what is on its way leave, for so long."""
        self._closing.set()
        if tasks := list(self._sending.values()):
            _, late = await asyncio.wait(tasks, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _joined(waiting: Hint | None, hint: Hint) -> Hint:
    if waiting is None:
        return hint
    days = tuple(sorted({*waiting.days, *hint.days}))
    return msgspec.structs.replace(hint, days=days)
