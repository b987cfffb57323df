"""The tasks stage: what changed of tasks and time entries in, the days it touches derived anew."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pipeline import topics
from pipeline.events import WorkChanged
from pipeline.stage import stage
from pipeline.transaction import Transaction


@stage("tasks", topic=topics.TASKS, event=WorkChanged)
def tasks(events: Sequence[WorkChanged], transaction: Transaction) -> dict[UUID, list[date]]:
    """Derive the days that the events touch."""
    return {}
