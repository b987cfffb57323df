"""What was handed over of one partition, and how far all of it is done.

Faust commits over an event still in flight (faust-streaming #606): acknowledged 2585 and then
2586 to 2589 in another order, it commits 2590 while 2587 runs. Here the position is the first
entry that is not acknowledged, in the order they were handed over; offsets need not be dense.
"""

import threading
from collections import deque
from dataclasses import dataclass

from pipeline.redis_streams.entry import Record
from pipeline.redis_streams.positions import Position


@dataclass(slots=True)
class Delivery:
    """One entry that was handed over."""

    offset: int
    tag: str
    total_events: int
    size: int
    acked: bool = False


class Deliveries:
    """The deliveries of one partition, from one position on. Acknowledging is thread-safe."""

    def __init__(self, position: Position) -> None:
        self.position = position
        #: Total of events of the log before the position; None: not known.
        self.total_events: int | None = 0 if position.next_offset == 1 else None
        self.unacked = 0
        self.unacked_bytes = 0
        self._waiting: deque[Delivery] = deque()
        self._lock = threading.Lock()

    def add(self, record: Record) -> Delivery:
        """Note that `record` is handed over."""
        delivery = Delivery(record.offset, record.tag, record.total_events, record.size)
        with self._lock:
            self._waiting.append(delivery)
            self.unacked += 1
            self.unacked_bytes += delivery.size
        return delivery

    def ack(self, delivery: Delivery) -> None:
        """Note that an entry is done; once more changes nothing."""
        with self._lock:
            if delivery.acked:
                return
            delivery.acked = True
            self.unacked -= 1
            self.unacked_bytes -= delivery.size
            while self._waiting and self._waiting[0].acked:
                done = self._waiting.popleft()
                self.position = Position(done.offset + 1, done.tag)
                self.total_events = done.total_events
