"""Sweeps away raw events that their people do not keep so long; what was derived of them stays."""

import time
from uuid import UUID

import structlog

from models import retentions
from models.database import database
from pipeline.database import DatabaseThreads
from pipeline.failures import Attempt
from pipeline.periods import periods_of
from pipeline.settings import Settings
from pipeline.steps.horizon import horizon

log = structlog.get_logger(__name__)

#: People of one look, and rows of one statement.
_PEOPLE = 100
PAGE = 5000


async def work(threads: DatabaseThreads, settings: Settings) -> None:
    """Sweep for whoever's last sweep is long ago."""
    for user_id, days in await threads.run(retentions.due, settings.raw_retention_every_s, _PEOPLE):
        with Attempt() as attempt:
            await threads.run(close, user_id, days)
            while await threads.run(retentions.delete_page, user_id, PAGE):
                pass
            await threads.run(retentions.delete_dead_letters, user_id)
        if failure := attempt.of_event():
            log.error("retention fails", user=str(user_id), exc_info=failure.error)


def close(user_id: UUID, days: int) -> None:
    """Move the horizon before anything goes: no stage derives the days behind it any more."""
    found = horizon(periods_of([user_id])[user_id], time.time_ns() // 1000, days)
    with database.atomic():
        retentions.move_horizon(user_id, found.at, found.first_open)
