"""How long to wait before the next try, and how often to say so."""

import random
import time


class Backoff:
    """Waits that double up to a cap, with jitter, so that a herd does not return at once."""

    def __init__(self, first_s: float = 0.05, cap_s: float = 1.0) -> None:
        self._first_s, self._cap_s = first_s, cap_s
        self._next_s = first_s

    def next_s(self) -> float:
        """Seconds to wait before the next try."""
        wait_s, self._next_s = self._next_s, min(self._next_s * 2, self._cap_s)
        return wait_s * random.uniform(0.5, 1.0)  # noqa: S311 - jitter, not a secret

    def reset(self) -> None:
        """A try succeeded: begin anew."""
        self._next_s = self._first_s


class Seldom:
    """Lets one log line a period through."""

    def __init__(self, period_s: float = 1.0) -> None:
        self._period_s = period_s
        self._next = 0.0

    def __bool__(self) -> bool:
        """Whether the line may be written now."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._period_s
        return True
