"""Counters in this process for the library `limits`, where no shared ones can be had.

Its own memory storage walks over all keys at each count, which many accounts make slow.
"""

import time

from limits.aio.storage import Storage

_PURGE_AT = 10_000


class Counters(Storage):
    """A count per key until its window ends; what has ended goes when the keys have doubled."""

    STORAGE_SCHEME = None
    base_exceptions = ()

    def __init__(self) -> None:
        super().__init__()
        self._windows: dict[str, tuple[int, float]] = {}
        self._purge_at = _PURGE_AT

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and open a window of `expiry` seconds if none is open."""
        now = time.time()
        count, ends = self._windows.get(key, (0, 0.0))
        if ends <= now:
            count, ends = 0, now + expiry
        self._windows[key] = count + amount, ends
        if len(self._windows) > self._purge_at:
            self._purge(now)
        return count + amount

    async def get(self, key: str) -> int:
        """The count of the open window."""
        count, ends = self._windows.get(key, (0, 0.0))
        return count if ends > time.time() else 0

    async def get_expiry(self, key: str) -> float:
        """When the window ends, seconds since 1970."""
        return self._windows.get(key, (0, time.time()))[1]

    async def check(self) -> bool:
        """Memory is always there."""
        return True

    async def reset(self) -> int | None:
        """Forget everything."""
        count = len(self._windows)
        self._windows.clear()
        return count

    async def clear(self, key: str) -> None:
        """Forget one key."""
        self._windows.pop(key, None)

    def _purge(self, now: float) -> None:
        self._windows = {key: held for key, held in self._windows.items() if held[1] > now}
        self._purge_at = max(_PURGE_AT, 2 * len(self._windows))
