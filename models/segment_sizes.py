"""How many people a segment held, day by day, as analysts may know."""

from datetime import date
from typing import NamedTuple

from models.database import execute

_OF = "SELECT day, members FROM analyst.segment_sizes WHERE segment = %s ORDER BY day"


class SizeRow(NamedTuple):
    """The people of a segment on a day; None: under five."""

    day: date
    members: int | None


def of(segment: str) -> list[SizeRow]:
    """The days of the last year on which it held anybody; none while few people are known."""
    return [SizeRow(*row) for row in execute(_OF, (segment,)).fetchall()]
