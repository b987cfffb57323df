"""Statements about one person's rows that shall go row by row along an index.

The planner knows how many rows people have on the average. For one who has a thousand times as many
it would read and sort all that is left for each page, and a walk would cost the square of its way.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from models.database import database, execute

_OTHER_WAYS = ("bitmapscan", "hashjoin", "mergejoin", "seqscan")


@contextmanager
def by_index() -> Iterator[None]:
    """In a transaction of its own, or as a part of the one that is open."""
    with database.atomic():
        _allow("off")
        yield
        _allow("on")


def _allow(value: str) -> None:
    execute("; ".join(f"SET LOCAL enable_{way} = {value}" for way in _OTHER_WAYS))
