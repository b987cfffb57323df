"""The topics: their names, who must have read an entry before it may go, and a user's partition."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Topic:
    """A topic and the consumer groups that trimming waits for."""

    name: str
    groups: tuple[str, ...]


USAGE = Topic("usage", groups=("timeflow-usage",))
TASKS = Topic("tasks", groups=("timeflow-tasks",))
ACTIVITY = Topic("activity", groups=("timeflow-segmentation",))
PROFILES = Topic("profiles", groups=("timeflow-recommendation",))

ALL = (USAGE, TASKS, ACTIVITY, PROFILES)

#: The topic that each stage reads.
STAGES = {group.removeprefix("timeflow-"): topic for topic in ALL for group in topic.groups}


def partition_of(user_id: UUID, partitions: int) -> int:
    """The one partition of a user, the same on every topic.

    The last four bytes of a UUID are random in versions 4 and 7 alike.
    """
    return int.from_bytes(user_id.bytes[-4:], "big") % partitions
