"""Histories of the people of an instance, one at a time."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from models import people, recommendations, task_history
from pipeline import user_days
from pipeline.periods import periods_of
from pipeline.situations import choices_of, task_of
from pipeline.steps.estimate_ranges import Finished
from pipeline.steps.evaluation.history import Effort, History

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def histories(user_id: UUID | None) -> Iterator[History]:
    """That of one person, or of all who have tasks or days; people are named by their ids.

    A recommendation that was accepted, and what the person did upon it, is learnt from and not
    judged: a ranking must not be praised for what it brought about.
    """
    for each in [user_id] if user_id else task_history.people():
        yield _history(each)


def find(user: str) -> UUID | None:
    """The person with this id or e-mail address."""
    try:
        found = people.get(UUID(user))
    except ValueError:
        found = people.with_address(user)
    return found.id if found else None


def _history(user_id: UUID) -> History:
    periods = periods_of([user_id])[user_id]
    tasks = [task_of(row, periods) for row in task_history.tasks(user_id, _EVER)]
    said = recommendations.said(user_id, _EVER)
    by_id = {task.id: task for task in tasks}
    return History(
        person=str(user_id),
        tasks=tasks,
        choices=choices_of(user_id, _EVER, said, by_id, periods),
        efforts=[
            Effort(begun, done, Finished(project, estimate_s, actual_s))
            for begun, done, project, estimate_s, actual_s in task_history.efforts(user_id)
        ],
        days=user_days.between(user_id, date.min, date.max),
    )
