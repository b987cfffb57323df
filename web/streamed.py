"""Answers that are made while they are sent: too large for memory, or without an end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Streamed:
    """Chunks as they come. What fails in the midst of them breaks the connection off."""

    chunks: AsyncIterator[bytes]


@dataclass(frozen=True)
class Download(Streamed):
    """A file of this name."""

    name: str
