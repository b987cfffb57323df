"""When to do what is planned or due: the earliest free time that fits, in the person's own hours.

Earliest deadline first (Jackson 1955), then priority; long tasks in pieces. Busy times of calendars
are left out. Working hours are those of the wall clock in which the person usually is active.
"""

from collections.abc import Iterable, Iterator, Sequence

from pipeline.steps.days import DAY_US, SECOND_US, Piece
from pipeline.steps.features import is_active
from pipeline.steps.situation import Day, Reason, Recommendation, Situation
from pipeline.steps.urgency import Task
from pipeline.steps.user_day import UserDay

KIND = "time_slot"
MODEL = "slot@1"

_MOST = 5
_LONGEST_S = 2 * 3600.0
_SHORTEST_S = 15 * 60.0
_GRAIN_US = 5 * 60 * SECOND_US
#: Of the busiest hour, what makes another a working hour; and the hours of who is not known yet.
_SHARE = 0.25
_USUAL_HOURS = frozenset(range(9, 17))
_LEAST_DAYS = 10


def recommend(situation: Situation) -> Sequence[Recommendation]:
    """A time for each of the first tasks that have an estimate and a day."""
    shares, is_own = _shares(situation.recent)
    free = list(_free(situation, {hour for hour, share in shares.items() if share >= _SHARE}))
    found: list[Recommendation] = []
    for task in sorted(filter(_has_day, situation.tasks), key=_order):
        if len(found) == _MOST:
            break
        if situation.is_put_off(KIND, task.id) or not situation.is_ready(task):
            continue
        if slot := _take(free, task, situation):
            found.append(_slot(task, slot, shares, is_own, situation))
    return found


def working_hours(recent: Sequence[UserDay]) -> set[int]:
    """The hours of the wall clock in which the person usually is active."""
    return {hour for hour, share in _shares(recent)[0].items() if share >= _SHARE}


def _shares(recent: Sequence[UserDay]) -> tuple[dict[int, float], bool]:
    """By hour how busy it is against the busiest; whether it is the person's own."""
    active = [day.by_wall_hour for day in recent if is_active(day)]
    if len(active) < _LEAST_DAYS:
        return {hour: float(hour in _USUAL_HOURS) for hour in range(24)}, False
    sums = [sum(day[hour] for day in active) for hour in range(24)]
    most = max(sums)
    if not most:
        return {hour: float(hour in _USUAL_HOURS) for hour in range(24)}, False
    return {hour: seconds / most for hour, seconds in enumerate(sums)}, True


def _has_day(task: Task) -> bool:
    return task.estimate_s is not None and (task.due is not None or task.planned is not None)


def _order(task: Task) -> tuple[float, int, str]:
    when = [at for at in (task.due, task.planned) if at is not None]
    return min(when), -task.priority, task.id


def _free(situation: Situation, hours: set[int]) -> Iterator[Piece]:
    """The free time ahead in working hours, in order."""
    for day in situation.days:
        for piece in _joined(_working(day, hours, situation.now)):
            yield from _without(piece, situation.busy)


def _working(day: Day, hours: set[int], now: int) -> Iterator[Piece]:
    for hour, (start, end) in day.hours:
        if hour in hours and end > now:
            begin = max(start, -(-now // _GRAIN_US) * _GRAIN_US)
            if begin < end:
                yield Piece(begin, end)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].end == piece.start:
            found[-1] = Piece(found[-1].start, piece.end)
        else:
            found.append(piece)
    return found


def _without(piece: Piece, busy: Iterable[Piece]) -> Iterator[Piece]:
    start = piece.start
    for block in sorted(busy):
        if block.end <= start or block.start >= piece.end:
            continue
        if block.start > start:
            yield Piece(start, block.start)
        start = max(start, block.end)
    if start < piece.end:
        yield Piece(start, piece.end)


def _take(free: list[Piece], task: Task, situation: Situation) -> Piece | None:
    """The earliest free time for the task or a piece of it; it is not free any more."""
    span = situation.span_of(task)
    needed_s = min(_LONGEST_S, max(_SHORTEST_S, span.p50_s if span else task.estimate_s or 0.0))
    needed = -(-round(needed_s * SECOND_US) // _GRAIN_US) * _GRAIN_US
    earliest = task.planned if task.planned is not None and not _is_late(task, situation) else 0
    for number, piece in enumerate(free):
        start = max(piece.start, earliest or 0)
        if piece.end - start >= needed:
            rest = [Piece(piece.start, start), Piece(start + needed, piece.end)]
            free[number : number + 1] = [each for each in rest if each.start < each.end]
            return Piece(start, start + needed)
    return None


def _is_late(task: Task, situation: Situation) -> bool:
    return task.due is not None and task.due <= situation.now + DAY_US


def _slot(
    task: Task, slot: Piece, shares: dict[int, float], is_own: bool, situation: Situation
) -> Recommendation:
    hour = next(
        (hour for day in situation.days for hour, (a, b) in day.hours if a <= slot.start < b), 0
    )
    reasons = [Reason("the first free time that is long enough", 1.0)]
    if is_own and shares[hour] >= 0.8:
        reasons.append(Reason("one of your busiest hours", shares[hour]))
    if task.due is not None and task.due < slot.end:
        reasons.append(Reason("it ends after it is due: no earlier time is free", 1.0))
    span = situation.span_of(task)
    return Recommendation(
        kind=KIND,
        subject=task.id,
        score=shares[hour],
        reasons=reasons,
        model_version=MODEL,
        expires=slot.start,
        p50_s=span.p50_s if span else None,
        p80_s=span.p80_s if span else None,
        start=slot.start,
        end=slot.end,
        features={"share_of_busiest_hour": shares[hour]},
    )
