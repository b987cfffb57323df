"""Rules of the limits that all web processes share, and of guessing passwords."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from redis import Redis

from pipeline.settings import Settings
from tests.instance import PASSWORD
from tests.services.web.api import Answer, Api

pytestmark = pytest.mark.services

#: The networks of these tests are told by a proxy on this machine.
PROXY = {"trusted_proxies": "127.0.0.1"}


async def test_two_processes_share_one_count(configured: Callable[..., Settings]) -> None:
    settings = configured(rate_read="10/hour")
    async with Api(settings) as one, Api(settings) as other:
        token = (await one.register())["access_token"]
        statuses = [(await api.get("/me", token)).status for api in (one, other) * 8]
    assert statuses.count(200) == 10
    assert set(statuses[10:]) == {429}


async def test_every_answer_tells_the_policy_and_what_is_left(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(rate_read="3/minute")) as api:
        token = (await api.register())["access_token"]
        answers = [await api.get("/me", token) for _ in range(4)]
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"read";q=3;w=60'}
    left = [answer.headers["RateLimit"].split(";")[1] for answer in answers]
    assert left == ["r=2", "r=1", "r=0", "r=0"]
    wait_s = answers[-1].headers["RateLimit"].partition("t=")[2]
    assert abs(int(wait_s) - int(answers[-1].headers["Retry-After"])) <= 1


async def test_what_is_counted_stands_under_the_prefix_and_names_nobody(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured(redis_prefix="mine")) as api:
        login = await api.register()
        await _log_in(api, "ada@example.org", "wrong")
        await api.get("/me", login["access_token"])
    with Redis.from_url(api.settings.redis_url) as redis:
        keys = b" ".join(redis.keys("*LIMITER*"))
        assert keys.count(b"mine:limits:") == keys.count(b"LIMITER") > 0
        for known in ("ada", "127.0.0.1", login["user"]["id"]):
            assert known.encode() not in keys


async def test_without_redis_people_log_in_and_each_process_counts_for_itself(
    configured: Callable[..., Settings],
) -> None:
    async with Api(configured()) as api:
        await api.register()
    settings = configured(redis_url="redis://127.0.0.1:1/0", rate_login="3/hour")
    async with Api(settings, declare=False) as api:
        right = [(await _log_in(api, "ada@example.org")).status for _ in range(4)]
        assert right == [200, 200, 200, 429]


async def test_the_connections_for_counting_are_bounded_and_closed(
    configured: Callable[..., Settings],
) -> None:
    settings = configured(**PROXY)
    with Redis.from_url(settings.redis_url) as redis:
        before = len(redis.client_list())
        async with Api(settings) as api:
            others = {one["id"] for one in redis.client_list()}
            networks = ({"X-Forwarded-For": f"198.51.100.{n}"} for n in range(100))
            await asyncio.gather(*(api.get("/health", headers=one) for one in networks))
            assert 1 < len({one["id"] for one in redis.client_list()} - others) <= 8
        async with asyncio.timeout(5):
            while len(redis.client_list()) > before:
                await asyncio.sleep(0.02)


async def test_a_network_that_guesses_is_refused_for_every_account(
    configured: Callable[..., Settings],
) -> None:
    async with _attacked(configured, rate_failed_logins="5/hour") as api:
        guesses = [await _log_in(api, f"p{n}@example.org", "wrong", "6.6.6.6") for n in range(7)]
        assert [answer.status for answer in guesses] == [401] * 5 + [429] * 2
        assert int(guesses[-1].headers["Retry-After"]) > 3500
        assert (await _log_in(api, "ada@example.org", PASSWORD, "6.6.6.6")).status == 429
        assert (await _log_in(api, "ada@example.org", PASSWORD, "192.0.2.1")).status == 200


async def test_a_victim_gets_in_while_many_networks_guess(
    configured: Callable[..., Settings],
) -> None:
    async with _attacked(configured, rate_failed_logins_of_account="5/hour") as api:
        for n in range(40):
            await _log_in(api, "ada@example.org", "wrong", f"198.51.{n}.1")
        statuses = [
            (await _log_in(api, "ada@example.org", "wrong", "198.51.100.7")).status
            for _ in range(5)
        ]
        assert statuses == [401, 401, 401, 429, 429]
        for _ in range(5):
            assert (await _log_in(api, "ADA@example.org", PASSWORD, "192.0.2.1")).status == 200


async def test_an_address_without_an_account_is_limited_alike(
    configured: Callable[..., Settings],
) -> None:
    async with _attacked(configured, rate_failed_logins_of_account="5/hour") as api:
        for email in ("ada@example.org", "nobody@example.org"):
            answers = [await _log_in(api, email, "wrong", "198.51.100.7") for _ in range(7)]
            assert [answer.status for answer in answers] == [401] * 5 + [429] * 2


async def test_guesses_at_once_are_no_loophole(configured: Callable[..., Settings]) -> None:
    more = {"rate_failed_logins": "5/hour", "password_queue": 1000}
    async with _attacked(configured, **more) as api:
        guesses = (_log_in(api, "ada@example.org", f"guess {n}", "6.6.6.6") for n in range(30))
        statuses = [answer.status for answer in await asyncio.gather(*guesses)]
        assert sorted(statuses) == [401] * 5 + [429] * 25


async def test_right_passwords_and_busy_servers_are_no_guesses(
    configured: Callable[..., Settings],
) -> None:
    # One takes longer than the others need to come.
    more = {"rate_failed_logins": "5/hour", "password_queue": 1, "password_cost": 11}
    async with _attacked(configured, **more) as api:
        logins = (_log_in(api, "ada@example.org", PASSWORD, "192.0.2.1") for _ in range(5))
        assert 503 in [answer.status for answer in await asyncio.gather(*logins)]
        for _ in range(8):
            assert (await _log_in(api, "ada@example.org", PASSWORD, "192.0.2.1")).status == 200


@asynccontextmanager
async def _attacked(configured: Callable[..., Settings], **fields: Any) -> AsyncIterator[Api]:
    """An instance behind a proxy, with Ada's account."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(Api(configured(**PROXY, **fields)))
        await api.register()
        yield api


async def _log_in(
    api: Api, email: str, password: str = PASSWORD, network: str | None = None
) -> Answer:
    headers = {"X-Forwarded-For": network} if network else {}
    body = {"email": email, "password": password}
    return await api.post("/auth/login", json=body, headers=headers)
