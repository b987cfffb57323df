"""Brings what this member owns in line with what the group assigns to it.

Each change of the group is a new generation. In it,

1. every member says what it wants and has, and goes on working meanwhile;
2. the first of them computes the assignment with Faust's assignor and publishes it;
3. each gives up what it lost: finishes what is in hand, commits, releases;
4. each claims what it got as soon as it is free, raises the fences, and reads on.

A partition that does not move is not touched by any of this.
"""

import asyncio
import logging
from collections.abc import Collection, Set
from typing import Any, Protocol

from faust.types import TP

from pipeline.redis_streams import assignment
from pipeline.redis_streams.backoff import Backoff, Seldom
from pipeline.redis_streams.errors import Away, Refused
from pipeline.redis_streams.lease import Beat
from pipeline.redis_streams.membership import Membership
from pipeline.redis_streams.options import Options
from pipeline.redis_streams.positions import FenceBehind, PositionsAway
from pipeline.redis_streams.topics import Topics

log = logging.getLogger(__name__)


class Owner(Protocol):
    """Who owns the partitions: the consumer."""

    app: Any

    def assignment(self) -> set[TP]: ...
    def held(self) -> set[TP]: ...
    async def give_up(self, tps: Set[TP]) -> None: ...
    async def take_over(self, tps: Set[TP], generation: int) -> None: ...
    def partitions_move_together(self) -> bool: ...


class Rebalance:
    """The rebalances of one member, one after the other."""

    def __init__(
        self, owner: Owner, membership: Membership, topics: Topics, options: Options
    ) -> None:
        self._owner, self._membership, self._topics = owner, membership, topics
        self._options = options
        self._woken = asyncio.Event()
        self._wanted: set[str] = set()
        self._again = False
        self._settled = self._above = 0

    def on_beat(self, beat: Beat) -> None:
        """The lease was renewed, or is over."""
        if not beat.is_member or beat.generation != self._settled:
            self._woken.set()

    def want(self, topics: Collection[str]) -> None:
        """Subscribe to `topics`, which makes a new generation if others were wanted before."""
        self._again = bool(self._wanted) and set(topics) != self._wanted
        self._wanted = set(topics)
        self.repeat()

    def repeat(self) -> None:
        """Something is wrong with what we own: look at it again."""
        self._settled = 0
        self._woken.set()

    async def run(self) -> None:
        """Follow the group until cancelled."""
        backoff, may_say = Backoff(), Seldom()
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self._settle()
                backoff.reset()
            except FenceBehind as error:
                log.warning("group %s: %s", self._membership.group, error)
                self._above = error.epoch
                self.repeat()
            except (Away, Refused, PositionsAway) as error:
                if may_say:
                    log.warning("group %s: no rebalance: %s", self._membership.group, error)
                await asyncio.sleep(backoff.next_s())
                self.repeat()

    async def _settle(self) -> None:
        if self._owner.partitions_move_together():
            await self._keep(set())
        generation, data = await self._agree()
        assigned = assignment.accept(self._owner.app, data)
        await self._keep(assigned)
        if not await self._claim(generation, assigned):
            self._woken.set()
        elif generation != self._settled:
            self._settled = generation
            group = self._membership.group
            log.info("group %s, generation %s: %s partitions", group, generation, len(assigned))

    async def _agree(self) -> tuple[int, bytes]:
        """Join the generation of now; our assignment in it."""
        app = self._owner.app
        for topic in self._wanted:
            await self._topics.partitions(topic, app.conf.topic_partitions)
        await self._membership.drop_ended()
        while True:
            joined = await self._membership.join(
                assignment.metadata(app, self._wanted),
                above=self._above,
                patience_s=self._options.join_s,
                again=self._again,
            )
            self._again = False
            if joined.assignment is not None:
                return joined.generation, joined.assignment
            if joined.metadata:
                partitions = {
                    topic: await self._topics.partitions(topic, app.conf.topic_partitions)
                    for topic in assignment.topics_of(joined.metadata)
                }
                assigned = assignment.assign(app, joined.metadata, partitions)
                await self._membership.publish(joined.generation, assigned)
            else:
                await self._change()

    async def _claim(self, generation: int, assigned: set[TP]) -> bool:
        """Take over what is assigned, as it becomes free; False when the generation is over."""
        owner = self._owner
        force_at = asyncio.get_running_loop().time() + self._options.release_s
        while True:
            force = asyncio.get_running_loop().time() >= force_at
            claimed = await self._membership.claim(generation, assigned, force=force)
            if claimed is None:
                return False
            # Owned, and yet only ours now: somebody had it in between, or the group was lost. It
            # is taken over like any other.
            ours = claimed.ours_already | claimed.ours_now
            if ours == assigned or not owner.partitions_move_together():
                kept = claimed.ours_already & owner.held()
                await owner.take_over(ours - kept, generation)
            if ours == assigned:
                return True
            await self._change()

    async def _keep(self, tps: set[TP]) -> None:
        """Give up everything else. What an earlier try gave up without saying so is said here."""
        lost = self._owner.assignment() - tps
        if lost:
            await self._owner.give_up(lost)
        await self._membership.release_all_but(tps)

    async def _change(self) -> None:
        """Wait until the group changes, but not for long: time alone may change how it stands."""
        self._woken.clear()
        try:
            # Not wait_for: until Python 3.12 it may swallow the cancellation that ends all this.
            async with asyncio.timeout(self._options.lease_s / 10):
                await self._woken.wait()
        except TimeoutError:
            return
