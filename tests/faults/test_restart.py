"""Redis and PostgreSQL restarted under load: the right refusals, nothing lost, back by itself."""

import asyncio
import signal
import time
from pathlib import Path

import pytest

from tests.faults.cluster import cluster, report, scale, seconds_until
from tests.faults.load import Ledger, load
from tests.faults.reads import reading
from tests.faults.servers import mortal_postgres
from tests.faults.verdict import all_count_once
from tests.services.redis_streams.valkey import valkey

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

PEOPLE = 40
STAGES = ("usage", "segmentation")
RATE = 2.0
LARGEST = 12
SEED = 20261124
DOWN_S = float(scale("DOWN_S", 2))
BACK_WITHIN_S = 5.0
STALE_S = 5.0


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM], ids=lambda how: how.name)
async def test_redis_restarted_under_load_refuses_meanwhile_and_is_back_by_itself(
    tmp_path: Path, database_url: str, how: signal.Signals
) -> None:
    (tmp_path / "valkey").mkdir()
    with (
        valkey(tmp_path / "valkey") as redis,
        cluster(tmp_path, database_url, redis.url, INTAKE_DEADLINE_S="1", SWEEP_S="2") as running,
    ):
        ledger = Ledger(await asyncio.to_thread(running.people, PEOPLE))
        accepting_s, moving_s = [], []
        async with load(running.web.url, ledger, seed=SEED, rate=RATE, largest=LARGEST):
            await running.all_underway(ledger, *STAGES)
            for _ in range(3):
                await asyncio.to_thread(redis.stop, how)
                await asyncio.sleep(DOWN_S)  # the fault itself
                before = running.positions(ledger)
                await asyncio.to_thread(redis.start)
                back_at = time.monotonic()
                moving = asyncio.create_task(running.moved("usage", before, within_s=BACK_WITHIN_S))
                accepting_s.append(await accepting(ledger, since=back_at))
                moving_s.append(await moving)
        all_count_once(running, ledger)
    report(
        fault=f"redis {how.name}",
        acknowledged=ledger.acknowledged,
        answers=dict(ledger.answers),
        accepting_s=accepting_s,
        usage_moving_s=moving_s,
    )
    assert set(ledger.answers) <= {"202", "503 not-taken", "503 unknown"}
    assert ledger.answers["503 not-taken"], "nothing was refused: the test proved nothing"


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=lambda how: how.name)
async def test_postgres_restarted_under_load_costs_reads_only_while_it_is_away(
    tmp_path: Path, redis_url: str, how: signal.Signals
) -> None:
    with (
        mortal_postgres(tmp_path / "postgres") as postgres,
        cluster(tmp_path, postgres.url, redis_url, SWEEP_S="2") as running,
    ):
        ledger = Ledger(await asyncio.to_thread(running.people, PEOPLE))
        usage_s, segmentation_s, reads_s = [], [], []
        async with (
            load(running.web.url, ledger, seed=SEED, rate=RATE, largest=LARGEST),
            reading(running.web.url, ledger.clients[0].token) as reads,
        ):
            await running.all_underway(ledger, *STAGES)
            for _ in range(3):
                await asyncio.to_thread(postgres.end, how)
                await asyncio.sleep(DOWN_S)  # the fault itself
                await asyncio.to_thread(postgres.start)
                back_at = time.monotonic()
                usage, segmentation, served = await asyncio.gather(
                    *(
                        running.moved(
                            stage, running.positions(ledger, stage), within_s=BACK_WITHIN_S
                        )
                        for stage in STAGES
                    ),
                    seconds_until(
                        lambda at=back_at: reads.all_served_since(at),  # type: ignore[misc]
                        within_s=BACK_WITHIN_S,
                        what="every path is served",
                    ),
                )
                usage_s.append(usage)
                segmentation_s.append(segmentation)
                reads_s.append(served)
        all_count_once(running, ledger)
    report(
        fault=f"postgres {how.name}",
        acknowledged=ledger.acknowledged,
        answers=dict(ledger.answers),
        reads=dict(reads.kinds),
        slowest_read_s=reads.slowest_s,
        usage_moving_s=usage_s,
        segmentation_moving_s=segmentation_s,
        serving_s=reads_s,
    )
    # For longer than REVOCATION_STALE_S nobody can say which keys were revoked meanwhile.
    refused = {"503 database-away"} if DOWN_S > STALE_S else set()
    assert set(ledger.answers) == {"202"} | refused
    assert {kind[:3] for kind in reads.kinds} == {"200", "503"}
    assert reads.slowest_s < BACK_WITHIN_S


async def accepting(ledger: Ledger, *, since: float) -> float:
    """After how many seconds the first 202 came."""
    return await seconds_until(
        lambda: ledger.accepted_at > since, within_s=BACK_WITHIN_S, what="a 202"
    )
