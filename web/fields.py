"""Kinds of values that bodies and queries share, and what to make of a partial body."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta

from web.problems import invalid

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

#: One line of words for people: not empty, not only blanks.
Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\r\n\t]*[^\s][^\r\n\t]*$")]
#: As in a style sheet.
Color = Annotated[str, Meta(pattern="^#[0-9a-f]{6}$", examples=["#2f9e44"])]
#: With a zone or `Z`.
Instant = Annotated[datetime, Meta(tz=True, examples=["2026-11-02T09:00:00Z"])]
#: A number of a row, an offset: what a JSON number takes exactly.
Number = Annotated[int, Meta(ge=1, le=2**53 - 1)]
#: How many of something.
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
#: A partition; how many there are is a setting.
PartitionNumber = Annotated[int, Meta(ge=0, le=4095)]
#: A duration, whole seconds, up to a thousand hours.
EstimateS = Annotated[int, Meta(ge=1, le=3_600_000)]


def given(body: msgspec.Struct) -> dict[str, Any]:
    """The fields that a partial body holds, by name."""
    fields = msgspec.structs.asdict(body)
    return {name: value for name, value in fields.items() if value is not UNSET}


def check_instant(path: str, instant: datetime | None) -> None:
    """Raise `Problem` 422 for an instant that no clock shows: before 1970, or from 2200 on."""
    if instant is not None and not _FIRST <= instant < _LAST:
        raise invalid(path, "Not between 1970 and 2200")


def check_day(path: str, day: date | None) -> None:
    """Raise `Problem` 422 for a day before 1970 or from 2200 on."""
    if day is not None and not _FIRST.date() <= day < _LAST.date():
        raise invalid(path, "Not between 1970 and 2200")
