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
from itertools import chain, islice

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
        #: The fields by which an event may have been deadly: as many have not survived with them.
        self._deadly: dict[bytes, set[bytes]] = {}
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
                self._deadly[raw] = set(_FIELD.findall(raw))
        while len(self._deadly) > MOST_EVENTS:
            del self._deadly[next(iter(self._deadly))]
        self._clear(survived)
        self._suspicious = tuple(islice(self._explanations(), MOST_SUSPICIOUS))

    def _clear(self, survived: Sequence[bytes]) -> None:
        """Fields with which as many survive as died are cleared."""
        died = Counter(chain.from_iterable(self._deadly.values()))
        sample, step = sampled(survived)
        for raw in sample:
            for field in died.keys() & set(_FIELD.findall(raw)):
                self._survived[field] += step
        cleared = {field for field in died if self._survived[field] >= died[field]}
        for fields in self._deadly.values():
            fields -= cleared
        for field in self._survived.keys() - (died.keys() - cleared):
            del self._survived[field]

    def _explanations(self) -> Iterator[bytes]:
        """Always the fields of most events that are not explained yet, of two at least."""
        unclear = list(self._deadly.values())
        while counts := Counter(chain.from_iterable(unclear)):
            most = max(counts.values())
            if most < 2:
                return
            best = {field for field, events in counts.items() if events == most}
            yield from best
            unclear = [fields for fields in unclear if not fields & best]
