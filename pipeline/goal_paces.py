"""How a person's goals of weeks and months go, as insights look at them."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast
from uuid import UUID

from models import day_figures, goals
from models.goals import GoalRow
from pipeline.steps.findings import Pace
from pipeline.steps.goal_metrics import Figures, Metric, Scope, measured
from pipeline.steps.goals import Op, Period, Target, outcomes

#: Days before that say what a day usually holds.
_PAST = timedelta(days=56)
_MONTH = timedelta(days=31)
_MOST = 100
_ONE_DAY = timedelta(days=1)


def paces(user_id: UUID, day: date) -> list[Pace]:
    """Those that are to be reached at least, until and with this closed day."""
    rows = [row for row in goals.page(user_id, UUID(int=0), _MOST) if row.period != "day"]
    if not rows:
        return []
    figures = day_figures.between(user_id, day - _PAST - _MONTH, day)
    days = {each: Figures(*row) for each, row in figures.items()}
    return [pace for row in rows for pace in _pace(user_id, row, days, day)]


def _pace(user_id: UUID, row: GoalRow, days: dict[date, Figures], day: date) -> Iterator[Pace]:
    targets = [
        Target(one.valid_from, cast("Op", one.op), one.target, frozenset(one.weekdays))
        for one in goals.targets(user_id, [row.id])[row.id]
    ]
    scope = Scope(row.category, row.project, str(row.project_id) if row.project_id else None)
    metric = cast("Metric", row.metric)
    values = {each: measured(metric, scope, figures) for each, figures in days.items()}
    period = cast("Period", row.period)
    (*_, running) = outcomes(values, targets, period, row.week_starts_on, day, day)
    if running.target is None or running.target.op != "at_least":
        return
    before = [running.first - _PAST + n * _ONE_DAY for n in range(_PAST.days)]
    first = min(values, default=day)
    past = tuple(values.get(each, 0.0) for each in before if each >= first)
    yield Pace(
        str(row.id),
        row.name,
        row.metric,
        running.first,
        running.last,
        running.value,
        running.target.target,
        past,
    )
