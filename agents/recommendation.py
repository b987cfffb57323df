"""The recommendation stage: follows the segmentation, whose profiles it reads."""

from collections.abc import Sequence
from uuid import UUID

from pipeline import topics
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
    """Be told; the stage keeps how far it came."""
