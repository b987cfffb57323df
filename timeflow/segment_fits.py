"""Has segments fitted when it is time, by one process of all: whoever claims a fit makes it."""

from datetime import UTC, datetime
from uuid import UUID

import mode
import structlog

from models import segment_models
from models.database import database
from models.segment_models import NewModel
from pipeline import fitting
from pipeline.database import DatabaseThreads
from pipeline.failures import Attempt
from pipeline.settings import Settings
from pipeline.steps.features import ACTIVE_DAY_S, FEATURE_SET
from pipeline.steps.vectors import DAYS_BACK, LEAST_WEEKS

log = structlog.get_logger(__name__)


class SegmentFits(mode.Service):
    """Looks now and then whether people, or somebody's days, are to be fitted."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        # Of its own, for a fit takes minutes.
        self._threads = DatabaseThreads("fits", 1)
        # People take turns: one whose fits fail, or who is due often, holds up nobody.
        self._last = segment_models.NOBODY

    @mode.Service.task
    async def _look_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.segment_fit_poll_s):
            await self.look()

    async def look(self) -> None:
        """Make the fits that are due. One that fails ends its own kind, until the next look."""
        for fit in (self._fit_people, self._fit_days):
            with Attempt() as attempt:
                while not self.should_stop and (new := await self._threads.run(fit)):
                    log.info(
                        "segments fitted", subject=new.subject, rows=new.rows, result=new.reason
                    )
            if attempt.failure:
                log.warning("segments not fitted", error=str(attempt.failure.error))

    def _fit_people(self) -> NewModel | None:
        settings = self._settings
        with database.atomic():
            last = segment_models.newest("user", None)
            count = segment_models.people_count(FEATURE_SET)
        age_s = (datetime.now(UTC) - last.created_at).total_seconds() if last else None
        is_due = age_s is None or age_s > settings.segment_people_every_s
        if is_due and count >= settings.segment_least_people:
            return fitting.fit_people(settings)
        return None

    def _fit_days(self) -> NewModel | None:
        with database.atomic():
            person = self._due_person(self._last) or self._due_person(segment_models.NOBODY)
        if person is None:
            return None
        self._last = person
        return fitting.fit_days(person, datetime.now(UTC), self._settings)

    def _due_person(self, beyond: UUID) -> UUID | None:
        every_s = self._settings.segment_days_every_s
        return segment_models.due_person(ACTIVE_DAY_S, LEAST_WEEKS, DAYS_BACK.days, every_s, beyond)

    async def on_shutdown(self) -> None:
        """Close the connection; a fit that is under way ends with the process."""
        self._threads.close()
