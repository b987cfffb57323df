"""Times as people say them and read them."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_AGO = re.compile(r"(?:(\d{1,3})\s*h)?\s*(?:(\d{1,4})\s*m(?:in)?)?\s*(?:ago)?", re.IGNORECASE)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


def instant(text: str, now: datetime) -> datetime | None:
    """`14:05` today, `20m` or `1h 5min` ago, or an ISO 8601 instant; None: none of these.

    `now` says the zone of the clock.
    """
    if clock := _CLOCK.fullmatch(text.strip()):
        hour, minute = map(int, clock.groups())
        if hour > 23 or minute > 59:
            return None
        return datetime.combine(now.date(), time(hour, minute), now.tzinfo)
    ago = _AGO.fullmatch(text.strip())
    if ago and any(ago.groups()):
        hours, minutes = (int(part or 0) for part in ago.groups())
        return now - timedelta(hours=hours, minutes=minutes)
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return given if given.tzinfo else given.replace(tzinfo=now.tzinfo)


def length(seconds: float) -> str:
    """A duration in hours and minutes; under a minute in seconds."""
    if 0 < seconds < 60:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def clock(text: str, zone: str) -> str:
    """An instant of the API as the clock on the wall shows it."""
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(zone)):%H:%M}"


def today(zone: str, day_start: str, now: datetime) -> date:
    """The day it is for a person whose days begin at `day_start`."""
    hours, minutes = map(int, day_start.split(":"))
    wall = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    return (wall - timedelta(hours=hours, minutes=minutes)).date()


def here() -> datetime:
    """Now, in the zone of this machine."""
    return datetime.now(UTC).astimezone()
