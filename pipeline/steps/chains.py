"""The events of a bucket as its clients read them: heartbeats that go on each other are one."""

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.steps.pulse import Beat, joined


class Chain(NamedTuple):
    """What one or several reports add up to; `ids` are theirs, in order, the first is its own.

    Instants are microseconds since 1970; `data` is JSON text.
    """

    ids: tuple[str, ...]
    start: int
    end: int
    data: str

    def within(self, lower: int | None, upper: int | None) -> "Chain":
        """What of it lies between two instants, as ActivityWatch trims it."""
        start = self.start if lower is None else max(self.start, lower)
        end = self.end if upper is None else min(self.end, upper)
        return self._replace(start=start, end=max(start, end))


class Reported(NamedTuple):
    """A report as it is kept; the order of the fields is that of the events of a bucket."""

    id: str
    time: int
    duration_us: int
    pulse_us: int
    data: str


def chains(reports: Sequence[Reported]) -> list[Chain]:
    """The reports, which come in the order of time and id, merged; oldest begun first."""
    beats = [Beat("", r.data, r.time, r.time + r.duration_us, r.pulse_us) for r in reports]
    goes_on = joined(beats)
    first: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for place in range(len(reports)):
        root = first[place] = first[goes_on[place]] if place in goes_on else place
        members.setdefault(root, []).append(place)
    return [
        Chain(
            tuple(reports[place].id for place in places),
            reports[root].time,
            max(beats[place].end for place in places),
            reports[root].data,
        )
        for root, places in members.items()
    ]
