"""The terms on which a person's events are counted: devices that are one, and which comes first.

Events are kept as they came; the terms apply whenever hours are derived from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from pipeline.steps.overlap import EQUAL
from pipeline.steps.sessionize import Usage

_NONE: Mapping[str, str] = MappingProxyType({})


class Terms(NamedTuple):
    """The device that each merged name is counted as, and priorities other than 0 by device."""

    devices: Mapping[str, str] = _NONE
    priorities: Mapping[str, int] = EQUAL

    def read(self, events: Sequence[Usage]) -> Sequence[Usage]:
        """The events as they are counted."""
        return [self._read(event) for event in events] if self.devices else events

    def _read(self, event: Usage) -> Usage:
        device = self.devices.get(event.device, event.device)
        if device == event.device:
            return event
        return Usage(
            event.time,
            device,
            event.source,
            event.id,
            event.duration,
            event.entity,
            event.category,
            event.project,
        )


#: Of whoever never chose anything.
DEFAULT_TERMS = Terms()


def merged(links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Where chains of (name, name it is merged into) end, for each name that begins one.

    There are no cycles.
    """
    into = dict(links)
    ends = {}
    for name in into:
        end = name
        while end in into:
            end = into[end]
        ends[name] = end
    return ends
