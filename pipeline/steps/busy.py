"""When a person is busy, by a calendar: its events with their repetitions (RFC 5545).

Times without a zone and whole days are in the person's. What is cancelled or leaves them free does
not count.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

_LONGEST_TITLE = 500
_LONGEST_UID = 1000


class NoCalendar(ValueError):
    """In words: why this is no calendar that can be read."""


class Block(NamedTuple):
    """Busy time; instants are ISO 8601 in UTC."""

    uid: str
    start: str
    end: str
    title: str
    all_day: bool


def busy(ics: str, zone: str, first: date, last: date, most: int) -> list[Block]:
    """The busy blocks that touch the days from first to last, by start and UID.

    Raises `NoCalendar`, also when there are more than `most`.
    """
    tz = ZoneInfo(zone)
    blocks = {}
    for event in _events(ics, first, last):
        block = _block(event, tz)
        if block is not None:
            blocks[block.start, block.uid] = block
            if len(blocks) > most:
                raise NoCalendar(f"Holds more than {most} events")
    return [blocks[key] for key in sorted(blocks)]


def _events(ics: str, first: date, last: date) -> Iterable[Any]:
    if not ics.lstrip("\ufeff \r\n\t").upper().startswith("BEGIN:VCALENDAR"):
        raise NoCalendar("Is not iCalendar")
    try:
        calendar = Calendar.from_ical(ics.lstrip("\ufeff"))
        query = recurring_ical_events.of(calendar, skip_bad_series=True)
        return list(query.between(first, last + timedelta(days=1)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError) as error:
        raise NoCalendar("Is not iCalendar that can be read") from error


def _block(event: Any, tz: ZoneInfo) -> Block | None:
    is_free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    is_cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    is_shown_free = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    if is_free or is_cancelled or is_shown_free:
        return None
    start, end = event.start, event.end
    all_day = not isinstance(start, datetime)
    begin, until = _instant(start, tz), _instant(end, tz)
    if begin >= until:
        return None
    title = "".join(one for one in str(event.get("SUMMARY", "")) if one.isprintable())
    uid = str(event.get("UID", ""))[:_LONGEST_UID].replace("\0", "")
    return Block(uid, begin.isoformat(), until.isoformat(), title[:_LONGEST_TITLE], all_day)


def _instant(at: date, tz: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time())
    return (at if at.tzinfo else at.replace(tzinfo=tz)).astimezone(UTC)
