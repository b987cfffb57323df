"""The topics of a server: how many partitions each has, and the groups created with it."""

from collections.abc import Iterable

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.errors import PartitionCountChanged, Refused
from pipeline.redis_streams.keys import Keys

DECLARE = scripts.load("declare")
CREATE_GROUPS = scripts.load("create_groups")


class Topics:
    """The stored number of partitions of each topic, read once."""

    def __init__(self, connections: Connections, keys: Keys) -> None:
        self._connections, self._keys = connections, keys
        self._partitions: dict[str, int] = {}

    def known(self, topic: str) -> int | None:
        """The number of partitions, if it was read before."""
        return self._partitions.get(topic)

    async def partitions(self, topic: str, default: int) -> int:
        """The stored number of partitions; a topic that does not exist is made with `default`."""
        if topic not in self._partitions:
            await self._store(topic, default)
        return self._partitions[topic]

    async def declare(self, topic: str, partitions: int, groups: Iterable[str] = ()) -> None:
        """Make the topic if it is new; `groups` will see every entry from the first on.

        Raises `PartitionCountChanged` if it is stored with another number of partitions.
        """
        await self._store(topic, partitions)
        stored = self._partitions[topic]
        if stored != partitions:
            raise PartitionCountChanged(topic, stored, partitions)
        names = list(groups)
        if not names:
            return
        replies = await self._connections.run_all(
            *((CREATE_GROUPS, [self._keys.log(topic, p)], names) for p in range(partitions))
        )
        for reply in replies:
            if isinstance(reply, Refused):
                raise reply

    async def restore(self) -> None:
        """Store again what we know, after the server lost it."""
        for topic, partitions in list(self._partitions.items()):
            await self._store(topic, partitions)

    async def _store(self, topic: str, partitions: int) -> None:
        stored = await self._connections.run(DECLARE, [self._keys.topics()], topic, partitions)
        self._partitions[topic] = int(stored)
