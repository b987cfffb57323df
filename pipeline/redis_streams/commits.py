"""The part of Faust's consumer that commits: the finished prefix of each partition, fenced.

Faust asks for new offsets, publishes what is attached to them, and then commits. What is committed
is what was asked: entries acknowledged in between come next time.
"""

import asyncio
import logging
from collections.abc import Iterator, Mapping, Set
from typing import Any

from faust.types import TP

from pipeline.redis_streams.answers import Answers
from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.options import Options
from pipeline.redis_streams.positions import Position

log = logging.getLogger(__name__)


class Commits(Answers):
    """Shows in the group how far everything is done."""

    _options: Options
    _group: str
    _progress: asyncio.Event
    _may_say: Seldom
    _snapshots: dict[TP, tuple[int, Position, int | None]]

    def doubt(self, tps: Set[TP]) -> None:
        """Our fence is not the one of these any more: see what the group says."""
        raise NotImplementedError

    async def _finish(self, tps: Set[TP]) -> None:
        """Wait for the events that agents have in hand, no longer than others wait for us."""
        until = asyncio.get_running_loop().time() + self._options.release_s
        while any(m.tp in tps and not m.acked for m in set(self._unacked_messages)):
            self._progress.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._progress.wait()
            except TimeoutError:
                return

    async def _move_position(self, tp: TP, fence: int, to: Position) -> None:
        await self._logs.commit(tp, fence, to, None)

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:
        acks = self.app.topics.acks_enabled_for
        for tp, partition in list(self._ownership.partitions.items()):
            asked = topics is None or tp in topics or tp.topic in topics
            if asked and acks(tp.topic) and not (partition.ended or partition.stale):
                yield tp

    def _new_offset(self, tp: TP) -> int | None:
        partition = self._ownership.partitions[tp]
        deliveries = partition.deliveries
        self._snapshots[tp] = (partition.fence, deliveries.position, deliveries.total_events)
        return deliveries.position.next_offset

    def _should_commit(self, tp: TP, offset: int) -> bool:
        return offset > self._ownership.partitions[tp].committed

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
        commits = {tp: self._snapshots[tp] for tp in offsets}
        try:
            done, stale = await self._logs.commit_all(commits)
        except StreamsError as error:
            if self._may_say:
                log.warning("group %s: cannot commit: %s", self._group, error)
            return False
        for tp in done & self.assignment():
            self._ownership.partitions[tp].committed = offsets[tp]
        self.doubt(stale)
        return bool(done)
