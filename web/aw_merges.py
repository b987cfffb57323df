"""What a watcher is answered: the event its heartbeats have added up to, as it expects.

It is told from memory, as ActivityWatch's own server does, so that a heartbeat costs no look into
the database; nothing that is kept depends on it.
"""

from collections import OrderedDict
from uuid import UUID

from pipeline.steps.chains import Chain

#: Buckets remembered, those used last.
_MOST = 10_000

_Key = tuple[UUID, str]


class Merges:
    """The newest event of each bucket."""

    def __init__(self) -> None:
        self._latest: OrderedDict[_Key, Chain] = OrderedDict()

    def add(self, bucket: _Key, beat: Chain, pulse_us: int) -> Chain:
        """The event that a heartbeat goes on, with it, or the heartbeat alone."""
        last = self._latest.get(bucket)
        if last and last.data == beat.data and last.start <= beat.start <= last.end + pulse_us:
            beat = last._replace(end=max(last.end, beat.end))
        self._latest[bucket] = beat
        self._latest.move_to_end(bucket)
        if len(self._latest) > _MOST:
            self._latest.popitem(last=False)
        return beat


#: Of this process.
merges = Merges()
