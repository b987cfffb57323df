"""Keeps what was read of a file on disk, to be read again from either end, a part at a time."""

import tempfile
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

_PART = 500

_encode = msgspec.json.Encoder().encode


class Spooled(NamedTuple):
    """A piece of JSON with its number and its instant, microseconds since 1970."""

    at: int
    number: int
    content: bytes


class _Part(NamedTuple):
    start: int
    size: int


class Spool:
    """A sequence of pieces; only the newest few and their places are in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="timeflow-import-")  # noqa: SIM115 - see close
        self._parts: list[_Part] = []
        self._waiting: list[Spooled] = []
        self._first = self._last = 0
        self.count = 0
        self.close = self._file.close

    def add(self, at: int, piece: Any) -> None:
        """Add one."""
        self._first, self._last = self._first if self.count else at, at
        self.count += 1
        self._waiting.append(Spooled(at, self.count, _encode(piece)))
        if len(self._waiting) == _PART:
            self.flush()

    def flush(self) -> None:
        """Write what is still in memory."""
        if not self._waiting:
            return
        content = msgspec.msgpack.encode(self._waiting)
        start = self._file.seek(0, 2)
        self._file.write(content)
        self._parts.append(_Part(start, len(content)))
        self._waiting = []

    def oldest_first(self) -> Iterator[Spooled]:
        """All of them, from whichever end is the older one."""
        is_backward = self._first > self._last
        for part in reversed(self._parts) if is_backward else self._parts:
            self._file.seek(part.start)
            pieces = msgspec.msgpack.decode(self._file.read(part.size), type=list[Spooled])
            yield from reversed(pieces) if is_backward else pieces
