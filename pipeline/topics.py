"""The topics: their names, who must have read an entry before it may go, and a user's partition.

Who reads them is known once the stages are declared (`pipeline.stage.discover`): every process
does that first. A topic of which no reader is known is never trimmed.
"""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True)
class Topic:
    """A topic and the consumer groups that trimming waits for."""

    name: str
    groups: list[str] = field(default_factory=list, compare=False)


USAGE = Topic("usage")
TASKS = Topic("tasks")
ACTIVITY = Topic("activity")
PROFILES = Topic("profiles")

ALL = (USAGE, TASKS, ACTIVITY, PROFILES)

#: The topic that each stage reads.
STAGES: dict[str, Topic] = {}


def add_reader(stage: str, topic: Topic) -> None:
    """Let trimming of a topic wait for a stage."""
    topic.groups.append(f"timeflow-{stage}")
    STAGES[stage] = topic


def partition_of(user_id: UUID, partitions: int) -> int:
    """The one partition of a user, the same on every topic.

    The last four bytes of a UUID are random in versions 4 and 7 alike.
    """
    return int.from_bytes(user_id.bytes[-4:], "big") % partitions
