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
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

T = TypeVar("T")
V = TypeVar("V", bound=Hashable)

#: Values that are remembered of each field; then the one goes that failed the longest ago.
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


class Records(Generic[V]):
    """How the events fared that had a value; `most` values that failed of late are remembered."""

    def __init__(self, most: int = MOST_VALUES) -> None:
        self._most = most
        self._records: dict[V, _Record] = {}

    def fail(self, value: V) -> None:
        """An event that had the value failed."""
        record = self._records.pop(value, None) or _Record()
        record.failed = min(record.failed + 1, MOST_FAILURES)
        self._records[value] = record
        if len(self._records) > self._most:
            del self._records[next(iter(self._records))]

    def passed(self, counts: Mapping[V, int]) -> None:
        """So many events that had these values passed."""
        for value in self._records.keys() & counts.keys():
            record = self._records[value]
            record.passed += counts[value]
            if record.passed >= MOST_FAILURES:
                del self._records[value]

    @property
    def failed_again(self) -> bool:
        """Whether there is a value of which more than one event failed."""
        return any(record.failed > 1 for record in self._records.values())

    def suspicious(self) -> list[V]:
        """The values most of whose events failed of late, two at least; the last to fail last."""
        return [value for value, record in self._records.items() if record.is_suspicious]


class Suspicion:
    """What the failed events of one stage had in common; shared by its database threads."""

    def __init__(self) -> None:
        self._records: dict[str, Records[Hashable]] = {}
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
                        self._records.setdefault(name, Records()).fail(value)
            for name, records in self._records.items():
                # Most fields, as the id, have no value that fails twice: they need not be counted.
                if records.failed_again:
                    records.passed(counted(map(attrgetter(name), sample), step))
            self._suspicious = {
                name: some
                for name, records in self._records.items()
                if (some := set(records.suspicious()))
            }


def sampled(passed: Sequence[T]) -> tuple[Sequence[T], int]:
    """Some of `passed`, evenly chosen, and for how many each of them stands."""
    step = max(1, -(-len(passed) // MOST_PASSED))
    return passed[::step], step


def counted(values: Iterable[V], step: int) -> dict[V, int]:
    """How often each of the values occurs, `step` times."""
    return {value: count * step for value, count in Counter(values).items()}
