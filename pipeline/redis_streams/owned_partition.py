"""A partition while this member reads it from one position on, and the messages made of it."""

from collections.abc import Callable
from typing import Any

from faust.types import TP, ConsumerMessage
from msgspec import json

from pipeline.redis_streams.deliveries import Deliveries, Delivery
from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.positions import Position

_HEADERS: json.Decoder[list[tuple[str, bytes]]] = json.Decoder(list[tuple[str, bytes]])


def encode_headers(headers: Any) -> bytes | None:
    """Faust's headers, a mapping or pairs, as one field (JSON, values in base64)."""
    if not headers:
        return None
    items = headers.items() if hasattr(headers, "items") else headers
    return json.encode([(k, v.encode() if isinstance(v, str) else v) for k, v in items])


class OwnedPartition:
    """One partition in our hands. When it goes, or is read anew, another takes its place.

    What was handed over before then says so by itself (`EntryMessage`), so that it is neither
    processed nor counted, however late it comes.
    """

    def __init__(
        self,
        tp: TP,
        fence: int,
        position: Position,
        generation: int,
        on_ack: Callable[["OwnedPartition"], None],
    ) -> None:
        self.tp, self.fence = tp, fence
        self._on_ack = on_ack
        self.deliveries = Deliveries(position)
        #: Where reading is, and the tag of the entry before it ('': not known).
        self.read_offset, self.read_tag = position
        #: The position that the group shows.
        self.committed = position.next_offset
        #: Faust hands over only messages of the generation it is in.
        self.generation = generation
        #: Entries came since the log was last compared.
        self.verified = False
        #: Not read because too much of it is unacknowledged.
        self.full = False
        #: It goes to another member: what is in hand is finished, nothing more is handed over.
        self.closing = False
        #: Our fence is not the one of now.
        self.stale = False
        #: Its log is not the one that was read before.
        self.doubtful = False
        #: It went, or is read anew: whatever is still done of it does not count.
        self.ended = False

    def message(self, record: Record) -> "EntryMessage":
        """Hand `record` over."""
        return EntryMessage(self, record, self.deliveries.add(record))

    def ack(self, delivery: Delivery) -> None:
        """Count an entry as done, unless it is too late for that."""
        if not self.ended:
            self.deliveries.ack(delivery)
            self._on_ack(self)

    def advance(self, record: Record) -> None:
        """Reading is behind `record` now."""
        self.read_offset, self.read_tag = record.offset + 1, record.tag
        self.verified = True


class EntryMessage(ConsumerMessage):
    """Faust's message of one entry, which knows whether it still matters.

    Faust's compiled stream keeps its books inside itself; the two attributes that it asks on the
    way, `generation_id` before it hands over and `acked` before it counts, are answered here.
    """

    __slots__ = ("_delivery", "_owner", "events", "tag")

    def __init__(self, owner: OwnedPartition, record: Record, delivery: Delivery) -> None:
        self._owner, self._delivery = owner, delivery
        self.tag, self.events = record.tag, record.events
        super().__init__(
            owner.tp.topic,
            owner.tp.partition,
            record.offset,
            record.time_ms / 1000,
            0,
            _HEADERS.decode(record.headers) if record.headers else [],
            record.key,
            record.value,
            None,
            tp=owner.tp,
        )

    @property
    def acked(self) -> bool:
        """Whether nothing is left to be done for it."""
        return self._owner.ended or self._delivery.acked

    @acked.setter
    def acked(self, value: bool) -> None:
        if value:
            self._owner.ack(self._delivery)

    @property
    def generation_id(self) -> int | None:
        """The generation of Faust it belongs to; None, which is no generation, once it is stale."""
        owner = self._owner
        return None if owner.closing or owner.ended else owner.generation

    @generation_id.setter
    def generation_id(self, value: int | None) -> None:
        """Faust's constructor sets what the partition knows better."""
