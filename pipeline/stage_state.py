"""How a stage is doing in this process, to be read by operators."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from pipeline import metrics
from pipeline.failures import Failure

Status = Literal["running", "careful", "waiting", "breaker"]


@dataclass
class StageState:
    """What the owners of a stage's partitions say of themselves.

    `careful`: partitions that are looked at event by event after a crash. `waiting`: partitions
    whose batch waits for the environment. Events (those applied by partition) and batches that
    were tried again are counted from the start of the process on.
    """

    stage: str
    breaker_open: bool = False
    careful: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    events: Counter[int] = field(default_factory=Counter)
    failed_events: int = 0
    retries: int = 0
    last_error: str = ""
    last_error_at: datetime | None = None

    @property
    def status(self) -> Status:
        """The one word for it."""
        if self.breaker_open:
            return "breaker"
        if self.waiting:
            return "waiting"
        return "careful" if self.careful else "running"

    def failed(self, failure: Failure) -> None:
        """Keep the last failure."""
        self.last_error = f"{failure.error_class}: {failure.error}"
        self.last_error_at = datetime.now(UTC)

    def set_breaker(self, *, is_open: bool) -> None:
        """The breaker opened or closed."""
        self.breaker_open = is_open
        metrics.breaker_open.labels(self.stage).set(is_open)
