"""Pauses a stage when most of its recent events fail, instead of filling the dead letters.

Only failures of the *event* kind are judged. What opens the breaker is not buried: its batch is
rolled back and tried again after the pause, with whatever else has come in the meantime; while
most of it fails, the pause doubles. The first batch that mostly passes, of any partition, closes
the breaker, so that one partition full of poison cannot keep the others waiting.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass


class MostEventsFail(Exception):
    """Most recent events of the stage failed; nothing of this batch was kept."""


@dataclass(frozen=True)
class BreakerPolicy:
    """When to open, and for how long."""

    window_events: int
    min_failures: int
    pause_s: float
    longest_pause_s: float


class Breaker:
    """The breaker of one stage in this process."""

    def __init__(self, policy: BreakerPolicy, clock: Callable[[], float]) -> None:
        self._policy = policy
        self._clock = clock
        self._passed = 0.0
        self._failed = 0.0
        self._pause_s = 0.0
        self._until = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the stage pauses, or is only trying whether it still must."""
        return self._pause_s > 0

    def refuses(self, passed: int, failed: int) -> bool:
        """Whether keeping so many more failures would say that most recent events fail."""
        if self.is_open:
            return failed > passed
        failures = self._failed + failed
        return failures >= self._policy.min_failures and failures > self._passed + passed

    def record(self, passed: int, failed: int) -> bool:
        """Count a batch that was kept; return whether that closed the breaker."""
        if closed := self.is_open and passed > failed:
            self._pause_s = self._passed = self._failed = 0.0
        self._passed += passed
        self._failed += failed
        if (excess := (self._passed + self._failed) / self._policy.window_events) > 1:
            self._passed /= excess
            self._failed /= excess
        return closed

    def open(self) -> float:
        """Pause, twice as long as the last time; return for how many seconds."""
        if self._clock() >= self._until:
            longer = max(self._policy.pause_s, self._pause_s * 2)
            self._pause_s = min(longer, self._policy.longest_pause_s)
            self._until = self._clock() + self._pause_s
        return self._until - self._clock()

    @property
    def left_s(self) -> float:
        """Seconds of the pause that are left."""
        return max(0.0, self._until - self._clock())

    async def wait(self) -> None:
        """Return when batches may be tried."""
        if (left := self._until - self._clock()) > 0:
            await asyncio.sleep(left)
