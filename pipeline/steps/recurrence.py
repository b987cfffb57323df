"""When what repeats comes again: the rules of RFC 5545, section 3.3.10, by the day.

Rules speak of the wall clock, so these functions do too: a datetime here has no zone, and nine
o'clock stays nine o'clock over a change of the clocks. How the wall clock's time becomes an instant
is `steps.wall_clock`'s. Every function raises `BadRule` for a rule that is none.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

from pipeline.steps.rule_parts import BadRule, parts_of, text_of, until_of, weekday_of

# dateutil looks on until the year 9999. The calendar is the same again after 400 years, days of the
# week included, so it looks there: a rule that never yields has it look through some hundred years
# and not through thousands. Tasks are due between 1970 and 2200.
_YEARS_ON = 19 * 400


class Next(NamedTuple):
    """The next time, and the rule that holds from then on: a COUNT is what remains of it."""

    at: datetime
    rule: str


def check_rule(rule: str, start: datetime) -> None:
    """Raise `BadRule` unless it is a rule that, without its bounds, comes again after `start`."""
    parts = parts_of(rule)
    for bound in ("COUNT", "UNTIL"):
        parts.pop(bound, None)
    if not any(at > start for at in _times(parts, start)):
        raise BadRule("Never comes again")


def next_after(rule: str, start: datetime, after: datetime, zone: str) -> Next | None:
    """The first time after both, of a series of which `start` is one; None: it has ended.

    `zone` tells what an UNTIL in UTC is on the wall clock.
    """
    parts = parts_of(rule)
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    times = (at for at in _times(parts, start) if at > start)
    for number, at in enumerate(times, 1):
        if count is not None and number >= int(count):
            return None
        if until is not None and at > until_of(until, zone):
            return None
        if at > after:
            remaining = {} if count is None else {"COUNT": str(int(count) - number)}
            kept = {} if until is None else {"UNTIL": until}
            return Next(at, text_of({**parts, **kept, **remaining}))
    return None


def _times(parts: dict[str, str], start: datetime) -> Iterator[datetime]:
    first = start.replace(year=start.year + _YEARS_ON)
    if parts["FREQ"] == "WEEKLY" and "BYDAY" in parts:
        # What BYSETPOS counts from; dateutil would count from `start`.
        first -= timedelta(days=(first.weekday() - weekday_of(parts.get("WKST", "MO"))) % 7)
    try:
        found = rrulestr(text_of(parts), dtstart=first)
    except ValueError as error:
        raise BadRule("Not a rule of RFC 5545") from error
    return (at.replace(year=at.year - _YEARS_ON) for at in found)
