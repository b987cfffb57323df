"""What one transaction takes of a partition: entries, taken apart, decoded and checked."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from models.attempts import WHOLE_ENTRY
from pipeline import record_batch
from pipeline.failures import Attempt, Failure, Invalid, Kind
from pipeline.stage import Stage


class Quarantined(Invalid):
    """The event has ended so many processes that it is not tried any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a partition as the transport hands it over."""

    offset: int
    tag: str
    value: bytes
    acknowledge: Callable[[], object]


class Place(NamedTuple):
    """Where an event stands: its entry and its position in it (-1: the entry as a whole)."""

    offset: int
    position: int


class Item(NamedTuple):
    """One event where it stands; `event` is None as long as it is not decoded."""

    offset: int
    position: int
    tag: str
    raw: bytes
    event: Any = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.offset, self.position)

    @property
    def user(self) -> UUID | None:
        """Whose event it is, if that is known."""
        return None if self.event is None else self.event.user


@dataclass(frozen=True)
class Parts:
    """An entry taken apart into its events, or what prevented it."""

    entry: Entry
    events: Sequence[bytes]
    failure: Failure | None

    @classmethod
    def of(cls, entry: Entry) -> "Parts":
        """Take `entry` apart; the events themselves are not looked into."""
        with Attempt() as attempt:
            return cls(entry, record_batch.decode(entry.value), None)
        return cls(entry, (), attempt.failure)

    def items(self) -> list[Item]:
        """The events where they stand, not yet decoded."""
        return [
            Item(self.entry.offset, position, self.entry.tag, raw)
            for position, raw in enumerate(self.events)
        ]

    def whole(self) -> Item:
        """The entry as it is."""
        return Item(self.entry.offset, WHOLE_ENTRY, self.entry.tag, self.entry.value)


@dataclass(frozen=True)
class Batch:
    """Consecutive entries: the events that passed decoding and the check, and those that failed."""

    start: int
    next_offset: int
    tag: str
    items: list[Item]
    failed: list[tuple[Item, Failure]] = field(default_factory=list)

    @property
    def users(self) -> set[UUID]:
        """Whose events passed."""
        return {item.event.user for item in self.items}

    @classmethod
    def gather(
        cls, stage: Stage, start: int, parts: Sequence[Parts], quarantined: Collection[Place] = ()
    ) -> "Batch":
        """Decode and check everything; a failure costs its own event and nothing else."""
        last = parts[-1].entry
        batch = cls(start, last.offset + 1, last.tag, [])
        for part in parts:
            if part.failure is not None:
                failure = Failure(Kind.INVALID, part.failure.error)
                batch.failed.append((part.whole(), failure))
        batch.add(stage, (item for part in parts for item in part.items()), quarantined)
        return batch

    def add(self, stage: Stage, items: Iterable[Item], quarantined: Collection[Place] = ()) -> None:
        """Decode and check `items`; those `quarantined` are not touched."""
        read, passed = stage.read, self.items.append
        waiting = iter(items)
        while True:
            with Attempt() as attempt:
                for item in waiting:
                    if quarantined and item.place in quarantined:
                        raise Quarantined("not touched: it ended the process that did")
                    offset, position, tag, raw, _ = item
                    passed(Item(offset, position, tag, raw, read(raw)))
                return
            # The iterator goes on behind the one that failed.
            if failure := attempt.of_event():
                self.failed.append((_with_its_user(stage, item, failure), failure))


def _with_its_user(stage: Stage, item: Item, failure: Failure) -> Item:
    """A failed event, decoded if that is possible and no danger."""
    if not isinstance(failure.error, Quarantined):
        with Attempt():
            return item._replace(event=stage.decode(item.raw))
    return item
