"""Whatever is killed or frozen on the way, every acknowledged event counts exactly once."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.cluster import cluster, report, scale
from tests.faults.load import Ledger, load
from tests.faults.verdict import all_count_once

pytestmark = [pytest.mark.services, pytest.mark.timeout(1800)]

PEOPLE = 48
FAULTS = scale("FAULTS", 10)
EVENTS = scale("EVENTS", 20_000)
SEED = scale("SEED", 20261123)


async def test_every_acknowledged_event_counts_once_whatever_is_killed(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    randomness = random.Random(SEED)
    with cluster(tmp_path, database_url, redis_url) as running:
        ledger = Ledger(await asyncio.to_thread(running.people, PEOPLE))
        faults = []
        async with load(running.web.url, ledger, seed=SEED, rate=0.5):
            for number in range(FAULTS):
                before = await asyncio.to_thread(running.applied)
                victim = running.processes[number % len(running.processes)]
                faults.append(await running.fault(victim, randomness))
                await running.progressed(before)
            while ledger.acknowledged < EVENTS:
                await asyncio.sleep(0.1)
        all_count_once(running, ledger)
        refused = running.logged("another owner has the partition")
        fenced = running.logged("our fence on")
    report(
        seed=SEED,
        faults={kind: faults.count(kind) for kind in sorted(set(faults))},
        acknowledged=ledger.acknowledged,
        answers=dict(ledger.answers),
        refused_by_the_cursor=refused,
        refused_by_the_fence=fenced,
    )
    if "SIGSTOP" in faults:
        assert refused + fenced, (
            "no frozen owner came back with work in hand: the test proved nothing"
        )
