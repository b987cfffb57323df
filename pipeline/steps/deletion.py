"""What a person deleted: a standing word about the past, kept instead of the events."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

import msgspec

_decode = msgspec.json.Decoder().decode


class Described(Protocol):
    """An event on its way or as it is kept."""

    @property
    def time(self) -> int: ...
    @property
    def received(self) -> int: ...
    @property
    def device(self) -> str: ...
    @property
    def entity(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def project(self) -> str: ...
    @property
    def data(self) -> str | msgspec.Raw: ...


class Deletion(NamedTuple):
    """All that had happened, or had come in, by `made_at` within the windows, and fits.

    None: any device, any text. Instants are microseconds; the end of a window is not in it.
    """

    made_at: int
    windows: Sequence[tuple[int, int]]
    device: str | None = None
    q: str | None = None

    def covers(self, event: Described) -> bool:
        """Whether the event is deleted, be it known or not."""
        return (
            (event.time < self.made_at or event.received < self.made_at)
            and self.device in (None, event.device)
            and any(start <= event.time < end for start, end in self.windows)
            and (self.q is None or _says(event, self.q.casefold()))
        )


def _says(event: Described, q: str) -> bool:
    data = event.data if isinstance(event.data, str) else bytes(event.data)
    return any(q in text for text in _said(event.entity, event.project, event.category, data))


@lru_cache(maxsize=1)
def _said(entity: str, project: str, category: str, data: str | bytes) -> tuple[str, ...]:
    """What an event says, which many deletions may ask one after the other."""
    return tuple(text.casefold() for text in (entity, project, category, *_texts(_decode(data))))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in _texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))
