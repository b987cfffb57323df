"""Between instants and what the clock on a person's wall shows."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def on_wall(instant: datetime, zone: str) -> datetime:
    """What the clock shows at the instant; without a zone."""
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def as_instant(wall: datetime, zone: str) -> datetime:
    """The instant at which the clock shows this time, in UTC.

    The first one, where it shows it twice. A time that was skipped is as long after the last time
    shown as it would have been (RFC 5545, 3.3.5).
    """
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def moved(instant: datetime, by: timedelta, zone: str) -> datetime:
    """The instant moved by whole days on the wall clock."""
    return as_instant(on_wall(instant, zone) + by, zone)


def at_time(day: date, at: time, zone: str) -> datetime:
    """The instant of a time of day."""
    return as_instant(datetime.combine(day, at), zone)
