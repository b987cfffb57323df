"""Which events resemble those that ended a process lately.

The first events of a kind that end their process end workers, and partitions wait until others have
them. Their like have something in common with them as a rule: a category, a title, a device. What
shares a field of the JSON goes through the check process before a worker touches it. Events are
compared as bytes, for decoding may be what ends the process. A wrong suspicion costs time and
nothing else, and goes as its events survive.
"""

import re
from collections.abc import Sequence

from pipeline.suspicion import Records, counted, sampled

#: A name and its value, if that is no object and no list.
_FIELD = re.compile(rb'"[^"\\]*":(?:"(?:[^"\\]|\\.)*"|[^\s,:"\[\]{}]+)', re.DOTALL)
#: Fields that are remembered: an event has some that no other has.
MOST_FIELDS = 4096
#: Fields that make suspects, of those that deadly events had last: each is looked for in all bytes.
MOST_SUSPICIOUS = 32
#: Deadly events that are remembered, each to be learnt from once.
MOST_EVENTS = 1024


class Resemblance:
    """What the deadly events of one stage had in common."""

    def __init__(self) -> None:
        self._records = Records[bytes](MOST_FIELDS)
        self._suspicious: Sequence[bytes] = ()
        self._known: dict[int, None] = {}

    def __bool__(self) -> bool:
        return bool(self._suspicious)

    def falls_on(self, raw: bytes) -> bool:
        """Whether `raw`, an event or several, holds what shall not be touched without care."""
        return any(field in raw for field in self._suspicious)

    def learn(self, deadly: Sequence[bytes], survived: Sequence[bytes]) -> None:
        """Take down which events ended their process, each but once, and which did not."""
        for raw in deadly:
            if hash(raw) not in self._known:
                self._known[hash(raw)] = None
                for field in _fields(raw):
                    self._records.fail(field)
        while len(self._known) > MOST_EVENTS:
            del self._known[next(iter(self._known))]
        sample, step = sampled(survived)
        self._records.passed(counted((field for raw in sample for field in _fields(raw)), step))
        self._suspicious = self._records.suspicious()[-MOST_SUSPICIOUS:]


def _fields(raw: bytes) -> set[bytes]:
    return set(_FIELD.findall(raw))
