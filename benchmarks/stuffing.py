"""Stolen passwords tried at the door: how many reach the hash, and what others wait meanwhile.

The limits and the cost of a password are those of the settings' defaults. The networks are told by
a proxy on this machine.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import aiohttp
import uvloop

from benchmarks.probe import Probe
from benchmarks.rig import Rig, running_web
from tests.instance import PASSWORD, UNLIMITED

TRIES = 10_000
#: A try that reaches the hash takes its time: then fewer are made.
MOST_S = 60.0
ACCOUNTS = 500
AT_ONCE = 64
ALONE_S = 5.0

#: Everything about logins as it is by default (an empty setting).
DEFAULTS = {
    **{name: "" for name in ("PASSWORD_COST", *UNLIMITED) if "READ" not in name},
    "TRUSTED_PROXIES": "127.0.0.1",
}
VICTIM = {"email": "bench-0@example.org", "password": PASSWORD}


def measure() -> dict[str, float]:
    """For one network and for a thousand."""
    figures: dict[str, float] = {}
    for networks in (1, 1000):
        with running_web(settings=DEFAULTS) as rig:
            alone, meanwhile = (Probe(rig.instance.url, rig.keys[0]) for _ in range(2))
            statuses, victim_tries = uvloop.run(_attack(rig, networks, alone, meanwhile))
        from_them = f"stuffing from {networks} network{'' if networks == 1 else 's'}"
        figures |= {
            f"{from_them}, tries": statuses.total(),
            f"{from_them}, reached the hash": statuses[401],
            f"{from_them}, refused by a limit": statuses[429],
            f"{from_them}, refused as too many at once": statuses[503],
            f"{from_them}, tries until the victim is in": victim_tries,
            f"{from_them}, GET /me meanwhile, p99 ms": meanwhile.p99_ms(),
            f"{from_them}, GET /me before, p99 ms": alone.p99_ms(),
        }
    return figures


async def _attack(
    rig: Rig, networks: int, alone: Probe, meanwhile: Probe
) -> tuple[Counter[int], int]:
    statuses: Counter[int] = Counter()
    numbers = _until(time.monotonic() + ALONE_S + MOST_S)
    async with aiohttp.ClientSession(rig.instance.url) as session:
        async with alone.running():
            await asyncio.sleep(ALONE_S)
        async with meanwhile.running(), asyncio.TaskGroup() as attackers:
            for _ in range(AT_ONCE):
                attackers.create_task(_stuff(session, numbers, networks, statuses))
            victim = attackers.create_task(_get_in(session))
    return statuses, victim.result()


def _until(end: float) -> Iterator[int]:
    for number in range(TRIES):
        if time.monotonic() > end:
            return
        yield number


async def _stuff(
    session: aiohttp.ClientSession, numbers: Iterator[int], networks: int, statuses: Counter[int]
) -> None:
    for number in numbers:
        network = number % networks
        body = {"email": f"bench-{number % ACCOUNTS}@example.org", "password": f"guess {number}"}
        headers = {"X-Forwarded-For": f"198.18.{network // 250}.{network % 250}"}
        async with session.post("/auth/login", json=body, headers=headers) as answer:
            statuses[answer.status] += 1


async def _get_in(session: aiohttp.ClientSession) -> int:
    """The victim, from home, in the midst of it: as often as told to come again."""
    tries = 0
    while True:
        await asyncio.sleep(1)
        tries += 1
        headers = {"X-Forwarded-For": "192.0.2.1"}
        async with session.post("/auth/login", json=VICTIM, headers=headers) as answer:
            if answer.status == 200:
                return tries
