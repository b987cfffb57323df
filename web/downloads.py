"""An answer that is too large for memory: made while it is sent."""

from collections.abc import AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Download:
    """A file of this name. What fails in the midst of it breaks the connection off."""

    name: str
    chunks: AsyncIterator[bytes]
