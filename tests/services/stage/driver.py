"""Drives partition owners without Faust: a log in memory that reads again where it is told to."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec

from models import cursors
from models.cursors import Claim
from models.database import execute
from pipeline import record_batch
from pipeline.batch import Entry
from pipeline.partition_owner import PartitionOwner
from pipeline.running_stage import RunningStage
from tests.services.stage.ledger import LEDGER


class Log:
    """One partition's entries, and who has acknowledged what."""

    def __init__(self) -> None:
        self.values: list[bytes] = []
        self.acknowledged: set[int] = set()
        self.missing: set[int] = set()
        self.sought: list[int] = []

    def append(self, *events: msgspec.Struct | bytes) -> int:
        """One entry of `events`; return its offset."""
        raws = [e if isinstance(e, bytes) else msgspec.json.encode(e) for e in events]
        self.append_value(record_batch.encode(raws))
        return len(self.values)

    def append_value(self, value: bytes) -> None:
        """One entry as it is."""
        self.values.append(value)

    def entry(self, offset: int) -> Entry:
        """The entry at an offset."""
        return Entry(
            offset,
            f"tag-{offset}",
            self.values[offset - 1],
            lambda: self.acknowledged.add(offset),
        )

    def feed(self, owner: PartitionOwner, from_offset: int) -> None:
        """Offer everything from an offset on."""
        for offset in range(from_offset, len(self.values) + 1):
            if offset not in self.missing:
                owner.offer(self.entry(offset))


class Owned:
    """An owner of the log's partition in this process."""

    def __init__(self, running: RunningStage, log: Log, claim: Claim) -> None:
        self.running, self.log, self.claim = running, log, claim
        self.lost = asyncio.Event()
        self.owner: PartitionOwner

    async def acquire(self, owner_id: UUID | None = None) -> "Owned":
        """Raise the epoch and begin at the cursor."""
        cursor = await self.running.threads.run(cursors.acquire, self.claim, owner_id or uuid4())
        assert cursor is not None, "another owner has a higher epoch"
        self.owner = PartitionOwner(
            self.running,
            self.claim,
            cursor,
            seek_back=self.seek_back,
            lost=self.lost.set,
            end_offset=len(self.log.values) + 1,
        )
        self.log.feed(self.owner, cursor.next_offset)
        return self

    def seek_back(self, offset: int) -> None:
        """Read again."""
        self.log.sought.append(offset)
        self.log.feed(self.owner, offset)

    def append(self, *events: msgspec.Struct | bytes) -> int:
        """Append one entry and hand it over."""
        offset = self.log.append(*events)
        self.owner.offer(self.log.entry(offset))
        return offset


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def query(running: RunningStage, sql: str, values: Sequence[object] = ()) -> list[Any]:
    """Rows, on a database thread."""
    return await running.threads.run(lambda: list(execute(sql, values).fetchall()))


def claim(epoch: int = 1, partition: int = 0) -> Claim:
    """A claim on a partition of the ledger stage."""
    return Claim(LEDGER.name, LEDGER.topic.name, partition, epoch)
