"""Where reading goes on: the truth about what is done, wherever it is kept.

A Faust app keeps it in its consumer group (`GroupPositions`). An app that commits its effects
elsewhere carries its own: the attribute `positions`.
"""

from collections.abc import Awaitable, Callable, Mapping, Set
from typing import NamedTuple, Protocol

from faust.types import TP

from pipeline.redis_streams.errors import StreamsError


class Position(NamedTuple):
    """Everything before `next_offset` is done; `tag` is that of the entry before it ('': none)."""

    next_offset: int
    tag: str


class FenceBehind(StreamsError):
    """The positions know of a newer fence than ours: a generation above `epoch` is needed."""

    def __init__(self, tp: TP, epoch: int) -> None:
        super().__init__(f"{tp.topic}/{tp.partition}: a fence of {epoch} was seen before")
        self.tp, self.epoch = tp, epoch


class PositionsAway(StreamsError):
    """The positions cannot be reached now; it is tried again."""


class Positions(Protocol):
    """What the transport asks of whoever keeps the positions.

    Each may raise `FenceBehind` or `PositionsAway`; anything else ends the app.
    """

    async def acquire(self, fences: Mapping[TP, int]) -> Mapping[TP, Position]:
        """Where to read partitions that were acquired now, before the first read.

        `fences` are the generations in which they were acquired: whoever acquired them before may
        commit no more.
        """

    async def rewind(self, tp: TP, fence: int, to: Position, reason: str) -> None:
        """The log is another than before, as the alarm says: reading starts over at `to`."""

    async def release(self, tps: Set[TP]) -> None:
        """Finish what is in hand of these partitions: they go to another member.

        A rebalance that is cut off by the end of this member asks once more.
        """

    async def leave(self) -> None:
        """This member is about to leave the group; a rebalance may have been cut off."""


class GroupPositions:
    """The position of the consumer group itself."""

    def __init__(
        self,
        read: Callable[[Mapping[TP, int]], Awaitable[Mapping[TP, Position]]],
        move: Callable[[TP, int, Position], Awaitable[None]],
        finish: Callable[[Set[TP]], Awaitable[None]],
    ) -> None:
        self._read, self._move, self._finish = read, move, finish

    async def acquire(self, fences: Mapping[TP, int]) -> Mapping[TP, Position]:
        """Read the group's positions."""
        return await self._read(fences)

    async def rewind(self, tp: TP, fence: int, to: Position, reason: str) -> None:
        """Set the group's position."""
        await self._move(tp, fence, to)

    async def release(self, tps: Set[TP]) -> None:
        """Wait for the events that agents have in hand."""
        await self._finish(tps)

    async def leave(self) -> None:
        """Nothing: a partition is in hand only once its position was handed over."""
