"""The names of all keys. What belongs to one partition shares its hash tag, so its Cluster slot."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Keys:
    """Key names under one prefix."""

    prefix: str

    def log(self, topic: str, partition: int) -> str:
        """The stream of a partition: entry `0-<offset>`."""
        return f"{{{self.prefix}:{topic}:{partition}}}"

    def state(self, topic: str, partition: int) -> str:
        """Hash: total of events `c`, end of the chain of tags `tag`, and each producer `p:<id>`."""
        return f"{self.log(topic, partition)}:state"

    def groups(self, topic: str, partition: int) -> str:
        """Hash: per consumer group its fence, and tag and total of events at its position."""
        return f"{self.log(topic, partition)}:groups"

    def topics(self) -> str:
        """Hash: topic to its number of partitions."""
        return f"{{{self.prefix}}}:topics"

    def group(self, group: str, part: str) -> str:
        """A part of a group's membership: `state`, `members`, `meta`, `owners`, ..."""
        return f"{{{self.prefix}:group:{group}}}:{part}"
