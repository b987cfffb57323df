"""What an import is made of: items of a file with their places, and where they are posted.

A source is read twice: first to see that it is whole and ours, then to post it. So nothing of a
broken, foreign or half-written file is posted.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol


class Unfit(Exception):
    """The file cannot be imported; the message says why and where."""


class Rejection(NamedTuple):
    """An item that was not taken, the place it stands at, and why."""

    where: str
    why: str


@dataclass(frozen=True)
class Target:
    """A path of the API that takes many items in one request, and how it tells of the bad ones.

    `rejections` finds the numbers of the items that were not taken in the answer, and why.
    """

    path: str
    before: bytes
    after: bytes
    rejections: Callable[[Any], list[tuple[int, str]]]
    headers: Mapping[str, str] = field(default_factory=dict)


class Item(NamedTuple):
    """One item as JSON and its place; or, without JSON, why it is none."""

    where: str
    target: Target
    content: bytes
    wrong: str = ""


class Source(Protocol):
    """A file that can be imported."""

    def check(self) -> int:
        """Read all of it; how many items it has. Raises `Unfit`."""

    def preparations(self) -> list[tuple[str, dict[str, Any]]]:
        """What to post first, by path; that it is there already is no error."""

    def items(self) -> Iterator[Item]:
        """All items, in order, a few at a time in memory."""

    def close(self) -> None:
        """Let go of what was kept."""
