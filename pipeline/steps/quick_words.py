"""Words that say a day, a time of day, a duration, or how often.

A pattern finds text in small letters that looks like it; its function tells what that means, or
None: nothing.
"""

import re
from datetime import date, time, timedelta
from typing import NamedTuple

_FULL = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAYS = "|".join(_FULL)
# As words of their own the short ones are too often something else ("sun cream").
_ANY_DAYS = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _FULL)

_BARE = (
    rf"today|tomorrow|{_DAYS}|(?:next|this)\s+(?:{_ANY_DAYS})|next\s+week"
    r"|in\s+(?:an?|[0-9]{1,3})\s+(?:day|week|month)s?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
)

DUE = rf"{_BARE}|(?:due|by|on)\s+(?:{_BARE}|{_ANY_DAYS})"
PLANNED = rf"planned\s+(?:(?:for|on)\s+)?(?:{_BARE}|{_ANY_DAYS})"
TIME = r"(?:at\s+)?(?:(?:1[0-2]|0?[1-9])(?::[0-5][0-9])?\s?[ap]m|(?:[01]?[0-9]|2[0-3]):[0-5][0-9])"
DURATION = (
    r"(?<!\bin\s)(?:for\s+)?(?:[0-9]{1,4}(?:[.,][0-9]{1,2})?\s?h(?:rs?|ours?)?"
    r"(?:[0-9]{1,2}(?:m(?:in(?:ute)?s?)?)?|\s[0-9]{1,2}\s?m(?:in(?:ute)?s?)?)?"
    r"|[0-9]{1,5}\s?min(?:ute)?s?)"
)
EVERY = (
    r"daily|weekly|monthly|yearly|every!?\s+(?:(?:other|[0-9]{1,3})\s+)?"
    rf"(?:(?:day|week|weekday|month|year)s?|(?:{_ANY_DAYS})s?(?:(?:\s*,\s*|\s+and\s+)(?:{_ANY_DAYS})s?)*)"
)

_UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_ADVERBS = {"daily": "day", "weekly": "week", "monthly": "month", "yearly": "year"}
_PREPOSITIONS = {"planned", "for", "due", "by", "on"}
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class Often(NamedTuple):
    """A rule of RFC 5545, whether it counts from the completion, and its days of the week."""

    rule: str
    from_completion: bool
    weekdays: frozenset[int]


def day_of(today: date, words: str) -> date | None:
    """The day that is meant.

    A weekday is the next one after today; with `next` it is that of the next week.
    """
    parts = [part for part in words.lower().split() if part not in _PREPOSITIONS]
    if parts[0] == "next":
        return _of_next_week(parts[1], today)
    if parts[0] == "in":
        return _later(today, 1 if parts[1].startswith("a") else int(parts[1]), parts[2])
    if parts[-1] in ("today", "tomorrow"):
        return today + timedelta(days=parts[-1] == "tomorrow")
    if parts[-1][0].isdigit():
        return _of_calendar(parts[-1])
    return today + timedelta(days=(_weekday(parts[-1]) - today.weekday() - 1) % 7 + 1)


def time_of(words: str) -> time:
    """The time of day that is meant."""
    text = words.lower().removeprefix("at").strip()
    clock = text.rstrip("apm ")
    hours, _, minutes = clock.partition(":")
    hour = int(hours)
    if text.endswith("m"):
        hour = hour % 12 + (12 if text.endswith("pm") else 0)
    return time(hour, int(minutes or 0))


def seconds_of(words: str) -> int | None:
    """The duration that is meant; None for none at all, or one of more than a thousand hours."""
    numbers = re.findall(r"[0-9]+(?:[.,][0-9]+)?", words)
    factors = (3600, 60) if "h" in words.lower().removeprefix("for") else (60,)
    amounts = (float(number.replace(",", ".")) for number in numbers)
    seconds = round(sum(amount * by for amount, by in zip(amounts, factors, strict=False)))
    return seconds if 0 < seconds <= 3_600_000 else None


def often_of(words: str) -> Often | None:
    """How often is meant; `every!` counts from the completion."""
    parts = re.findall(r"[a-z]+!?|[0-9]+", words.lower())
    if parts[0] in _ADVERBS:
        return Often(f"FREQ={_UNITS[_ADVERBS[parts[0]]]}", False, frozenset())
    interval, units = 1, [part for part in parts[1:] if part != "and"]
    if units[0] == "other" or units[0].isdigit():
        interval = 2 if units[0] == "other" else int(units[0])
        del units[0]
    if interval == 0:
        return None
    frequency, weekdays = _frequency(units)
    step = f";INTERVAL={interval}" if interval > 1 else ""
    names = ",".join(_CODES[weekday] for weekday in sorted(weekdays))
    by_day = f";BYDAY={names}" if names else ""
    return Often(f"FREQ={frequency}{step}{by_day}", parts[0].endswith("!"), weekdays)


def _frequency(units: list[str]) -> tuple[str, frozenset[int]]:
    unit = units[0].removesuffix("s")
    if unit in _UNITS:
        return _UNITS[unit], frozenset()
    if unit == "weekday":
        return "WEEKLY", frozenset(range(5))
    return "WEEKLY", frozenset(map(_weekday, units))


def _weekday(name: str) -> int:
    return next(number for number, full in enumerate(_FULL) if full.startswith(name[:3]))


def _of_next_week(name: str, today: date) -> date:
    monday = today + timedelta(days=7 - today.weekday())
    return monday if name == "week" else monday + timedelta(days=_weekday(name))


def _later(today: date, amount: int, unit: str) -> date:
    if unit.startswith("month"):
        months = today.month - 1 + amount
        first = date(today.year + months // 12, months % 12 + 1, 1)
        length = ((first + timedelta(days=31)).replace(day=1) - first).days
        return first.replace(day=min(today.day, length))
    return today + timedelta(days=amount * (7 if unit.startswith("week") else 1))


def _of_calendar(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None
