"""Rules of the limits: never more than the rate, and each key for itself."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as settled
from hypothesis import strategies as st

from pipeline.settings import Settings
from web.problems import Problem
from web.rate_limits import RateLimits
from web.routes import READS

SECRETS: dict[str, Any] = {"jwt_key": "k" * 40, "pepper": "p" * 40}


@settled(deadline=None)
@given(st.integers(1, 700))
async def test_a_window_holds_the_rate_and_wastes_at_most_a_hundredth(rate: int) -> None:
    limits = RateLimits(Settings(**SECRETS, rate_read=f"{rate}/day"))
    allowed = await _allowed(limits, "a", 2 * rate)
    assert rate - rate // 100 <= allowed <= rate


async def test_each_key_counts_for_itself(settings: Callable[..., Settings]) -> None:
    limits = RateLimits(settings(rate_read="5/day"))
    assert await _allowed(limits, "a", 9) == 5
    assert await _allowed(limits, "b", 9) == 5


async def test_a_refusal_says_when_to_come_again(settings: Callable[..., Settings]) -> None:
    limits = RateLimits(settings(rate_read="1/hour"))
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
