"""How a stage is doing in this process, to be read by operators."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pipeline import metrics
from pipeline.failures import Failure

Status = Literal["running", "careful", "waiting", "paused"]


@dataclass
class StageState:
    """What the owners of a stage's partitions say of themselves.

    `careful`: partitions that are looked at event by event after a crash. `waiting`: partitions
    whose batch waits for the environment. `paused`: the breaker is open.
    """

    stage: str
    paused: bool = False
    careful: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    last_error: str = ""
    last_error_at: datetime | None = None

    @property
    def status(self) -> Status:
        """The one word for it."""
        if self.paused:
            return "paused"
        if self.waiting:
            return "waiting"
        return "careful" if self.careful else "running"

    def failed(self, failure: Failure) -> None:
        """Keep the last failure."""
        self.last_error = f"{failure.error_class}: {failure.error}"
        self.last_error_at = datetime.now(UTC)

    def pause(self, *, paused: bool) -> None:
        """The breaker opened or closed."""
        self.paused = paused
        metrics.breaker_open.labels(self.stage).set(paused)
