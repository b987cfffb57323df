"""How often an account or a network may call, counted for all web processes together.

Where a rate is high, a process takes a hundredth of it at a time and spends that without asking
again, so that a request costs the storage nothing; what is left of it lapses with the window.
"""

import asyncio
import hashlib
import time
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.aio.storage import Storage
from multidict import istr

from pipeline.settings import Settings
from web.problems import Problem
from web.routes import ALL_LIMITS, Limit

_TAKES_PER_WINDOW = 100
_MOST_HELD = 50_000
_LOCKS = 64
_MOMENT_S = 0.5
_POLICY, _STANDING = istr("RateLimit-Policy"), istr("RateLimit")


class Standing:
    """Where somebody stands in the window of a limit that ends at `ends`.

    Of the calls that are left `held` were taken from the storage and not yet spent.
    """

    __slots__ = ("_name", "_policy", "ends", "held", "there")

    def __init__(self, limit: Limit, rate: RateLimitItem, held: int, there: int, ends: float):
        self._name, self._policy = limit.name, _policy(limit.name, rate)
        self.held, self.there, self.ends = held, there, ends

    @property
    def left(self) -> int:
        """How many calls may still come."""
        return self.held + self.there

    def is_spent(self) -> bool:
        """Whether the storage may have more; a window without any is known to the end."""
        return self.ends <= time.time() or (self.there > 0 and not self.held)

    def headers(self) -> dict[str, str]:
        """The fields of draft-ietf-httpapi-ratelimit-headers-11."""
        wait_s = max(0, round(self.ends - time.time()))
        return {_POLICY: self._policy, _STANDING: f'"{self._name}";r={self.left};t={wait_s}'}


class RateLimits:
    """Counts calls per limit and key; refuses with 429 and the seconds to wait."""

    def __init__(self, settings: Settings, storage: Storage) -> None:
        self._storage = storage
        self._secret = hashlib.sha256(settings.pepper.encode()).digest()
        self._rates: dict[str, RateLimitItem] = {
            limit.name: parse(getattr(settings, f"rate_{limit.name}")) for limit in ALL_LIMITS
        }
        self._held: dict[tuple[str, str], Standing] = {}
        # Many calls at once take once.
        self._locks = [asyncio.Lock() for _ in range(_LOCKS)]

    def spend(self, limit: Limit, key: str) -> Standing | None:
        """Count one call of those held; None: none is held, and nothing was counted."""
        standing = self._held.get((limit.name, key))
        if standing is None or not standing.held or standing.ends <= time.time():
            return None
        standing.held -= 1
        return standing

    async def count(self, limit: Limit, key: str) -> Standing:
        """Count one call; raises `Problem` 429 when it is one too many."""
        if standing := self.spend(limit, key):
            return standing
        refilled = await self._refilled(limit, key)
        if standing := self.spend(limit, key):
            return standing
        raise self._refusal(limit, refilled)

    async def check(self, limit: Limit, key: str) -> None:
        """Like `count`, without counting."""
        if await self._storage.get(self._name(limit, key)) >= self._rates[limit.name].amount:
            raise await self.refusal_of(limit, key)

    async def tally(self, limit: Limit, key: str, amount: int = 1) -> int:
        """Count at once (-1 takes it back) and return how many are left; negative: too many."""
        rate = self._rates[limit.name]
        count = await self._storage.incr(self._name(limit, key), rate.get_expiry(), amount)
        return rate.amount - count

    async def refusal_of(self, limit: Limit, key: str) -> Problem:
        """The 429 of a limit that was used up, with when to come again."""
        ends = await self._storage.get_expiry(self._name(limit, key))
        return self._refusal(limit, Standing(limit, self._rates[limit.name], 0, 0, ends))

    async def _refilled(self, limit: Limit, key: str) -> Standing:
        where = limit.name, key
        async with self._locks[hash(where) % _LOCKS]:
            held = self._held.get(where)
            if held is None or held.is_spent():
                if len(self._held) >= _MOST_HELD:
                    self._held.clear()
                held = self._held[where] = await self._take(limit, key, held)
            return held

    async def _take(self, limit: Limit, key: str, before: Standing | None) -> Standing:
        rate, name = self._rates[limit.name], self._name(limit, key)
        many = max(1, rate.amount // _TAKES_PER_WINDOW)
        count = await self._storage.incr(name, rate.get_expiry(), many)
        # Of what was taken so many are within the rate.
        calls = max(0, min(many, rate.amount - count + many))
        if before is None or before.ends <= time.time():
            # The storage rounds to seconds; what was taken just now is good for a moment at least.
            ends = max(await self._storage.get_expiry(name), time.time() + _MOMENT_S)
        else:
            ends = before.ends
        return Standing(limit, rate, calls, max(0, rate.amount - count), ends)

    def _refusal(self, limit: Limit, standing: Standing) -> Problem:
        wait_s = max(1, round(standing.ends - time.time()))
        headers = {"Retry-After": str(wait_s)} | standing.headers()
        return Problem(429, "too-many", f"At most {self._rates[limit.name]}.", headers=headers)

    def _name(self, limit: Limit, key: str) -> str:
        """The key in the storage, which learns of nobody: neither account nor address."""
        hidden = hashlib.blake2b(key.encode(), key=self._secret, digest_size=16).hexdigest()
        return self._rates[limit.name].key_for(limit.name, hidden)


@lru_cache
def _policy(name: str, rate: RateLimitItem) -> str:
    return f'"{name}";q={rate.amount};w={rate.get_expiry()}'
