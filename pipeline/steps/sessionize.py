"""From points to stretches of time: what each event counts for, device by device.

A heartbeat counts until the next event of its device, if that comes within the timeout in force
at the heartbeat; else, and for a lone last one, it counts nothing. An interval counts its duration,
and one with a pulse up to the next that goes on it. Presence has a time, but is no use of a device.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import msgspec

from pipeline.events import UsageEvent
from pipeline.steps.days import Period, period_at
from pipeline.steps.pulse import Beat, joined

#: The entity of presence that says: nobody is there.
AFK = "afk"


class Usage(msgspec.Struct, frozen=True, order=True, gc=False):
    """What the hours of a day depend on in an event.

    Their natural order (time, device, source, id) is the one order of a person's events.
    `duration` is None for a heartbeat, microseconds for an interval.
    """

    time: int
    device: str
    source: str
    id: str
    duration: int | None
    entity: str
    category: str
    project: str
    pulse: int = 0
    is_presence: bool = False

    @property
    def end(self) -> int:
        """Where it ends by itself."""
        return self.time + (self.duration or 0)


def usage_of(event: UsageEvent) -> Usage:
    """What the hours depend on in an event as it travels."""
    return Usage(
        event.time,
        event.device,
        event.source,
        event.id,
        None if event.type == "usage.heartbeat" else event.duration,
        event.entity,
        event.category,
        event.project,
        event.pulse,
        event.type == "usage.presence",
    )


class Segment(NamedTuple):
    """The time one event counts for: from its instant to `end`, excluded."""

    event: Usage
    end: int


def segments(events: Iterable[Usage], periods: Sequence[Period]) -> list[Segment]:
    """The segments of one person's events, in the order of their events."""
    following: dict[str, int] = {}
    shortest_timeout = min(period.timeout_us for period in periods)
    found = []
    for event in sorted(events, reverse=True):
        time, device, duration = event.time, event.device, event.duration
        if duration is None:
            end = following.get(device, time)
            gap = end - time
            if gap > shortest_timeout and gap > period_at(periods, time).timeout_us:
                end = time
        else:
            end = time + duration
        if not event.is_presence:
            following[device] = time
        found.append(Segment(event, end))
    found.reverse()
    return _going_on(found) if any(event.pulse for event, _ in found) else found


def _going_on(found: list[Segment]) -> list[Segment]:
    """The segments, each up to the one that goes on it.

    Who goes on whom never depends on categories, which rules may change.
    """
    beats = (
        Beat(
            (event.device, event.source),
            (event.entity, event.project),
            event.time,
            end,
            event.pulse,
        )
        for event, end in found
    )
    for later, before in joined(beats).items():
        event, end = found[before]
        found[before] = Segment(event, max(end, found[later].event.time))
    return found
