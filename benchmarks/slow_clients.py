"""What others wait while a thousand clients hold on to their connections; goal: under twice."""

import asyncio

import uvloop

from benchmarks.probe import Probe
from benchmarks.rig import running_web
from tests.attacks.slow_clients import holding, raise_file_limit

COUNT = 1000
SECONDS = 10.0


def measure() -> dict[str, float]:
    """The p99 of GET /me without and with them."""
    raise_file_limit(4 * COUNT)
    with running_web() as rig:
        alone, beside = Probe(rig.instance.url, rig.keys[0]), Probe(rig.instance.url, rig.keys[0])
        uvloop.run(_wait(alone))
        uvloop.run(_wait_beside(beside, rig.instance.port))
    return {
        "GET /me, p99 ms": alone.p99_ms(),
        f"GET /me beside {COUNT} slow clients, p99 ms": beside.p99_ms(),
        "slow clients, ratio": beside.p99_ms() / alone.p99_ms(),
    }


async def _wait(probe: Probe) -> None:
    async with probe.running():
        await asyncio.sleep(SECONDS)


async def _wait_beside(probe: Probe, port: int) -> None:
    async with holding(port, COUNT):
        await _wait(probe)
