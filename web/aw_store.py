"""Reads a bucket's events as its clients know them: merged, newest first, never in part.

Heartbeats are kept as they came and merged here, so late ones fall into place. What would take more
reports than `max_bucket_events` is refused, not cut.
"""

from collections.abc import Iterator
from uuid import UUID

from models import bucket_events
from pipeline.events import MAX_DURATION_US, MAX_PULSE_US
from pipeline.steps.chains import Chain, Reported, chains
from web.problems import Problem

_FIRST_PAGE = 500
#: How far back a report may begin that reaches to an instant.
_LOOK_BACK_US = MAX_DURATION_US + MAX_PULSE_US


def read(
    user_id: UUID, bucket: str, lower: int | None, upper: int | None, limit: int, most: int
) -> list[Chain]:
    """The newest `limit` events (negative: all) that touch the time from `lower` to `upper`."""
    if not limit:
        return []
    begin = None if lower is None else lower - _LOOK_BACK_US
    for asked in _pages(limit, most):
        reports = bucket_events.newest(user_id, bucket, begin, upper, asked)
        is_all = len(reports) < asked
        found = chains([Reported(*report) for report in reversed(reports)])
        found.reverse()
        if lower is not None:
            found = [chain for chain in found if chain.end >= lower]
        # The oldest one may go on before what was read.
        if is_all or len(found) > limit > 0:
            wanted = found if limit < 0 else found[:limit]
            return [chain.within(lower, upper) for chain in wanted]
    raise Problem(
        413, "too-many-events", f"More than {most} reports: narrow it by start, end or limit."
    )


def find(user_id: UUID, bucket: str, number: int, most: int) -> Chain | None:
    """The event that the report of this number is part of, as far as a day around it tells."""
    begin = bucket_events.begin_of(user_id, bucket, str(number))
    if begin is None:
        return None
    near = read(user_id, bucket, begin - _LOOK_BACK_US, begin + MAX_DURATION_US, -1, most)
    return next((chain for chain in near if str(number) in chain.ids), None)


def _pages(limit: int, most: int) -> Iterator[int]:
    size = min(max(_FIRST_PAGE, 2 * limit), most)
    if limit < 0:
        size = most
    while size < most:
        yield size
        size *= 4
    yield most
