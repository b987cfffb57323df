"""The segmentation stage: keeps what each person's days and features are, and their segments.

A hint says who; everything else stands in the tables. At the begin of a person's next day they are
looked at again, for time alone moves people.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pipeline import profiles, topics
from pipeline.events import ActivityChanged
from pipeline.stage import stage
from pipeline.transaction import Transaction


@stage("segmentation", topic=topics.ACTIVITY, event=ActivityChanged, follows=True)
def segmentation(users: Sequence[UUID], transaction: Transaction) -> dict[UUID, Sequence[date]]:
    """Describe everyone who changed, or whose next day began."""
    hints = {}
    for user_id in users:
        described = profiles.describe(user_id, transaction.rev(user_id), transaction.now)
        transaction.look_again(user_id, described.next_day_at)
        hints[user_id] = described.days
    return hints
