"""A timesheet: time tracked for each project on each day, cut at the bounds of the days."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.steps.days import Piece
from pipeline.steps.workday import Tracked


def by_project_and_day(
    entries: Iterable[Tracked], days: Sequence[Sequence[Piece]]
) -> dict[str, list[int]]:
    """Microseconds on each of the days, in their order, by project.

    `days` are the pieces of time of each day. What lies outside of all of them counts nowhere.
    """
    table: dict[str, list[int]] = defaultdict(lambda: [0] * len(days))
    for entry in entries:
        inside = [_overlap(entry, pieces) for pieces in days]
        if any(inside):
            row = table[entry.project]
            for day, us in enumerate(inside):
                row[day] += us
    return dict(table)


def _overlap(entry: Tracked, pieces: Iterable[Piece]) -> int:
    return sum(max(0, min(entry.end, end) - max(entry.start, start)) for start, end in pieces)
