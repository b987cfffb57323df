"""The recommendation stage: keeps what is recommended and told to each person.

It follows the segmentation, whose profiles it reads. It looks at a person again when something
changes by time alone: a day or a snooze ends, a proposed time begins.
"""

from collections.abc import Sequence
from uuid import UUID

from pipeline import insights, recommending, topics
from pipeline.events import ProfileChanged
from pipeline.stage import stage
from pipeline.transaction import Transaction


@stage(
    "recommendation",
    topic=topics.PROFILES,
    event=ProfileChanged,
    follows=True,
    after="segmentation",
)
def recommendation(users: Sequence[UUID], transaction: Transaction) -> None:
    """Renew those of everyone who was described anew, or whose time has come."""
    for user_id in users:
        insights.renew(user_id, transaction.now)
        transaction.look_again(user_id, recommending.renew(user_id, transaction.now))
