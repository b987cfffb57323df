"""The value of one stream entry: many events, length-prefixed, so that a broken one costs itself.

byte 0      version (1)
then, for each event, four bytes of length (big-endian) and the event
"""

import struct
from collections.abc import Sequence

VERSION = 1

_LENGTH = struct.Struct(">I")


class Undecodable(Exception):
    """The value is no record batch: of another version, cut short, or something else."""


def encode(events: Sequence[bytes]) -> bytes:
    """Join `events` into one value."""
    parts = [bytes((VERSION,))]
    for event in events:
        parts += (_LENGTH.pack(len(event)), event)
    return b"".join(parts)


def decode(value: bytes) -> list[bytes]:
    """Take the events apart again; they are not looked into."""
    if not value or value[0] != VERSION:
        raise Undecodable(f"not a record batch of version {VERSION}: {value[:8]!r}")
    events = []
    start = 1
    while start < len(value):
        if start + _LENGTH.size > len(value):
            raise Undecodable(f"cut short inside a length at byte {start} of {len(value)}")
        (length,) = _LENGTH.unpack_from(value, start)
        start += _LENGTH.size
        if start + length > len(value):
            raise Undecodable(f"cut short inside an event at byte {start} of {len(value)}")
        events.append(value[start : start + length])
        start += length
    return events


def overhead(events: int) -> int:
    """Bytes of a batch of so many events beside the events themselves."""
    return 1 + _LENGTH.size * events
