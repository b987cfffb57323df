"""Rules of the limits: never more than the rate, and each key for itself."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settled
from hypothesis import strategies as st

from pipeline.settings import Settings
from web.counters import Counters
from web.problems import Problem
from web.rate_limits import RateLimits
from web.routes import READS

SECRETS: dict[str, Any] = {"jwt_key": "k" * 40, "pepper": "p" * 40}


@settled(deadline=None)
@given(st.integers(1, 700))
async def test_a_window_holds_the_rate_exactly(rate: int) -> None:
    limits = RateLimits(Settings(**SECRETS, rate_read=f"{rate}/day"), Counters())
    assert await _allowed(limits, "a", 2 * rate) == rate


@settled(deadline=None)
@given(st.integers(1, 700), st.integers(2, 4))
async def test_processes_share_a_rate_and_waste_at_most_a_hundredth_each(
    rate: int, processes: int
) -> None:
    counters = Counters()
    settings = Settings(**SECRETS, rate_read=f"{rate}/day")
    each = [RateLimits(settings, counters) for _ in range(processes)]
    allowed = 0
    for _ in range(2 * rate):
        for limits in each:
            allowed += await _allowed(limits, "a", 1)
    assert rate - processes * (rate // 100) <= allowed <= rate


class Slow(Counters):
    """A storage that lets others run, as Redis does."""

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        await asyncio.sleep(0)
        return await super().incr(key, expiry, amount)


async def test_many_calls_at_once_take_no_more_than_they_need(
    settings: Callable[..., Settings],
) -> None:
    limits = RateLimits(settings(rate_read="1000/day"), Slow())
    standings = await asyncio.gather(*(limits.count(READS, "a") for _ in range(64)))
    assert min(standing.left for standing in standings) == 1000 - 64


class Rounded(Counters):
    """A storage that tells the end of a window in whole seconds, as Redis does."""

    async def get_expiry(self, key: str) -> float:
        return int(await super().get_expiry(key)) - 1.0


async def test_nobody_is_refused_because_a_window_is_about_to_end(
    settings: Callable[..., Settings],
) -> None:
    limits = RateLimits(settings(rate_read="5/second"), Rounded())
    assert (await limits.count(READS, "a")).left == 4


async def test_what_is_left_counts_down_to_nothing(settings: Callable[..., Settings]) -> None:
    limits = RateLimits(settings(rate_read="300/minute"), Counters())
    fields = (await limits.count(READS, "a")).headers()
    left = [(await limits.count(READS, "a")).left for _ in range(299)]
    assert left == list(range(298, -1, -1))
    assert fields["RateLimit-Policy"] == '"read";q=300;w=60'
    assert re.fullmatch(r'"read";r=299;t=(59|60)', fields["RateLimit"])


async def test_the_storage_learns_of_nobody(settings: Callable[..., Settings]) -> None:
    counters = Counters()
    await RateLimits(settings(), counters).count(READS, "ada@example.org")
    assert "ada" not in repr(vars(counters))


async def test_each_key_counts_for_itself(settings: Callable[..., Settings]) -> None:
    limits = RateLimits(settings(rate_read="5/day"), Counters())
    assert await _allowed(limits, "a", 9) == 5
    assert await _allowed(limits, "b", 9) == 5


async def test_a_refusal_says_when_to_come_again(settings: Callable[..., Settings]) -> None:
    limits = RateLimits(settings(rate_read="1/hour"), Counters())
    await limits.count(READS, "a")
    with pytest.raises(Problem) as refused:
        await limits.count(READS, "a")
    assert refused.value.status == 429
    assert 3500 < int(refused.value.headers["Retry-After"]) <= 3600


async def _allowed(limits: RateLimits, key: str, calls: int) -> int:
    allowed = 0
    for _ in range(calls):
        try:
            await limits.count(READS, key)
        except Problem:
            continue
        allowed += 1
    return allowed
