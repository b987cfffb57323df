"""Which events resemble those that failed lately in the database.

Looking for such an event costs many tries of parts of its batch. Events that fail of one cause have
something in common as a rule: a category, a device, their user. What shares it is tried by itself
next time, so that the others pass together at once. A wrong suspicion costs time and nothing else,
and goes as its events pass.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from threading import Lock
from typing import Any, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")

#: Values that are remembered of each field; then the oldest goes.
MOST_VALUES = 256
#: Failures that are remembered of a value: so many events that pass clear it, however many failed.
MOST_FAILURES = 20
#: Events that are looked at of those that passed in a batch: evenly chosen, if there are more.
MOST_PASSED = 200


@dataclass
class _Record:
    """How many events that had a value failed and passed."""

    failed: int = 0
    passed: int = 0

    @property
    def is_suspicious(self) -> bool:
        return self.failed > max(1, self.passed)


class Suspicion:
    """What the failed events of one stage had in common; shared by its database threads."""

    def __init__(self) -> None:
        self._records: dict[str, dict[Hashable, _Record]] = {}
        self._suspicious: Mapping[str, set[Hashable]] = {}
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self._suspicious)

    def falls_on(self, event: Any) -> bool:
        """Whether the event shall be tried by itself."""
        return any(getattr(event, name) in some for name, some in self._suspicious.items())

    def parted(
        self, things: Sequence[T], event: Callable[[T], Any] = lambda thing: thing
    ) -> tuple[Sequence[T], Sequence[T]]:
        """Those whose `event` it falls on, and the others."""
        if not self:
            return (), things
        suspects: list[T] = []
        others: list[T] = []
        for thing in things:
            (suspects if self.falls_on(event(thing)) else others).append(thing)
        return suspects, others

    def learn(self, failed: Iterable[Any], passed: Sequence[Any]) -> None:
        """Take down which events of a batch failed, each by itself, and which passed."""
        sample, step = sampled(passed)
        with self._lock:
            for event in failed:
                for name, value in msgspec.structs.asdict(event).items():
                    if isinstance(value, (str, UUID)):
                        self._fail(self._records.setdefault(name, {}), value)
            for name, records in self._records.items():
                # Most fields, as the id, have no value that fails twice: they need not be counted.
                if any(record.failed > 1 for record in records.values()):
                    passes = Counter(map(attrgetter(name), sample))
                    for value in records.keys() & passes.keys():
                        self._pass(records, value, passes[value] * step)
            self._suspicious = {
                name: some
                for name, records in self._records.items()
                if (some := {value for value, record in records.items() if record.is_suspicious})
            }

    @staticmethod
    def _fail(records: dict[Hashable, _Record], value: Hashable) -> None:
        record = records.pop(value, None) or _Record()
        record.failed = min(record.failed + 1, MOST_FAILURES)
        records[value] = record
        if len(records) > MOST_VALUES:
            del records[next(iter(records))]

    @staticmethod
    def _pass(records: dict[Hashable, _Record], value: Hashable, count: int) -> None:
        records[value].passed += count
        if records[value].passed >= MOST_FAILURES:
            del records[value]


def sampled(passed: Sequence[T]) -> tuple[Sequence[T], int]:
    """Some of `passed`, evenly chosen, and for how many each of them stands."""
    step = max(1, -(-len(passed) // MOST_PASSED))
    return passed[::step], step
