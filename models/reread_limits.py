"""What of the stream must not be applied again as it lies there."""

from collections.abc import Collection
from uuid import UUID

from models.database import execute

_UNWANTED = """
SELECT u FROM unnest(%s::uuid[]) AS u
WHERE EXISTS (SELECT FROM erasure WHERE user_id = u)
   OR EXISTS (SELECT FROM redaction_rule WHERE user_id = u)
   OR EXISTS (SELECT FROM redaction_run WHERE user_id = u)
"""

_SETTLED = """
SELECT "offset", index, tag FROM dead_letter
WHERE stage = %s AND topic = %s AND partition = %s AND "offset" = ANY(%s)
  AND (state = 'discarded' OR original IS NOT NULL)
"""


def erased_or_redacted(users: Collection[UUID]) -> set[UUID]:
    """Those who are being erased, or whose history is kept otherwise than it was sent."""
    rows = execute(_UNWANTED, (list(users),)).fetchall()
    return {user_id for (user_id,) in rows}


def settled(
    stage: str, topic: str, partition: int, offsets: Collection[int]
) -> set[tuple[int, int, str]]:
    """(offset, index, tag) of events that an operator discarded or edited."""
    rows = execute(_SETTLED, (stage, topic, partition, list(offsets))).fetchall()
    return {(offset, index, tag) for offset, index, tag in rows}
