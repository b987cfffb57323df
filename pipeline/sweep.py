"""Finds the users a following stage is behind of, whatever became of their hints.

Any process of the stage sweeps any user: so users of a partition nobody owns at the moment are
found, too, and no assignment has to be known. One sweeps at a time (an advisory lock), and a user
somebody is at is passed over, for they are being caught up with.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import structlog

from models import stage_progress
from models.database import database
from pipeline import followers, metrics
from pipeline.failures import Attempt
from pipeline.followers import Progress
from pipeline.stage import Stage
from pipeline.transaction import Transaction

log = structlog.get_logger(__name__)


def sweep_page(stage: Stage, after: UUID | None, limit: int) -> UUID | None:
    """Catch up with the next users after `after`; return the last of them, None at the end.

    A user whose work fails stays behind and is found by the next sweep; the others go on.
    """
    with Attempt() as attempt:
        return _page(stage, after, limit, apart=False)
    attempt.raise_environment()
    return _page(stage, after, limit, apart=True)


def _page(stage: Stage, after: UUID | None, limit: int, *, apart: bool) -> UUID | None:
    with database.atomic():
        if not stage_progress.may_sweep(stage.name):
            return None
        users = stage_progress.behind(stage.name, stage.after, after, limit)
        progress = followers.lock(stage, users, skip_locked=True)
        transaction = Transaction(progress.revs, datetime.now(UTC))
        groups: list[Sequence[UUID]] = [[user] for user in users] if apart else [users]
        for group in groups:
            _catch_up(stage, group, progress, transaction, apart=apart)
    transaction.committed()
    metrics.sweep_users.labels(stage.name).inc(len(progress.done))
    return users[-1] if len(users) == limit else None


def _catch_up(
    stage: Stage,
    users: Sequence[UUID],
    progress: Progress,
    transaction: Transaction,
    *,
    apart: bool,
) -> None:
    if not apart:
        followers.catch_up(stage, users, progress, transaction)
        return
    with Attempt() as attempt, transaction.savepoint():
        followers.catch_up(stage, users, progress, transaction)
    if failure := attempt.of_event():
        log.warning("a user stays behind", stage=stage.name, user=users, error=repr(failure.error))
