"""The activity stage: follows who changed, and has nothing to derive yet but that it knows.

What stands here is the whole of a following stage: hints may be lost, doubled or shuffled, and
its `done_rev` comes up to every user's `rev` all the same.
"""

from collections.abc import Sequence
from uuid import UUID

from pipeline import topics
from pipeline.events import ActivityChanged
from pipeline.stage import stage
from pipeline.transaction import Transaction


@stage("activity", topic=topics.ACTIVITY, event=ActivityChanged, follows=True)
def activity(users: Sequence[UUID], transaction: Transaction) -> None:
    """Be told; the stage keeps how far it came."""
