"""Has segments fitted when it is time, by one process of all: whoever claims a fit makes it."""

from datetime import UTC, datetime

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

    @mode.Service.task
    async def _look_now_and_then(self) -> None:
        async for _ in self.itertimer(self._settings.segment_fit_poll_s):
            with Attempt() as attempt:
                while await self.fit_next() and not self.should_stop:
                    pass
            if attempt.failure:
                log.warning("segments not fitted", error=str(attempt.failure.error))

    async def fit_next(self) -> bool:
        """Make the fit that is due, if any is; whether one was made."""
        new = await self._threads.run(self._fit)
        if new is not None:
            log.info("segments fitted", subject=new.subject, rows=new.rows, result=new.reason)
        return new is not None

    def _fit(self) -> NewModel | None:
        settings = self._settings
        with database.atomic():
            people = segment_models.newest("user", None)
            count = segment_models.people_count(FEATURE_SET)
            person = segment_models.due_person(
                ACTIVE_DAY_S, LEAST_WEEKS, DAYS_BACK.days, settings.segment_days_every_s
            )
        now = datetime.now(UTC)
        age_s = (now - people[0].created_at).total_seconds() if people else None
        is_due = age_s is None or age_s > settings.segment_people_every_s
        if is_due and count >= settings.segment_least_people:
            return fitting.fit_people(settings)
        if person is not None:
            return fitting.fit_days(person, now.date(), settings)
        return None

    async def on_shutdown(self) -> None:
        """Close the connection; a fit that is under way ends with the process."""
        self._threads.close()
