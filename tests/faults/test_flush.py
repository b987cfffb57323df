"""FLUSHALL under load: said loudly, nobody claims that all is read, and all goes on."""

import asyncio
import json
import re
import signal
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from redis import Redis

from pipeline import record_batch
from pipeline.redis_streams.keys import Keys
from tests.faults.cluster import PARTITIONS, Cluster, cluster, report, seconds_until
from tests.faults.load import Client, Ledger, load
from tests.faults.verdict import Id, acknowledged, all_count_once, applied
from tests.instance import Instance

pytestmark = [pytest.mark.services, pytest.mark.timeout(300)]

PEOPLE = 40
RATE = 2.0
LARGEST = 12
SEED = 20261125
BACK_WITHIN_S = 5.0
#: Seconds the workers are frozen before and after the flush: some entries are lost for certain,
#: and the new logs grow past the cursors while nobody can have noticed.
BEFORE_S, AFTER_S = 0.7, 2.0

#: The entries of a topic's partitions that nobody has any more, by partition and offset.
Log = dict[tuple[int, int], set[Id]]


async def test_a_flush_under_load_is_alarmed_and_costs_what_was_not_applied_at_most(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    with cluster(tmp_path, database_url, redis_url, SWEEP_S="2") as running:
        ledger = Ledger(await asyncio.to_thread(running.people, PEOPLE))
        operator = ledger.clients[0]
        async with load(running.web.url, ledger, seed=SEED, rate=RATE, largest=LARGEST):
            await running.all_underway(ledger, "usage")
            for worker in running.workers:
                worker.signal(signal.SIGSTOP)
            await asyncio.sleep(BEFORE_S)  # entries that are not applied gather
            flushed = await asyncio.to_thread(flush, redis_url)
            flushed_at, written = time.monotonic(), lines_of(running)
            cursors = running.applied()
            shown = await watch(running, operator, for_s=AFTER_S)
            for worker in running.workers:
                worker.signal(signal.SIGCONT)
            recovered_s = await seconds_until(
                lambda: all_known(running, operator, ledger),
                within_s=running.lease_s + BACK_WITHIN_S,
                what="every lag is known again",
            )
            after = acknowledged(ledger)
            await seconds_until(
                lambda: len(acknowledged(ledger)) > len(after) + 200,
                within_s=10,
                what="new events",
            )
            seconds = time.monotonic() - flushed_at
        unapplied = {
            place: ids for place, ids in flushed.items() if place[1] >= cursors.get(place[0], 1)
        }
        await seconds_until(
            lambda: acknowledged(ledger) - applied(running) <= union(unapplied.values()),
            within_s=30,
            what="all but what was flushed is applied",
        )
        lost = acknowledged(ledger) - applied(running)
        all_count_once(running, ledger, lost)
        said = loss_said(running)
        alarms, noise = said_since(running, written, seconds)
    entries_lost = sum(bool(ids & lost) for ids in unapplied.values())
    report(
        fault="FLUSHALL",
        acknowledged=ledger.acknowledged,
        answers=dict(ledger.answers),
        on_stream_unapplied=len(union(unapplied.values())),
        lost=len(lost),
        entries_lost=entries_lost,
        entries_said=said,
        lags_shown=dict(shown),
        recovered_s=recovered_s,
        alarms=alarms,
        noisiest=dict(noise.most_common(3)),
    )
    assert lost, "nothing was lost: the test proved nothing"
    assert said == entries_lost
    assert shown["unknown"], "no log was looked at: the test proved nothing"
    assert not shown["wrong"]
    assert alarms
    assert all(count <= seconds + PARTITIONS for count in noise.values()), noise


def flush(url: str) -> Log:
    """FLUSHALL; what was in the logs of the topic at that very moment."""
    keys = Keys("timeflow")
    with closing(Redis.from_url(url)) as client:
        pipeline = client.pipeline(transaction=True)
        for partition in range(PARTITIONS):
            pipeline.xrange(keys.log("usage", partition))
        pipeline.flushall()
        *logs, _ = pipeline.execute()
    return {
        (partition, int(offset.partition(b"-")[2])): {
            (UUID(event["user"]), event["id"])
            for event in map(json.loads, record_batch.decode(fields[b"v"]))
        }
        for partition, entries in enumerate(logs)
        for offset, fields in entries
    }


async def watch(running: Cluster, operator: Client, *, for_s: float) -> Counter[str]:
    """Look at the lags while nothing is applied: each is unknown, or the whole new log."""
    seen: Counter[str] = Counter()
    end = time.monotonic() + for_s
    headers = {"Authorization": f"Bearer {operator.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        while time.monotonic() < end:
            async with session.get(f"{running.web.url}/ops/streams") as answer:
                items = (await answer.json())["items"]
            for item in items:
                if item["topic"] == "usage":
                    seen[judged(item)] += 1
            await asyncio.sleep(0.02)
    return seen


def judged(item: dict[str, Any]) -> str:
    if item["lag_entries"] is None:
        return "unknown"
    return "true" if item["lag_entries"] == item["end"] - 1 else "wrong"


def all_known(running: Cluster, operator: Client, ledger: Ledger) -> bool:
    """Whether the lag is known wherever somebody sends to."""
    status, answer = running.web.request("GET", "/ops/streams", token=operator.token)
    assert status == 200, answer
    peopled = running.positions(ledger)
    return all(
        item["lag_entries"] is not None
        for item in answer["items"]
        if item["topic"] == "usage" and item["partition"] in peopled
    )


def loss_said(running: Cluster) -> int:
    """The entries that are lost, by the logs: how far a log went, less how far it was applied."""
    went = {
        int(found[1]): int(found[2])
        for found in re.finditer(
            r"usage/(\d+): the log was replaced .* went to entry (\d+)",
            running.web.log.read_text(),
        )
    }
    applied_to: dict[int, int] = {}
    for line in lines(running.workers):
        if line["event"] == "the log was replaced: reading starts over":
            reached = max(line["applied_to"], applied_to.get(line["partition"], 0))
            applied_to[line["partition"]] = reached
    return sum(max(0, end - applied_to.get(partition, 0)) for partition, end in went.items())


def said_since(
    running: Cluster, written: dict[Instance, int], seconds: float
) -> tuple[int, Counter[str]]:
    """How many alarms there were, and how often what else was said, by the one who said it."""
    alarms, noise = 0, Counter[str]()
    for process in running.processes:
        for line in lines([process])[written[process] :]:
            kind = re.sub(r"\d+", "N", line["event"])
            if line["level"] == "critical":
                alarms += 1
            elif kind != "request":
                noise[f"{process.log.stem}: {kind}"] += 1
    return alarms, noise


def lines_of(running: Cluster) -> dict[Instance, int]:
    """How many lines each process has written."""
    return {process: len(lines([process])) for process in running.processes}


def lines(processes: Iterable[Instance]) -> list[dict[str, Any]]:
    """What they logged."""
    return [
        json.loads(line) for process in processes for line in process.log.read_text().splitlines()
    ]


def union(sets: Iterable[set[Id]]) -> set[Id]:
    return set().union(*sets)
