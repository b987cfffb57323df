"""When what repeats comes again: the rules of RFC 5545, section 3.3.10, by the day.

Rules speak of the wall clock, so these functions do too: a datetime here has no zone, and nine
o'clock stays nine o'clock over a change of the clocks. How the wall clock's time becomes an instant
is `steps.wall_clock`'s. Every function raises `BadRule` for a rule that is none.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

_FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
#: After so many years the calendar is the same again, days of the week included.
_CYCLE = 400
_LAST_YEAR = 9999

_PARTS = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO",
    "BYDAY", "BYSETPOS",
}  # fmt: skip
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_MOST_DIGITS = 6


class BadRule(ValueError):
    """In words: why this is no rule of repetition."""


class Next(NamedTuple):
    """The next time, and the rule that holds from then on: a COUNT is what remains of it."""

    at: datetime
    rule: str


def check_rule(rule: str, start: datetime) -> None:
    """Raise `BadRule` unless it is a rule that, without its bounds, comes again after `start`."""
    parts = _parts(rule)
    for bound in ("COUNT", "UNTIL"):
        parts.pop(bound, None)
    if not any(at > start for at in _times(parts, start)):
        raise BadRule("Never comes again")


def next_after(rule: str, start: datetime, after: datetime, zone: str) -> Next | None:
    """The first time after both, of a series of which `start` is one; None: it has ended.

    `zone` tells what an UNTIL in UTC is on the wall clock.
    """
    parts = _parts(rule)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    times = (at for at in _times(parts, start) if at > start)
    for number, at in enumerate(times, 1):
        if count is not None and number >= int(count):
            return None
        if until is not None and at > _until(until, zone):
            return None
        if at > after:
            remaining = {} if count is None else {"COUNT": str(int(count) - number)}
            kept = {} if until is None else {"UNTIL": until}
            return Next(at, _text({**parts, **kept, **remaining}))
    return None


def _times(parts: dict[str, str], start: datetime) -> Iterator[datetime]:
    # dateutil looks on until the last year there is: a rule that never yields must not take it
    # through thousands of them, so it looks in the last cycle.
    years = (_LAST_YEAR - start.year) // _CYCLE * _CYCLE
    try:
        found = rrulestr(_text(parts), dtstart=start.replace(year=start.year + years))
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError) as error:
        raise BadRule("Not a rule of RFC 5545") from error
    return (at.replace(year=at.year - years) for at in found)


def _parts(rule: str) -> dict[str, str]:
    text = rule.strip().upper().removeprefix("RRULE:")
    parts: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if not equals or not value or name in parts:
            raise BadRule("Not a rule of RFC 5545")
        if name not in _PARTS:
            raise BadRule(f"{name[:20]} is not taken: a task repeats by the day")
        parts[name] = value
    _check(parts)
    return parts


def _check(parts: dict[str, str]) -> None:
    if parts.get("FREQ") not in _FREQUENCIES:
        raise BadRule("FREQ is one of DAILY, WEEKLY, MONTHLY, YEARLY")
    for name in ("INTERVAL", "COUNT"):
        value = parts.get(name, "1")
        if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS and int(value)):
            raise BadRule(f"{name} is not a number from 1 on")
    if "COUNT" in parts and "UNTIL" in parts:
        raise BadRule("COUNT and UNTIL exclude each other")
    if "UNTIL" in parts:
        _until(parts["UNTIL"], "UTC")


def _until(value: str, zone: str) -> datetime:
    """The last moment, on the wall clock; of a mere date it is the end of that day."""
    found = _UNTIL.fullmatch(value)
    if found is None:
        raise BadRule("UNTIL is not a date")
    day, time, is_utc = found.groups()
    try:
        until = datetime.strptime(f"{day}{time or '235959'}", "%Y%m%d%H%M%S")  # noqa: DTZ007
        if is_utc:
            until = until.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise BadRule("UNTIL is not a date") from error
    return until.replace(tzinfo=None)


def _text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())
