"""The recommendation stage: keeps what is recommended to each person, from what they are and do.

It follows the segmentation, whose profiles it reads. It looks at a person again when something
changes by time alone: a day or a snooze ends, a proposed time begins.
"""

from collections.abc import Sequence
from uuid import UUID

from pipeline import recommending, topics
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
    """Renew what is recommended to everyone who was described anew, or whose time has come."""
    for user_id in users:
        transaction.look_again(user_id, recommending.renew(user_id, transaction.now))
