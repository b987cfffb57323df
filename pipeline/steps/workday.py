"""What a day holds of a person's work: time tracked, tasks made, planned and done."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import fsum, log
from typing import NamedTuple

from pipeline.steps.days import Piece


class Tracked(NamedTuple):
    """A time entry that has ended; `project` is an id, or empty."""

    start: int
    end: int
    project: str


class Done(NamedTuple):
    """A task that was done at an instant; `actual_us` is the time tracked for it, on all days."""

    at: int
    estimate_us: int | None
    actual_us: int


class WorkDay(NamedTuple):
    """Durations are microseconds. `by_project` sums to `tracked_us`."""

    tracked_us: int
    entries: int
    by_project: dict[str, int]
    tasks_created: int
    tasks_done: int
    tasks_planned: int
    planned_us: int
    estimate_log_error: float | None


def work_of_day(
    pieces: Sequence[Piece],
    entries: Iterable[Tracked],
    created: Iterable[int],
    done: Iterable[Done],
    planned: Iterable[int | None],
) -> WorkDay | None:
    """The day that these pieces of time make up; None: it holds nothing.

    Entries, instants of creation and tasks done may lie elsewhere and then count for nothing.
    `planned` are the estimates (None: there is none) of the tasks planned for the day.
    """
    by_project: dict[str, int] = defaultdict(int)
    count = 0
    for entry in entries:
        inside = sum(max(0, min(entry.end, end) - max(entry.start, start)) for start, end in pieces)
        if inside:
            by_project[entry.project] += inside
            count += 1
    finished = [task for task in done if _within(task.at, pieces)]
    estimates = list(planned)
    day = WorkDay(
        tracked_us=sum(by_project.values()),
        entries=count,
        by_project=dict(by_project),
        tasks_created=sum(_within(at, pieces) for at in created),
        tasks_done=len(finished),
        tasks_planned=len(estimates),
        planned_us=sum(estimate or 0 for estimate in estimates),
        estimate_log_error=_mean_log_error(finished),
    )
    return day if any(day) else None


def _within(instant: int, pieces: Sequence[Piece]) -> bool:
    return any(start <= instant < end for start, end in pieces)


def _mean_log_error(finished: Iterable[Done]) -> float | None:
    errors = [
        log(task.actual_us / task.estimate_us)
        for task in finished
        if task.estimate_us and task.actual_us
    ]
    return fsum(errors) / len(errors) if errors else None
