"""Faust's consumer on Redis Streams: what Faust asks, and what it is told."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Set

from faust.exceptions import ImproperlyConfigured
from faust.types import TP
from mode import ServiceT

from pipeline.redis_streams.backoff import Seldom
from pipeline.redis_streams.commits import Commits
from pipeline.redis_streams.drain import Drain
from pipeline.redis_streams.errors import StreamsError
from pipeline.redis_streams.lease import Lease
from pipeline.redis_streams.member_name import new_name
from pipeline.redis_streams.membership import Membership
from pipeline.redis_streams.owned_partition import EntryMessage, OwnedPartition
from pipeline.redis_streams.ownership import Alarm, Ownership
from pipeline.redis_streams.partition_logs import PartitionLogs
from pipeline.redis_streams.positions import GroupPositions, Positions
from pipeline.redis_streams.reader import Reader
from pipeline.redis_streams.rebalance import Rebalance
from pipeline.redis_streams.server import require_server
from pipeline.redis_streams.uncounted import Uncounted

log = logging.getLogger(__name__)


class Consumer(Commits):
    """The consumer of one app in one process."""

    def __post_init__(self) -> None:
        app, transport = self.app, self.transport
        if self.in_transaction:
            raise ImproperlyConfigured("redis:// has no exactly_once: commit effects with a cursor")
        self._options = options = transport.options
        self._group = app.conf.id
        self._logs = PartitionLogs(transport.connections, transport.keys, self._group)
        own: Positions | None = getattr(app, "positions", None)
        self.positions = own or GroupPositions(
            self._logs.acquire, self._move_position, self._finish
        )
        self._ownership = Ownership(
            self._logs,
            self.positions,
            transport.topics,
            options,
            generation=lambda: app.consumer_generation_id,
            buffer_entries=app.conf.stream_buffer_maxsize,
            on_change=lambda: self._drain.wake(),
            on_ack=lambda: self._progress.set(),
        )
        self._reader = Reader(
            transport.redis_url,
            transport.connections,
            self._logs,
            options,
            self._ownership.suspect,
        )
        self._drain = Drain(
            self._ownership,
            self._reader,
            options,
            hand_over=self._hand_over,
            doubt=self.doubt,
        )
        self._membership = Membership(
            transport.connections,
            transport.keys,
            self._group,
            new_name(),
            options.lease_s,
        )
        self._rebalance = Rebalance(self, self._membership, transport.topics, options)
        self._lease: Lease | None = None
        self._rebalancing: asyncio.Future[None] | None = None
        self._acked = self._acked_index = Uncounted()  # type: ignore[assignment]
        self._snapshots, self._ends = {}, {}
        self._started_flow = False
        self._progress = asyncio.Event()
        self._may_say = Seldom()

    # --- for stages --------------------------------------------------------------------------

    @property
    def alarm(self) -> Alarm:
        """Given whenever a log was replaced."""
        return self._ownership.alarm

    def seek_back(self, tp: TP, offset: int) -> None:
        """Read the partition again from `offset` on; what was handed over before is void."""
        self._ownership.read_again(tp, offset)

    def lost(self, tp: TP) -> None:
        """The partition turned out to be another member's: whatever the group says holds."""
        self.doubt({tp})

    # --- life --------------------------------------------------------------------------------

    async def on_start(self) -> None:
        """Refuse a server that cannot carry streams."""
        await require_server(self.transport.connections)

    async def subscribe(self, topics: Iterable[str]) -> None:
        """Join the group for `topics`."""
        wanted = set(topics)
        for topic in self.app.topics:
            if topic.partitions:
                for name in topic.topics:
                    await self.transport.declare(name, topic.partitions)
        if self.should_stop:  # Meanwhile: who leaves must not begin to join.
            return
        if self.app.client_only:
            await self._read_from_the_end(wanted)
            return
        if self._lease is None:
            url, on_beat = self.transport.redis_url, self._rebalance.on_beat
            self._lease = Lease(url, self._membership, self._options, on_beat)
            self._lease.start()
            self._rebalancing = self.add_future(self._rebalance.run())
        self._rebalance.want(wanted)

    async def until_settled(self) -> None:
        """Wait for the rebalance to end; whoever else stopped the consumer may still be at it."""
        if self._rebalancing is not None:
            await asyncio.wait({self._rebalancing})

    async def on_stop(self) -> None:
        """Leave the group in order: finish, commit, go."""
        if self._rebalancing is not None:
            self._rebalancing.cancel()
            await asyncio.wait({self._rebalancing})
        tps = self.assignment()
        try:
            if self._lease is not None:
                for tp in tps:
                    self._ownership.partitions[tp].closing = True
                await self.positions.release(tps)
                await self.positions.leave()
            await super().on_stop()
            if self._lease is not None:
                await self._membership.leave()
        except StreamsError as error:
            log.warning("group %s: left without saying so: %s", self._group, error)
        finally:
            self.lose(tps)
            if self._lease is not None:
                self._lease.stop()
            await self._reader.close()

    # --- partitions come and go --------------------------------------------------------------

    def partitions_move_together(self) -> bool:
        """Tables are recovered by Faust's own rebalance, which stops everything."""
        return bool(self.app.tables.data)

    async def take_over(self, tps: Set[TP], generation: int) -> None:
        """Own partitions that nobody else has any more."""
        alarmed = await self._let_go(tps & self.assignment())
        if self._started_flow and not self.partitions_move_together():
            if tps:
                acquired = await self._ownership.acquire(tps, generation, alarmed)
                await self._tell_faust(self.assignment() | tps)
                self._own(acquired)
            return
        # Faust's own way: it pauses everything, recovers tables, and starts the flow again.
        self.app.consumer_generation_id = generation
        acquired = await self._ownership.acquire(tps, generation, alarmed)
        if not self._started_flow:
            self._started_flow = True
            self.app.on_rebalance_start()
        self._own(acquired)
        await self.on_partitions_assigned(self.assignment(), generation)

    def held(self) -> set[TP]:
        """What this member owns, as far as it knows beyond doubt."""
        return {tp for tp, p in self._ownership.partitions.items() if not p.stale}

    def doubt(self, tps: Set[TP]) -> None:
        """Our fence is not the one of these any more: see what the group says."""
        for tp in tps & self.assignment():
            log.warning("group %s: our fence on %s/%s is stale", self._group, *tp)
            partition = self._ownership.partitions[tp]
            partition.stale = partition.closing = True
            self._rebalance.repeat()

    async def _let_go(self, tps: Set[TP]) -> set[TP]:
        """Lose what may have been somebody else's meanwhile; those whose log was replaced.

        After a FLUSHALL the group's positions say nothing, but we know what we have read.
        """
        partitions = [self._ownership.partitions[tp] for tp in tps]
        await self._reader.verify(partitions)
        self.lose(tps)
        return {p.tp for p in partitions if p.doubtful}

    async def give_up(self, tps: Set[TP]) -> None:
        """Finish and commit what is in hand of partitions that another member gets."""
        for tp in tps:
            self._ownership.partitions[tp].closing = True
        together = self.partitions_move_together()
        if together:
            self.app.on_rebalance_start()
            await self.on_partitions_revoked(set(tps))
        await self.positions.release(tps)
        await self.force_commit(tps)
        self.lose(tps)
        if not together:
            await self._tell_faust(self.assignment())

    def lose(self, tps: Set[TP]) -> None:
        """Own these no more; whatever is still in hand of them does not count."""
        self._ownership.lose(tps)
        self._paused_partitions.difference_update(tps)
        self._active_partitions.difference_update(tps)

    def _own(self, acquired: dict[TP, OwnedPartition]) -> None:
        for tp in acquired:
            self._committed_offset.pop(tp, None)
        self._ownership.own(acquired)

    async def _tell_faust(self, assigned: set[TP]) -> None:
        """Do of Faust's rebalance what a change of a few partitions needs."""
        app = self.app
        revoked, fresh = app._update_assignment(assigned)
        app.unassigned = not assigned
        await app.agents.on_rebalance(revoked, fresh)
        await app.topics.on_partitions_assigned(assigned)
        if revoked:
            await app.on_partitions_revoked.send(revoked)
        await app.on_partitions_assigned.send(assigned)

    async def _read_from_the_end(self, topics: Set[str]) -> None:
        """Read as a client, in no group: what comes from now on."""
        default = self.app.conf.topic_partitions
        counts = {t: await self.transport.topics.partitions(t, default) for t in topics}
        tps = {TP(t, p) for t, count in counts.items() for p in range(count)} - self.assignment()
        for tp, end in (await self.highwaters(*tps)).items():
            self._ownership.own_from(tp, end)

    # --- reading -----------------------------------------------------------------------------

    async def _drain_messages(self, fetcher: ServiceT) -> None:
        """Read and hand over until stopped (Faust runs this as its fetcher)."""
        while not (self.should_stop or fetcher.should_stop):
            paused = self._paused_partitions
            batch = await self._drain.once(paused, flowing=self.flow_active)
            for partition, _ in batch:
                tp = partition.tp
                self._ends[tp] = max(partition.read_offset, self._ends.get(tp, 0))
                self.app.monitor.track_tp_end_offset(tp, self._ends[tp])
            if self._commit_every is not None and self._n_acked >= self._commit_every:
                self._n_acked = 0
                await self.commit()

    async def _hand_over(self, message: EntryMessage) -> None:
        if not self.app.topics.acks_enabled_for(message.topic):
            message.acked = True
        await self.callback(message)

    def resume_partitions(self, tps: Iterable[TP]) -> None:
        """Read these again."""
        super().resume_partitions(tps)
        self._drain.wake()

    def resume_flow(self) -> None:
        """Read again."""
        super().resume_flow()
        self._drain.wake()

    async def _seek(self, partition: TP, offset: int) -> None:
        self.seek_back(partition, offset)

    async def seek_wait(self, partitions: Mapping[TP, int]) -> None:
        """Read these from other offsets (of a table's changelog)."""
        for tp, offset in partitions.items():
            self.seek_back(tp, offset)
