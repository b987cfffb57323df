"""Estimates against what things took."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import estimates
from models.estimates import Estimated
from pipeline.periods import periods_of
from pipeline.steps.days import SECOND_US
from pipeline.steps.estimates import accuracy
from web.callers import Caller
from web.context import Context
from web.days import begin_of
from web.ranges import Range, Seconds, check_range
from web.routes import READ, READS, route


class Asked(Range, frozen=True):
    """Local dates, both included, on which tasks were done; so many of them are listed."""

    limit: Annotated[int, Meta(ge=0, le=1000)] = 100


class Accuracy(msgspec.Struct, frozen=True, kw_only=True):
    """Of so many tasks; null: there was none.

    `bias` is the mean of ln(actual / estimate): above 0 things take longer than estimated. `error`
    is the mean of its absolute value; `within_quarter` the share whose estimate is
    within 25 % of the actual; `median_ratio` that of actual / estimate.
    """

    tasks: int
    median_ratio: float | None
    within_quarter: float | None
    bias: float | None
    error: float | None


class ProjectAccuracy(Accuracy, frozen=True, kw_only=True):
    """That of a project; null: of none."""

    project_id: UUID | None


class EstimatedTask(msgspec.Struct, frozen=True, kw_only=True):
    """A task that was done. `ratio` is actual / estimate."""

    id: UUID
    title: str
    project_id: UUID | None
    done_at: datetime
    estimate_s: Seconds
    actual_s: Seconds
    ratio: float


class Estimates(msgspec.Struct, frozen=True, kw_only=True):
    """Of all tasks done in the range that have an estimate and tracked time; the latest first."""

    overall: Accuracy
    projects: list[ProjectAccuracy]
    items: list[EstimatedTask]


@route(
    "GET",
    "/analytics/estimates",
    summary="Estimates against what things took",
    tags=("analytics",),
    access=READ,
    limit=READS,
)
async def get_estimates(context: Context, caller: Caller, query: Asked) -> Estimates:
    """Compare them."""
    check_range(query, context.settings.max_range_days)
    return await context.database.run(_estimates, caller.user_id, query)


def _estimates(user_id: UUID, asked: Asked) -> Estimates:
    periods = periods_of([user_id])[user_id]
    lower = begin_of(periods, asked.first)
    found = estimates.done(user_id, lower, begin_of(periods, asked.last + timedelta(days=1)))
    of_projects: dict[UUID | None, list[Estimated]] = defaultdict(list)
    for task in found:
        of_projects[task.project_id].append(task)
    return Estimates(
        overall=Accuracy(**_accuracy(found)),
        projects=[
            ProjectAccuracy(project_id=id, **_accuracy(own))
            for id, own in sorted(of_projects.items(), key=lambda one: -len(one[1]))
        ],
        items=[_shown(task) for task in found[: asked.limit]],
    )


def _accuracy(tasks: Iterable[Estimated]) -> dict[str, Any]:
    return accuracy([(task.estimate_us, task.actual_us) for task in tasks])._asdict()


def _shown(task: Estimated) -> EstimatedTask:
    return EstimatedTask(
        id=task.id,
        title=task.title,
        project_id=task.project_id,
        done_at=task.done_at,
        estimate_s=task.estimate_us / SECOND_US,
        actual_s=task.actual_us / SECOND_US,
        ratio=task.actual_us / task.estimate_us,
    )
