"""Rules of repetition as they are written: RFC 5545, section 3.3.10, without times of day.

What repeats does so at its own time of day, so a rule says nothing of hours, and comes once a day
at most.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")

_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z?))?")
_AMOUNT = re.compile(r"[1-9][0-9]{0,5}")
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEKDAY = f"(?:{'|'.join(_WEEKDAYS)})"
_NTH_WEEKDAY = re.compile(rf"(?:[+-]?(?:[1-9]|[1-4][0-9]|5[0-3]))?{_WEEKDAY}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")


class BadRule(ValueError):
    """In words: why this is no rule of repetition."""


def parts_of(rule: str) -> dict[str, str]:
    """The parts of a rule by their names."""
    parts: dict[str, str] = {}
    for part in rule.strip().upper().removeprefix("RRULE:").split(";"):
        name, _, value = part.partition("=")
        if name in parts:
            raise BadRule(f"{name} stands twice")
        is_good = _PARTS.get(name)
        if is_good is None:
            raise BadRule(f"{name[:20]} is not taken: a task repeats by the day")
        if not is_good(value):
            raise BadRule(f"{name} is not as in RFC 5545")
        parts[name] = value
    _check_together(parts)
    return parts


def text_of(parts: dict[str, str]) -> str:
    """The rule of these parts."""
    return ";".join(f"{name}={value}" for name, value in parts.items())


def until_of(value: str, zone: str) -> datetime:
    """The last moment, on the wall clock; of a mere date it is the end of that day."""
    found = _UNTIL.fullmatch(value)
    if found is None:
        raise BadRule("UNTIL is not a date")
    day, time, is_utc = found.groups()
    try:
        until = datetime.strptime(f"{day}{time or '235959'}", "%Y%m%d%H%M%S")  # noqa: DTZ007
        if is_utc:
            until = until.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise BadRule("UNTIL is not a date") from error
    return until.replace(tzinfo=None)


def weekday_of(name: str) -> int:
    """The number of a day of the week, Monday is 0."""
    return _WEEKDAYS.index(name)


def _check_together(parts: dict[str, str]) -> None:
    frequency, by = parts.get("FREQ"), {name for name in parts if name.startswith("BY")}
    has_ordinals = any(character.isdigit() for character in parts.get("BYDAY", ""))
    for is_wrong, why in (
        (frequency is None, "FREQ is missing"),
        (parts.keys() >= {"COUNT", "UNTIL"}, "COUNT and UNTIL exclude each other"),
        (by == {"BYSETPOS"}, "BYSETPOS needs another part to choose from"),
        ("BYMONTHDAY" in by and frequency == "WEEKLY", "A week has no BYMONTHDAY"),
        ("BYYEARDAY" in by and frequency != "YEARLY", "Only a year has a BYYEARDAY"),
        ("BYWEEKNO" in by and frequency != "YEARLY", "Only a year has a BYWEEKNO"),
        (
            has_ordinals and (frequency in ("DAILY", "WEEKLY") or "BYWEEKNO" in by),
            "BYDAY with a number is of a month or a year",
        ),
    ):
        if is_wrong:
            raise BadRule(why)


def _numbers(lowest: int, highest: int) -> Callable[[str], bool]:
    """A list of numbers between these, none of them 0."""

    def is_good(value: str) -> bool:
        numbers = value.split(",")
        return all(
            _NUMBER.fullmatch(number) and lowest <= int(number) <= highest and int(number)
            for number in numbers
        )

    return is_good


def _are_weekdays(value: str) -> bool:
    return all(_NTH_WEEKDAY.fullmatch(day) for day in value.split(","))


def _is_date(value: str) -> bool:
    until_of(value, "UTC")
    return True


_PARTS: dict[str, Callable[[str], object]] = {
    "FREQ": _FREQUENCIES.__contains__,
    "INTERVAL": _AMOUNT.fullmatch,
    "COUNT": _AMOUNT.fullmatch,
    "UNTIL": _is_date,
    "WKST": re.compile(_WEEKDAY).fullmatch,
    "BYMONTH": _numbers(1, 12),
    "BYMONTHDAY": _numbers(-31, 31),
    "BYYEARDAY": _numbers(-366, 366),
    "BYWEEKNO": _numbers(-53, 53),
    "BYDAY": _are_weekdays,
    "BYSETPOS": _numbers(-366, 366),
}
