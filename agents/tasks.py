"""The tasks stage: whatever was changed of tasks and time entries, its days are derived anew.

An event says which days; what they hold now stands in the tables. So events may come twice, late
or in any order.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pipeline import daily_work, topics
from pipeline.events import WorkChanged
from pipeline.periods import periods_under_lock
from pipeline.stage import stage
from pipeline.steps.check import check_work
from pipeline.transaction import Transaction


@stage("tasks", topic=topics.TASKS, event=WorkChanged, check=check_work)
def tasks(events: Sequence[WorkChanged], transaction: Transaction) -> dict[UUID, list[date]]:
    """Derive the days that the events touch."""
    of_users: dict[UUID, list[WorkChanged]] = defaultdict(list)
    for event in events:
        of_users[event.user].append(event)
    periods = periods_under_lock(of_users.keys(), transaction)
    hints = {}
    for user_id, own in of_users.items():
        days = {date.fromisoformat(day) for event in own for day in event.days}
        spans = {span for event in own for span in event.spans}
        days |= daily_work.days_of(periods[user_id], spans)
        hints[user_id] = daily_work.derive(user_id, days, periods[user_id], transaction)
    return hints
