"""What every report of a person's hours shares: days to look at, and what it was derived with.

Seconds are numbers with microseconds. `as_of` is when any day of the person was last derived to
something new: every event and every change of work applied until then is in the answer.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import daily_activity, daily_work
from models.daily_activity import DayRow
from pipeline.settings import Settings
from pipeline.steps.days import SECOND_US, Period
from web.problems import invalid

_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)

Seconds = Annotated[float, Meta(ge=0)]


class Range(msgspec.Struct, frozen=True):
    """Local dates, both included."""

    first: date = msgspec.field(name="from")
    last: date = msgspec.field(name="to")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers beside it were derived with: the latest parameters of the person."""

    time_zone: str
    day_start: str
    timeout_s: int
    as_of: datetime | None


def check_range(asked: Range, most_days: int) -> None:
    """Raise `Problem` unless the range is one, and of so many days at most."""
    if not _FIRST_DAY <= asked.first <= asked.last <= _LAST_DAY:
        raise invalid("from", "Not a day from 1970 on, before or at `to`")
    if (asked.last - asked.first).days >= most_days:
        raise invalid("to", f"More than {most_days} days")


def days_to_try(user_id: UUID, asked: Range, settings: Settings) -> list[DayRow]:
    """The days of a range with events, of which there may be so many that they are derived anew.

    Raises `Problem`.
    """
    check_range(asked, settings.max_range_days)
    rows = daily_activity.between(user_id, asked.first, asked.last)
    if sum(row.events for row in rows) > settings.max_dry_run_events:
        raise invalid("to", f"More than {settings.max_dry_run_events} events in these days")
    return rows


def derived_with(user_id: UUID, periods: Sequence[Period]) -> dict[str, Any]:
    """The fields of `Answer`."""
    return {**parameters(*periods[-1][1:]), "as_of": _as_of(user_id)}


def parameters(time_zone: str, day_start_min: int, timeout_us: int) -> dict[str, Any]:
    """Parameters as an answer shows them."""
    return {
        "time_zone": time_zone,
        "day_start": f"{day_start_min // 60:02}:{day_start_min % 60:02}",
        "timeout_s": timeout_us // SECOND_US,
    }


def _as_of(user_id: UUID) -> datetime | None:
    newest = daily_activity.newest(user_id), daily_work.newest(user_id)
    return max(filter(None, newest), default=None)
