"""Computes a user anew from the raw events, in place, while live traffic goes on.

What the stage's `recompute` has to change shows that the tables were not what the events say; an
empty list shows that they were. Reporting only is the same work, rolled back.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from models import rebuilds
from models.database import database
from models.held_partitions import NONE, Held
from pipeline import metrics, restrictions
from pipeline.events import ActivityChanged
from pipeline.failures import Attempt
from pipeline.handling import changed
from pipeline.settings import Settings
from pipeline.stage import WHOLE, Recompute
from pipeline.transaction import Transaction

LONGEST_DELAY_S = 3600.0


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found different: the days, and the revision it wrote (or would have)."""

    user_id: UUID
    rev: int
    days: tuple[date, ...]

    def hint(self) -> ActivityChanged:
        """What the following stages are told."""
        return changed(self.user_id, self.rev, self.days)


def rebuild(user_id: UUID, recompute: Recompute, *, write: bool = True) -> Rebuilt:
    """Recompute, compare, and write or only report; under the user's lock, on this thread."""
    with database.atomic() as atomic:
        revs, heeded = restrictions.lock([user_id])
        transaction = Transaction(revs, datetime.now(UTC), heeded)
        rebuilds.finish(user_id)
        erased = user_id in heeded.erased
        days = () if erased else tuple(recompute(user_id, transaction, WHOLE).changed)
        if not write:
            atomic.rollback()
    if write:
        transaction.committed()
    metrics.rebuilds.labels("different" if days else "equal").inc()
    return Rebuilt(user_id, revs[user_id], days)


def rebuild_next(
    recompute: Recompute, settings: Settings, held: Held = NONE
) -> tuple[bool, Rebuilt | None]:
    """Rebuild the next user of the queue: whether there was one, and what came of it.

    A rebuild that fails stays in the queue for a later try, with what it failed of.
    """
    user_id = rebuilds.claim(settings.rebuild_delay_s, LONGEST_DELAY_S, held)
    if user_id is None:
        return False, None
    with Attempt() as attempt:
        return True, rebuild(user_id, recompute)
    if failure := attempt.of_event():
        metrics.rebuilds.labels("failed").inc()
        rebuilds.note_error(user_id, f"{failure.error_class}: {failure.error}")
    return True, None
