"""Which events resemble those that ended a process lately.

The first events of a kind that end their process end workers, and partitions wait until others have
them. Their like have something in common with them as a rule: a category, a title, a device. What
shares a field of the JSON goes through the check process before a worker touches it. Events are
compared as bytes, for decoding may be what ends the process. A wrong suspicion costs time and
nothing else, and goes as its events survive.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain

from pipeline.suspicion import sampled

#: A name and its value, if that is no object and no list.
_FIELD = re.compile(rb'"[^"\\]*":(?:"(?:[^"\\]|\\.)*"|[^\s,:"\[\]{}]+)', re.DOTALL)
#: Deadly events that are remembered; then the oldest goes.
MOST_EVENTS = 100
#: Fields that make suspects: each is looked for in all bytes.
MOST_SUSPICIOUS = 16


class Resemblance:
    """What the deadly events of one stage have in common: the fewest fields that explain them."""

    def __init__(self) -> None:
        self._deadly: dict[bytes, frozenset[bytes]] = {}
        self._survived: Counter[bytes] = Counter()
        self._suspicious: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._suspicious)

    def falls_on(self, raw: bytes) -> bool:
        """Whether `raw`, an event or several, holds what shall not be touched without care."""
        return any(field in raw for field in self._suspicious)

    def learn(self, deadly: Sequence[bytes], survived: Sequence[bytes]) -> None:
        """Take down which events ended their process, each but once, and which did not."""
        for raw in deadly:
            if raw not in self._deadly:
                self._deadly[raw] = fields = frozenset(_FIELD.findall(raw))
                for field in fields:
                    del self._survived[field]  # what was before is no excuse
        while len(self._deadly) > MOST_EVENTS:
            del self._deadly[next(iter(self._deadly))]
        sample, step = sampled(survived)
        failed = Counter(chain.from_iterable(self._deadly.values()))
        for raw in sample:
            for field in failed.keys() & set(_FIELD.findall(raw)):
                self._survived[field] += step
        self._survived = Counter({f: n for f, n in self._survived.items() if f in failed})
        self._suspicious = tuple(self._explanations(failed))

    def _explanations(self, failed: Counter[bytes]) -> Iterator[bytes]:
        """Always the field of most events that are not explained yet, of two at least."""
        unclear = [
            {field for field in fields if self._survived[field] < failed[field]}
            for fields in self._deadly.values()
        ]
        for _ in range(MOST_SUSPICIOUS):
            ((field, events),) = Counter(chain.from_iterable(unclear)).most_common(1) or ((b"", 0),)
            if events < 2:
                return
            yield field
            unclear = [fields for fields in unclear if field not in fields]
