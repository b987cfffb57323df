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
_FIELD = re.compile(rb'"[^"\\]*":\s*(?:"(?:[^"\\]|\\.)*"|[^\s,:"\[\]{}]+)', re.DOTALL)
#: How much of an event is looked into: bytes, and fields.
MOST_BYTES, MOST_FIELDS = 4096, 64
#: Deadly events that are remembered; then the oldest goes.
MOST_EVENTS = 100
#: Fields that make suspects: each is looked for in all bytes.
MOST_SUSPICIOUS = 16
#: So many that survive clear a field of one that did not: suspects are few beside the deadly.
SURVIVORS = 20
#: Events that survived, compared with which what is suspicious is no chance any more.
ENOUGH = 100


class Resemblance:
    """What the deadly events of one stage have in common: the fewest fields that explain them."""

    def __init__(self) -> None:
        #: The deadly events, and of each the fields that may be why: that are not cleared.
        self._deadly: dict[bytes, set[bytes]] = {}
        #: Deaths of suspects, which are not kept, and survivors, by field.
        self._died: Counter[bytes] = Counter()
        self._survived: Counter[bytes] = Counter()
        self._suspicious: tuple[bytes, ...] = ()
        self._compared = 0

    def __bool__(self) -> bool:
        return bool(self._suspicious)

    @property
    def is_founded(self) -> bool:
        """Whether it rests on a comparison with enough events that survived."""
        return self._compared >= ENOUGH

    def falls_on(self, raw: bytes) -> bool:
        """Whether `raw`, an event or several, holds what shall not be touched without care."""
        return any(field in raw for field in self._suspicious)

    def learn(self, deadly: Sequence[bytes], survived: Sequence[bytes]) -> None:
        """Take down which events ended their process, each but once, and which did not."""
        news = [raw for raw in deadly if not self.falls_on(raw) and raw not in self._deadly]
        for raw in deadly:
            self._died.update(field for field in self._suspicious if field in raw)
        for raw in news:
            self._deadly[raw] = _fields(raw)
            self._compared = 0
        while len(self._deadly) > MOST_EVENTS:
            del self._deadly[next(iter(self._deadly))]
        # Suspects that die are the rule; they tell nothing new.
        if (news or survived) and (self._clear(survived) or news):
            self._suspicious = tuple(islice(self._explanations(), MOST_SUSPICIOUS))

    def _clear(self, survived: Sequence[bytes]) -> set[bytes]:
        """Clear the fields with which many survive for one that dies."""
        sample, step = sampled(survived)
        self._compared += len(sample)
        died = Counter(chain.from_iterable(self._deadly.values()))
        for raw in sample:
            for field in died.keys() & _fields(raw):
                self._survived[field] += step
        cleared = {
            field
            for field, events in died.items()
            if self._survived[field] >= SURVIVORS * min(events + self._died[field], MOST_EVENTS)
        }
        for fields in self._deadly.values():
            fields -= cleared
        for count in (self._survived, self._died):
            for field in count.keys() - (died.keys() - cleared):
                del count[field]
        return cleared

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


def _fields(raw: bytes) -> set[bytes]:
    found = islice(_FIELD.finditer(raw, 0, MOST_BYTES), MOST_FIELDS)
    return {field.group() for field in found}
