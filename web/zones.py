"""The time zones a person may have: those of the `tzdata` package, which the steps know too."""

from functools import cache
from zoneinfo import available_timezones

#: A placeholder of the database, not a zone.
_NO_ZONES = {"Factory", "localtime"}


def is_zone(name: str) -> bool:
    """Whether this is the name of a zone."""
    return name in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones() - _NO_ZONES)
