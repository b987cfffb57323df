"""The one way to what a day holds of a person's work: gather, derive, write what differs.

The caller holds the person's lock of `user_state`. Their work may change meanwhile: whoever changes
it tells of it after, and then the days are derived again.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from models import daily_work
from models.daily_work import WorkRow
from pipeline.steps.affected import days_within
from pipeline.steps.days import Period, Piece, pieces
from pipeline.steps.workday import Done, Tracked, WorkDay, work_of_day
from pipeline.transaction import Transaction

#: Days that are derived at a time.
_DAYS = 100


def rebuild(user_id: UUID, periods: tuple[Period, ...], transaction: Transaction) -> list[date]:
    """Derive all days of a person; those that did not stand so."""
    times, dates = daily_work.touched(user_id)
    return derive(user_id, {*dates, *days_of(periods, times)}, periods, transaction)


def days_of(periods: Sequence[Period], times: Iterable[tuple[int, int]]) -> set[date]:
    """The days that any of the times (start, end) touches; an instant is from itself to itself."""
    return set().union(
        *(days_within(periods, Piece(start, max(end, start + 1))) for start, end in times)
    )


def derive(
    user_id: UUID, days: Collection[date], periods: tuple[Period, ...], transaction: Transaction
) -> list[date]:
    """Derive these days and write what differs; the days that did, in order."""
    ordered = sorted(days)
    changed: list[date] = []
    for first in range(0, len(ordered), _DAYS):
        changed += _derive_some(user_id, ordered[first : first + _DAYS], periods, transaction)
    return changed


def _derive_some(
    user_id: UUID, days: Sequence[date], periods: tuple[Period, ...], transaction: Transaction
) -> list[date]:
    standing = {row.local_date: row for row in daily_work.of_days(user_id, days)}
    fresh = {day: WorkRow(day, *found) for day, found in _derived(user_id, days, periods).items()}
    changed = [row for day, row in fresh.items() if standing.get(day) != row]
    gone = standing.keys() - fresh.keys()
    daily_work.write(user_id, changed, transaction.rev(user_id), transaction.now)
    daily_work.delete(user_id, gone)
    return sorted({*(row.local_date for row in changed), *gone})


def _derived(
    user_id: UUID, days: Sequence[date], periods: tuple[Period, ...]
) -> dict[date, WorkDay]:
    times = {day: pieces(periods, day) for day in days}
    windows = _joined(piece for some in times.values() for piece in some)
    if not windows:
        return {}
    entries = [Tracked(*entry) for entry in daily_work.entries(user_id, windows)]
    created = daily_work.created(user_id, windows)
    done = [Done(*task) for task in daily_work.done(user_id, windows)]
    planned: dict[date, list[int | None]] = defaultdict(list)
    for day, estimate in daily_work.planned(user_id, days):
        planned[day].append(estimate)
    found = {}
    for day, some in times.items():
        if work := work_of_day(some, entries, created, done, planned[day]):
            found[day] = work
    return found


def _joined(some: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in sorted(some):
        if found and piece.start <= found[-1].end:
            found[-1] = Piece(found[-1].start, max(found[-1].end, piece.end))
        else:
            found.append(piece)
    return found
