"""What a consumer group does to the logs of partitions: acquire, compare, commit."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from faust.types import TP

from pipeline.redis_streams import scripts
from pipeline.redis_streams.connections import Argument, Connections
from pipeline.redis_streams.errors import Refused, StaleFence
from pipeline.redis_streams.keys import Keys
from pipeline.redis_streams.positions import FenceBehind, Position

_ACQUIRE, _COMMIT = scripts.load("acquire"), scripts.load("commit")
_TAG_AT, _BOUNDS = scripts.load("tag_at"), scripts.load("bounds")


class PartitionLogs:
    """The logs as `group` sees them."""

    def __init__(self, connections: Connections, keys: Keys, group: str) -> None:
        self._connections, self._keys, self._group = connections, keys, group

    def key(self, tp: TP) -> str:
        """The stream of a partition."""
        return self._keys.log(*tp)

    async def acquire(self, fences: Mapping[TP, int]) -> dict[TP, Position]:
        """Raise the fences, make missing groups; the positions the group shows."""
        replies = await self._each(_ACQUIRE, fences, {tp: [f] for tp, f in fences.items()})
        positions = {}
        for tp, reply in replies.items():
            if isinstance(reply, Refused):
                raise reply
            if not reply[0]:
                raise FenceBehind(tp, reply[1])
            positions[tp] = Position(reply[1] + 1, reply[2].decode())
        return positions

    async def commit(
        self, tp: TP, fence: int, position: Position, total_events: int | None
    ) -> None:
        """Show `position`; raises `StaleFence` when the partition has another owner."""
        await self._connections.run(
            _COMMIT,
            [self.key(tp), self._keys.groups(*tp)],
            self._group,
            fence,
            position.next_offset - 1,
            -1 if total_events is None else total_events,
            position.tag,
        )

    async def commit_all(
        self, commits: Mapping[TP, tuple[int, Position, int | None]]
    ) -> tuple[set[TP], set[TP]]:
        """As `commit`, together: what was committed, and what has another owner."""
        arguments: dict[TP, list[Argument]] = {
            tp: [fence, at.next_offset - 1, -1 if total is None else total, at.tag]
            for tp, (fence, at, total) in commits.items()
        }
        replies = await self._each(_COMMIT, commits, arguments)
        stale = {tp for tp, reply in replies.items() if isinstance(reply, StaleFence)}
        done = {tp for tp, reply in replies.items() if not isinstance(reply, Refused)}
        return done, stale

    async def compare(self, positions: Mapping[TP, Position]) -> dict[TP, str]:
        """Compare the entry before each position with the log; what differs, and how."""
        asked = {tp: at for tp, at in positions.items() if at.next_offset > 1}
        replies = await self._connections.run_all(
            *((_TAG_AT, [self.key(tp)], [at.next_offset - 1]) for tp, at in asked.items())
        )
        differences = {}
        for (tp, at), reply in zip(asked.items(), replies, strict=True):
            if isinstance(reply, Refused):
                raise reply
            if reply is None:
                differences[tp] = f"entry {at.next_offset - 1} is missing"
            elif at.tag and reply.decode() != at.tag:
                differences[tp] = f"entry {at.next_offset - 1} is another than before"
        return differences

    async def bounds(self, tps: Iterable[TP]) -> dict[TP, tuple[int, int]]:
        """The oldest offset of each log and that of its next append."""
        wanted = list(tps)
        replies = await self._connections.run_all(*((_BOUNDS, [self.key(tp)], ()) for tp in wanted))
        for reply in replies:
            if isinstance(reply, Refused):
                raise reply
        return {tp: (reply[0], reply[1]) for tp, reply in zip(wanted, replies, strict=True)}

    async def _each(
        self,
        script: scripts.Script,
        tps: Iterable[TP],
        arguments: Mapping[TP, Sequence[Argument]],
    ) -> dict[TP, Any]:
        wanted = list(tps)
        replies = await self._connections.run_all(
            *(
                (script, [self.key(tp), self._keys.groups(*tp)], [self._group, *arguments[tp]])
                for tp in wanted
            )
        )
        return dict(zip(wanted, replies, strict=True))
