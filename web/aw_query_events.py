"""Events inside a query of ActivityWatch's language, and what a query may spend on them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import re2

from web.aw_language import BadQuery

#: Events times rules of one call: some seconds.
_MOST_COMPARED = 5_000_000


class QueryEvent(NamedTuple):
    """An event of a bucket, or what was made of some; then it has no id."""

    start: int
    end: int
    data: Mapping[str, Any]
    id: int | None = None

    @property
    def duration(self) -> int:
        """Microseconds."""
        return self.end - self.start


Events = Sequence[QueryEvent]


def check_effort(events: Events, others: Sequence[Any]) -> None:
    """Raise `BadQuery` where each of many events would meet each of many others."""
    if len(events) * len(others) > _MOST_COMPARED:
        raise BadQuery(f"{len(others)} rules or keys are too many for {len(events)} events")


def pattern(regex: str, *, ignore_case: bool) -> Any:
    """RE2: its time grows with the text alone, whatever the pattern."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not ignore_case
    try:
        return re2.compile(regex, options)
    except re2.error:
        raise BadQuery(f"Not a pattern of RE2: {regex[:100]}") from None
