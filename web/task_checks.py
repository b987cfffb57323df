"""What a task may be: its dates, its rule, and the others that it names."""

from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from models import tasks
from models.tasks import TaskRow
from pipeline.steps.repeats import Dates, Mode, Repeat, check_repeat
from pipeline.steps.rule_parts import BadRule, parts_of, text_of
from web.fields import check_day, check_instant
from web.problems import invalid
from web.projects import check_project

_INSTANTS = {"due_at", "deadline", "wait_until", "created_at", "done_at"}
_DAYS = {"due_on", "planned_on"}


def check_task(user_id: UUID, id: UUID | None, path: str = "task_id") -> TaskRow | None:
    """The task that a body names; `Problem` 422 unless it is one of theirs."""
    if id is None:
        return None
    row = tasks.find(user_id, id)
    if row is None or row.deleted_at:
        raise invalid(path, "Not a task of yours")
    return row


def check(user_id: UUID, old: TaskRow | None, new: TaskRow, zone: str) -> None:
    """Raise `Problem` 422 unless the task may become this.

    What stays is not looked at: a task may go on naming what was deleted.
    """
    changed = {
        name for name in TaskRow._fields if old is None or getattr(old, name) != getattr(new, name)
    }
    _check_dates(new, changed)
    if "project_id" in changed:
        check_project(user_id, new.project_id)
    if "parent_id" in changed:
        _check_parent(user_id, new)
    if "blocked_by" in changed:
        _check_blockers(user_id, new, old.blocked_by if old else ())
    if new.rrule:
        _check_rule(new, zone)


def check_history(new: TaskRow, fields: Mapping[str, Any], now: datetime) -> None:
    """Raise `Problem` 422 unless what was done elsewhere was done by now."""
    for path in ("created_at", "done_at"):
        if path in fields and fields[path] > now:
            raise invalid(path, "In the future")
    if "done_at" in fields and (new.status != "done" or fields["done_at"] < new.created_at):
        raise invalid("done_at", "Not of a task that is done, or before it was made")


def dates_of(row: TaskRow) -> Dates:
    """The dates of a task, as the steps take them."""
    return Dates(row.due_at, row.due_on, row.planned_on, row.deadline, row.wait_until)


def repeat_of(row: TaskRow, zone: str) -> Repeat:
    """How a task repeats, as the steps take it."""
    return Repeat(row.rrule, cast("Mode", row.repeat_mode), row.repeat_at, zone)


def _check_dates(new: TaskRow, changed: Set[str]) -> None:
    for path in changed & _INSTANTS:
        check_instant(path, getattr(new, path))
    for path in changed & _DAYS:
        check_day(path, getattr(new, path))
    if new.due_at and new.due_on:
        raise invalid("due_on", "Due at an instant or on a day, not both")


def canonical(rule: str) -> str:
    """The rule in capitals and without a name before it; `Problem` 422: it is none."""
    try:
        return text_of(parts_of(rule)) if rule else rule
    except BadRule as error:
        raise invalid("rrule", str(error)) from error


def _check_rule(new: TaskRow, zone: str) -> None:
    try:
        check_repeat(dates_of(new), repeat_of(new, zone))
    except BadRule as error:
        raise invalid("rrule", str(error)) from error


def _check_parent(user_id: UUID, new: TaskRow) -> None:
    check_task(user_id, new.parent_id, "parent_id")
    parents = tasks.parents(user_id)
    above = new.parent_id
    while above is not None:
        if above == new.id:
            raise invalid("parent_id", "The task itself, or one below it")
        above = parents.get(above)


def _check_blockers(user_id: UUID, new: TaskRow, old: Collection[UUID]) -> None:
    found = tasks.of_ids(user_id, new.blocked_by)
    known = {row.id for row in found if not row.deleted_at or row.id in old}
    for number, id in enumerate(new.blocked_by):
        if id not in known:
            raise invalid(f"blocked_by[{number}]", "Not a task of yours")
    blockers = {**tasks.blockers(user_id), new.id: new.blocked_by}
    if _waits_for_itself(new.id, blockers):
        raise invalid("blocked_by", "The task would wait for itself")


def _waits_for_itself(id: UUID, blockers: Mapping[UUID, Sequence[UUID]]) -> bool:
    seen: set[UUID] = set()
    ahead: list[Iterable[UUID]] = [blockers[id]]
    while ahead:
        for blocker in ahead.pop():
            if blocker == id:
                return True
            if blocker not in seen:
                seen.add(blocker)
                ahead.append(blockers.get(blocker, ()))
    return False
