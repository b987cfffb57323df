"""Which events are the same: identity and content, told by hashes.

An event counts once per user, source and id. A client that gives no id gets one made from the
content, so that sending again changes nothing. Where one id comes with different contents, the
content with the smaller hash stands, whichever came first.
"""

from collections.abc import Iterable
from hashlib import blake2b
from uuid import UUID

import msgspec

from pipeline.events import UsageEvent

#: Part of every hash, so that another way of hashing never meets these by accident.
ALGORITHM = "1"

#: Every reader of JSON takes such an integer exactly.
_NUMBER_BITS = 53

_encoder = msgspec.json.Encoder(order="sorted")


def content_hash(event: UsageEvent) -> str:
    """A hash of what the event says: not of its id, its arrival or the layout of its JSON."""
    content: tuple[object, ...] = (
        event.type,
        event.time,
        event.duration,
        event.device,
        event.entity,
        event.category,
        event.project,
        msgspec.json.decode(event.data),
    )
    if event.pulse:
        content = (*content, event.pulse)
    return f"{ALGORITHM}-{blake2b(_encoder.encode(content), digest_size=16).hexdigest()}"


def number(event: UsageEvent) -> str:
    """An id that is an integer, made of what the event says: for clients that know no others."""
    content = _encoder.encode((event.time, event.duration, msgspec.json.decode(event.data)))
    digest = blake2b(content, digest_size=8).digest()
    return str(int.from_bytes(digest, "big") >> (64 - _NUMBER_BITS))


def identify(event: UsageEvent) -> UsageEvent:
    """The event with its hash, and with an id made from it where the client gave none."""
    content = content_hash(event)
    return msgspec.structs.replace(event, hash=content, id=event.id or content)


def identity(event: UsageEvent) -> tuple[UUID, str, str]:
    """What an event is counted once by."""
    return event.user, event.source, event.id


def unique(events: Iterable[UsageEvent]) -> tuple[list[UsageEvent], int]:
    """One event of each identity, and how many met one of their identity with another content."""
    kept: dict[tuple[UUID, str, str], UsageEvent] = {}
    conflicts = 0
    for event in events:
        own = identity(event)
        other = kept.setdefault(own, event)
        if event.hash != other.hash:
            conflicts += 1
            kept[own] = min(event, other, key=lambda one: one.hash)
    return list(kept.values()), conflicts
