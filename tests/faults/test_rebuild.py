"""A rebuild of somebody with very many events, while they and others go on."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.faults.cluster import Cluster, cluster, report, scale, seconds_until
from tests.faults.load import Client, Ledger, load
from tests.faults.verdict import days_of, reference_days
from tests.sql import sql

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

EVENTS = scale("REBUILD_EVENTS", 40_000)
PEOPLE = 12
SEED = 20261127
FALSIFIED = "2025-05-05"

#: A year before the load: every 18 seconds from eight on, each another thing than the one before.
_FILL = """
INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us, device, entity,
                         category, project, data, received_at)
SELECT %(user)s, 'api', 'old-' || n, md5(n::text), 'usage.interval', at, 18000000, 'desk',
       'thing ' || n %% 97, 'work/' || n %% 12, 'project ' || n %% 25, '{}', at
FROM (
    SELECT n, ('2025-01-01'::date + n / %(a_day)s + interval '8 hours'
               + n %% %(a_day)s * interval '18 seconds') AT TIME ZONE 'UTC' AS at
    FROM generate_series(0, %(events)s - 1) AS n
) AS numbered
"""


async def test_a_rebuild_under_load_sets_right_what_was_falsified_and_nothing_else(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    settings: dict[str, Any] = {"JOB_POLL_S": "0.2", "RATE_WRITE": "10000/minute"}
    with cluster(tmp_path, database_url, redis_url, **settings) as running:
        ledger = Ledger(await asyncio.to_thread(running.people, PEOPLE))
        heavy = ledger.clients[0]
        values = {"user": str(heavy.user), "events": EVENTS, "a_day": -(-EVENTS // 365)}
        await asyncio.to_thread(sql, running.database_url, _FILL, values)
        took: dict[str, float] = {}
        async with load(running.web.url, ledger, seed=SEED, rate=1.0, largest=12):
            await running.all_underway(ledger, "usage")
            derived = await _rebuild(running, heavy, took, "derive", write=True)
            assert derived["results"] == {"different": 1}
            again = await _rebuild(running, heavy, took, "compare", write=False)
            assert again["results"] == {"equal": 1}
            running.rows(
                "UPDATE daily_activity SET active_us = 7 WHERE user_id = %s AND local_date = %s"
                " RETURNING 1",
                str(heavy.user),
                FALSIFIED,
            )
            found = await _rebuild(running, heavy, took, "find", write=False)
            assert await _differences(running, heavy, found) == {FALSIFIED: ["active_us"]}
            mended = await _rebuild(running, heavy, took, "mend", write=True)
            assert await _differences(running, heavy, mended) == {FALSIFIED: ["active_us"]}
            others = ledger.acknowledged
            equal = await _rebuild(running, heavy, took, "compare again", write=False)
            assert equal["results"] == {"equal": 1}
        await seconds_until(
            lambda: (
                running.rows("SELECT count(*) FROM usage_event")[0][0]
                == ledger.acknowledged + EVENTS
            ),
            within_s=60,
            what="all that was posted is applied",
        )
        assert running.rows("SELECT count(*) FROM dead_letter") == [(0,)]
        for client in ledger.clients:
            right = reference_days(client, list(client.acknowledged.values()))
            days = days_of(running, client)
            assert {day: us for day, us in days.items() if day >= "2026"} == right
        retried = running.logged("the batch waits")
    report(events=EVENTS, seconds=took, acknowledged=ledger.acknowledged, batches_retried=retried)
    assert others > PEOPLE, "nobody went on meanwhile: the test proved nothing"


async def _rebuild(
    running: Cluster, heavy: Client, took: dict[str, float], name: str, *, write: bool
) -> Any:
    body = {"user": str(heavy.user), "write": write}
    status, answer = await asyncio.to_thread(
        running.web.request, "POST", "/ops/rebuild", body, heavy.token
    )
    assert status == 202, answer
    path = f"/ops/jobs/{answer['job']['id']}"

    def done() -> bool:
        return bool(running.web.request("GET", path, token=heavy.token)[1]["state"] == "done")

    took[name] = await seconds_until(done, within_s=600 + EVENTS / 500, what=f"to {name}")
    return running.web.request("GET", path, token=heavy.token)[1]


async def _differences(running: Cluster, operator: Client, job: Any) -> dict[str, list[str]]:
    path = f"/ops/jobs/{job['id']}/items"
    status, answer = await asyncio.to_thread(running.web.request, "GET", path, None, operator.token)
    assert status == 200, answer
    (item,) = answer["items"]
    return {day: sorted(of) for day, of in item["detail"]["differences"].items()}
