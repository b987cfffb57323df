"""How a following stage comes up to a user: its own row locked, the revision read, then the work.

The revision is read before the handler reads the tables: what changes in between raises it again
and is caught up with by the next hint or by the sweep. So a hint may be lost, doubled or shuffled.
Time alone may also change what a stage says: it is run again when its handler said it would be.
"""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from models import stage_progress
from models.stage_progress import Done
from pipeline.stage import Hints, Stage
from pipeline.transaction import Transaction


@dataclass(frozen=True)
class Progress:
    """Users whose rows of the stage are locked: how far it came, and how far it could."""

    done: dict[UUID, Done]
    revs: dict[UUID, int]


def lock(stage: Stage, users: Collection[UUID], *, skip_locked: bool = False) -> Progress:
    """Lock the stage's rows of `users`, then read their revisions."""
    done = stage_progress.lock(stage.name, users, skip_locked=skip_locked)
    return Progress(done, stage_progress.revs(stage.after, done))


def catch_up(
    stage: Stage, users: Collection[UUID], progress: Progress, transaction: Transaction
) -> Hints | None:
    """Run the handler for those of the locked `users` who are behind or due, and keep that."""
    revs = {
        user: rev
        for user in sorted(set(users))
        if (done := progress.done.get(user))
        and (rev := progress.revs.get(user)) is not None
        and (rev > done.rev or done.is_due)
    }
    if not revs:
        return None
    hints = stage.handler(list(revs), transaction)
    stage_progress.write(
        stage.name, [(user, rev, transaction.looks_again(user)) for user, rev in revs.items()]
    )
    return hints
