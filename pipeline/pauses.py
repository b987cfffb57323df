"""What operators have paused of one stage, as this process knows it."""

import asyncio
from collections.abc import Collection

from models.held_partitions import Held
from models.stage_pauses import WHOLE


class Pauses:
    """Nothing goes on before it is known; while the database is away, what was known stands."""

    def __init__(self) -> None:
        self._known = False
        self._paused: frozenset[int] = frozenset()
        self._changed = asyncio.Event()

    def update(self, paused: Collection[int]) -> None:
        """These partitions are paused now, `WHOLE`: the stage."""
        self._known, self._paused = True, frozenset(paused)
        self._changed.set()
        self._changed = asyncio.Event()

    def hold(self, partition: int = WHOLE) -> bool:
        """Whether nothing of the partition may go on, or nothing of the stage."""
        return not self._known or WHOLE in self._paused or partition in self._paused

    def held(self, partitions: int) -> Held:
        """Of so many partitions those that are paused by themselves."""
        return Held(tuple(sorted(self._paused - {WHOLE})), partitions)

    async def wait(self, partition: int) -> None:
        """Return when the partition may go on."""
        while self.hold(partition):
            await self._changed.wait()
