"""What an owner has been given of its partition and has not done yet, in the log's order."""

from collections import deque

from pipeline.batch import Entry, Parts

#: How often a missing entry is asked for before it is given up as gone.
MOST_LOOKS = 8


class Gap(Exception):
    """The next entry is not the one that is expected."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__(f"expected entry {expected}, found {found}")
        self.expected, self.found = expected, found


class Hand:
    """Entries that wait, and those taken for a transaction; these stay until it is done.

    `cursor` is the offset where the cursor is known to stand: what is taken begins there.
    """

    def __init__(self, cursor: int, most_entries: int, most_events: int) -> None:
        self._most_entries, self._most_events = most_entries, most_events
        self._waiting: deque[Entry] = deque()
        self._taken: list[Parts] = []
        self._expected = self.cursor = cursor
        self._looks = 0

    def __bool__(self) -> bool:
        return bool(self._waiting or self._taken)

    def offer(self, entry: Entry) -> None:
        """One more entry waits."""
        self._waiting.append(entry)

    def take(self) -> list[Parts]:
        """What was taken before, and what waits, up to the limits.

        Raises `Gap` if nothing can be taken because an entry is missing. One that is known already
        is acknowledged and passed over.
        """
        events = sum(len(parts.events) for parts in self._taken)
        while self._waiting and not self._full(events):
            entry = self._waiting[0]
            if entry.offset > self._expected:
                break
            self._waiting.popleft()
            if entry.offset < self._expected:
                entry.acknowledge()
                continue
            self._taken.append(Parts.of(entry))
            self._expected += 1
            events += len(self._taken[-1].events)
        if self._waiting and not self._taken:
            raise Gap(self._expected, self._waiting[0].offset)
        return self._taken

    def _full(self, events: int) -> bool:
        return len(self._taken) >= self._most_entries or events >= self._most_events

    def done(self, next_offset: int) -> None:
        """The cursor stands at `next_offset` now: acknowledge everything before."""
        self._looks = 0
        while self._taken and self._taken[0].entry.offset < next_offset:
            self._taken.pop(0).entry.acknowledge()
        self.cursor = next_offset

    def looks_again(self, gap: Gap) -> bool:
        """Drop what waits, to be offered it anew; False: what is missing is gone: pass over it."""
        self._looks += 1
        if self._looks > MOST_LOOKS:
            self._expected = gap.found
            return False
        self._waiting.clear()
        return True

    def start_over(self, cursor: int) -> None:
        """Forget everything and expect the entry at `cursor`."""
        self._waiting.clear()
        self._taken.clear()
        self._expected = self.cursor = cursor
