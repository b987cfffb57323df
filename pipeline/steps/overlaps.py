"""Which of a person's time entries lie at the same time as others."""

from bisect import bisect_left
from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

Id = TypeVar("Id", bound=Hashable)


def overlaps(
    spans: Sequence[tuple[Id, datetime, datetime]], of: Collection[Id], most: int
) -> dict[Id, list[Id]]:
    """For each id in `of`, the others at the same time; `most` of them, the earliest.

    `spans` are (id, start, end), by start.
    """
    starts = [start for _, start, _ in spans]
    found = {}
    for id, start, end in spans:
        if id in of:
            begun = islice(spans, bisect_left(starts, end))
            others = (one for one, _, until in begun if until > start and one != id)
            found[id] = list(islice(others, most))
    return found
