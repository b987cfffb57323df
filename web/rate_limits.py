"""How often an account or a network may call, counted in this process.

Only this module knows the storage, so that a shared one can take its place. Where a rate is high,
a process takes a hundredth of it at a time and spends that without asking again, so that a
request costs the storage nothing; what is left of it lapses with the window.
"""

import time

from limits import RateLimitItem, parse
from limits.aio.strategies import FixedWindowRateLimiter

from pipeline.settings import Settings
from web.counters import Counters
from web.problems import Problem
from web.routes import ALL_LIMITS, Limit

_TAKES_PER_WINDOW = 100
_MOST_HELD = 50_000


class _Held:
    """Calls taken from the storage and not yet spent; they lapse at `ends`."""

    __slots__ = ("calls", "ends")

    def __init__(self, calls: int, ends: float) -> None:
        self.calls = calls
        self.ends = ends


class RateLimits:
    """Counts calls per limit and key; refuses with 429 and the seconds to wait."""

    def __init__(self, settings: Settings) -> None:
        self._windows = FixedWindowRateLimiter(Counters())
        self._rates: dict[str, RateLimitItem] = {
            limit.name: parse(getattr(settings, f"rate_{limit.name}")) for limit in ALL_LIMITS
        }
        self._held: dict[tuple[str, str], _Held] = {}

    def spend(self, limit: Limit, key: str) -> bool:
        """Count one call of those held; False: none is held, and nothing was counted."""
        held = self._held.get((limit.name, key))
        if held and held.calls and held.ends > time.time():
            held.calls -= 1
            return True
        return False

    async def count(self, limit: Limit, key: str) -> None:
        """Count one call; raises `Problem` 429 when it is one too many."""
        if not self.spend(limit, key):
            await self._take(limit, key)

    async def check(self, limit: Limit, key: str) -> None:
        """Like `count`, without counting."""
        rate = self._rates[limit.name]
        if not await self._windows.test(rate, limit.name, key):
            raise await self._refusal(rate, limit, key)

    async def _take(self, limit: Limit, key: str) -> None:
        rate = self._rates[limit.name]
        many = rate.amount // _TAKES_PER_WINDOW
        if many > 1 and await self._windows.hit(rate, limit.name, key, cost=many):
            window = await self._windows.get_window_stats(rate, limit.name, key)
            if len(self._held) >= _MOST_HELD:
                self._held.clear()
            self._held[limit.name, key] = _Held(many - 1, window.reset_time)
        elif not await self._windows.hit(rate, limit.name, key):
            raise await self._refusal(rate, limit, key)

    async def _refusal(self, rate: RateLimitItem, limit: Limit, key: str) -> Problem:
        window = await self._windows.get_window_stats(rate, limit.name, key)
        wait_s = max(1, round(window.reset_time - time.time()))
        return Problem(429, "too-many", f"At most {rate}.", headers={"Retry-After": str(wait_s)})
