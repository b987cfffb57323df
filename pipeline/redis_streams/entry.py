"""One stream entry: what is appended, and what is read."""

import time
from dataclasses import dataclass, field
from typing import Any


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is appended. `events` is how many events the value holds."""

    value: bytes | None
    key: bytes | None = None
    headers: bytes | None = None
    time_ms: int = field(default_factory=_now_ms)
    events: int = 1

    def arguments(self) -> list[bytes | str | int]:
        """As the append script takes it."""
        present = {"k": self.key, "v": self.value, "h": self.headers}
        values = {name: value for name, value in present.items() if value is not None}
        return ["".join(values), self.time_ms, self.events, *values.values()]

    def __len__(self) -> int:
        return len(self.value or b"") + len(self.key or b"") + len(self.headers or b"")


@dataclass(frozen=True, slots=True)
class Record:
    """What is read: an entry with its place in the log."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: bytes | None
    time_ms: int
    events: int
    total_events: int
    tag: str
    size: int

    @classmethod
    def parse(cls, reply: Any) -> "Record":
        """Take apart one entry of an XREAD or XRANGE reply.

        An entry that somebody appended by hand may lack any field.
        """
        entry_id, flat = reply
        fields = dict(zip(flat[::2], flat[1::2], strict=True))
        key, value, headers = fields.get(b"k"), fields.get(b"v"), fields.get(b"h")
        return cls(
            offset=int(entry_id[2:]),
            key=key,
            value=value,
            headers=headers,
            time_ms=int(fields.get(b"t", 0)),
            events=int(fields.get(b"n", 1)),
            total_events=int(fields.get(b"c", 0)),
            tag=fields.get(b"tag", b"").decode(),
            size=len(key or b"") + len(value or b"") + len(headers or b""),
        )

    def follows(self, tag: str) -> bool:
        """Whether the entry just before this one had `tag` ('': nothing is known of it)."""
        half = len(self.tag) // 2
        return not tag or not self.tag or self.tag[:half] == tag[half:]
