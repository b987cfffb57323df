"""Local days of a person: which one it is now, and when one begins."""

from datetime import date, datetime
from uuid import UUID

from pipeline.periods import periods_of
from pipeline.steps import days
from pipeline.steps.days import Period, day_at
from pipeline.steps.instants import as_datetime, as_us


def today_of(user_id: UUID, now: datetime) -> date:
    """The person's day at this instant."""
    return day_at(periods_of([user_id])[user_id], as_us(now))


def begin_of(periods: tuple[Period, ...], day: date) -> datetime:
    """When a day begins, by the zone and day start in force then."""
    return as_datetime(days.begin_of(periods, day))
