"""How urgent tasks are: Taskwarrior's urgency polynomial, the prior of every ranking.

The terms and their coefficients are those of `task show urgency` (taskwarrior.org/docs/urgency).
One thing is better here: a task inherits the urgency of what waits for it, so that the only way to
an urgent task comes first (Taskwarrior's issue 3111).
"""

from collections.abc import Iterable, Mapping, Sequence
from graphlib import TopologicalSorter
from typing import NamedTuple

from pipeline.steps.days import DAY_US

#: What one urgent task adds to the one it waits for: so that this comes before it.
_STEP = 0.01

_PRIORITY = {3: (6.0, "high priority"), 2: (3.9, "medium priority"), 1: (1.8, "low priority")}
_TAGS = {0: 0.0, 1: 0.8, 2: 0.9}


class Task(NamedTuple):
    """A task, as far as it matters for what to do next. Instants are microseconds since 1970.

    `done` is when it was done, None: it is open. `planned` is when the day begins that it is
    planned for. `project` is an id, or empty; `blocked_by` are ids.
    """

    id: str
    created: int
    project: str = ""
    priority: int = 0
    estimate_s: float | None = None
    due: int | None = None
    planned: int | None = None
    wait_until: int | None = None
    is_waiting: bool = False
    is_doing: bool = False
    tags: tuple[str, ...] = ()
    blocked_by: frozenset[str] = frozenset()
    done: int | None = None


class Term(NamedTuple):
    """A part of a score, and what it is for, in words; empty: not worth telling."""

    value: float
    words: str


def urgencies(tasks: Sequence[Task], now: int) -> dict[str, list[Term]]:
    """The terms of each of the open tasks; their sum is its urgency."""
    ids = {task.id for task in tasks}
    waiting: dict[str, list[str]] = {task.id: [] for task in tasks}
    for task in tasks:
        for blocker in task.blocked_by & ids:
            waiting[blocker].append(task.id)
    own = {task.id: _own(task, now, len(waiting[task.id]), ids) for task in tasks}
    return _inherited(own, waiting)


def total(terms: Iterable[Term]) -> float:
    """The sum."""
    return sum(term.value for term in terms)


def _own(task: Task, now: int, waiting: int, ids: set[str]) -> list[Term]:
    terms = [
        _due(task, now),
        Term(*_PRIORITY.get(task.priority, (0.0, ""))),
        Term(5.0, "planned") if task.planned is not None and task.planned <= now else None,
        Term(4.0, "begun") if task.is_doing else None,
        Term(8.0, f"{waiting} waiting for it") if waiting else None,
        Term(2.0 * min(1.0, max(0, now - task.created) / (365 * DAY_US)), ""),
        Term(_TAGS.get(len(task.tags), 1.0), ""),
        Term(15.0, "tagged next") if "next" in task.tags else None,
        Term(1.0, "") if task.project else None,
        Term(-3.0, "waiting") if _waits(task, now) else None,
        Term(-5.0, "blocked by another") if task.blocked_by & ids else None,
    ]
    return [term for term in terms if term and term.value]


def _waits(task: Task, now: int) -> bool:
    return task.is_waiting or (task.wait_until is not None and task.wait_until > now)


def _due(task: Task, now: int) -> Term | None:
    if task.due is None:
        return None
    overdue = (now - task.due) / DAY_US
    if overdue >= 7:
        share = 1.0
    elif overdue >= -14:
        share = (overdue + 14) * 0.8 / 21 + 0.2
    else:
        share = 0.2
    return Term(12.0 * share, _due_words(overdue))


def _due_words(overdue: float) -> str:
    if overdue > 0:
        return "overdue" if overdue < 1 else f"overdue for {overdue:.0f} d"
    days = -overdue
    return f"due within {days * 24:.0f} h" if days < 1 else f"due in {days:.0f} d"


def _inherited(
    own: Mapping[str, list[Term]], waiting: Mapping[str, Sequence[str]]
) -> dict[str, list[Term]]:
    """What waits for a task is as urgent as it makes it; dependencies have no cycles."""
    found: dict[str, list[Term]] = {}
    for id in TopologicalSorter(waiting).static_order():
        most = max((total(found[other]) for other in waiting[id]), default=None)
        short = most - total(own[id]) + _STEP if most is not None else 0.0
        inherited = [Term(short, "what waits for it is urgent")] if short > 0 else []
        found[id] = [*own[id], *inherited]
    return {id: found[id] for id in own}
