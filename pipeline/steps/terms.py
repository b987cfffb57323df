"""The terms on which a person's events are counted: which devices are one or come first, and rules.

Events are kept as they came; the terms apply whenever hours are derived from them.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import replace

from pipeline.steps.categories import Categories
from pipeline.steps.overlap import EQUAL
from pipeline.steps.sessionize import Usage

_NONE: Mapping[str, str] = MappingProxyType({})


class Terms(NamedTuple):
    """The device that each merged name is counted as, priorities other than 0 by device, and rules.

    Of most people there are none, and their events are taken as they are.
    """

    devices: Mapping[str, str] = _NONE
    priorities: Mapping[str, int] = EQUAL
    categories: Categories | None = None

    def read(self, events: Sequence[Usage]) -> Sequence[Usage]:
        """The events as they are counted."""
        if not self.devices and self.categories is None:
            return events
        return [self._read(event) for event in events]

    def _read(self, event: Usage) -> Usage:
        device, category = self.devices.get(event.device, event.device), event.category
        if self.categories:
            category = self.categories.of(event.entity, event.project, device, category)
        return replace(event, device=device, category=category)


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
