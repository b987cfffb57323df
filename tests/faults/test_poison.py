"""Poison among good events: the good ones count, each poison is found, and all is healed later."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest

from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings
from pipeline.steps.identity import identify
from tests.faults.cluster import Cluster, cluster, report, restarted, scale, seconds_until
from tests.faults.fault import Fault, PoisonedWorker
from tests.faults.load import (
    FIRST_DAY,
    Client,
    Event,
    Ledger,
    load,
    make_events,
    send_until_acknowledged,
)
from tests.faults.poison import KILLS, RAISES, REFUSED, SQL_FAILS
from tests.faults.verdict import acknowledged, applied, as_sent, behind, days_of, reference_days

pytestmark = [pytest.mark.services, pytest.mark.timeout(3600)]

GOOD = scale("POISON_GOOD", 10_000)
SEED = scale("SEED", 20261127)
POISON = GOOD // 100
PEOPLE = max(16, GOOD // 400)
BATCH = 50
#: How many of each kind.
KILLING = max(2, POISON // 50)
EACH = (POISON - KILLING) // 6
#: What an event of an unknown version has, and one that was never valid.
NEWER, BROKEN = "colour", "of no time"
#: What the error of the latter says; digits alone occur in events, too.
NO_INSTANT = "instant"
HEALED_AT = FIRST_DAY.isoformat().replace("+00:00", "Z")
HEALED_US = int(FIRST_DAY.timestamp()) * 1_000_000

#: A thousand (or so) poison events, by kind.
KINDS = {
    RAISES: EACH, SQL_FAILS: EACH, REFUSED: EACH, KILLS: KILLING, NEWER: EACH, BROKEN: EACH,
    "garbage": EACH,
}  # fmt: skip


async def test_poison_costs_nobody_else_and_is_healed_once_its_fault_is_gone(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    fault, randomness = Fault(tmp_path / "fault", database_url), random.Random(SEED)
    settings: dict[str, Any] = {
        **fault.environment,
        "DEAD_LETTER_ATTEMPTS": "1", "DEAD_LETTER_POLL_S": "0.3", "JOB_POLL_S": "0.2",
        "RATE_WRITE": "100000/minute",
    }  # fmt: skip
    with cluster(tmp_path, database_url, redis_url, worker=PoisonedWorker, **settings) as running:
        clients = await asyncio.to_thread(running.people, PEOPLE)
        fault.begin()
        ledger, operator = Ledger(clients), Operator(running, clients[0].token)
        async with restarted(running.workers) as deaths:
            strays = await _send(running, ledger, randomness, redis_url)
            poisoned = _poisoned(ledger)
            good = acknowledged(ledger) - poisoned
            await seconds_until(
                lambda: len(applied(running)) == len(good) and operator.letters() == sum_of(KINDS),
                within_s=120 + GOOD / 200,
                what="good events applied, poison buried",
            )
            assert applied(running) == good
            _days_are_right(running, ledger, without=poisoned)
            assert operator.by_kind() == KINDS
            killed = dict(deaths)

            fault.end()
            async with load(running.web.url, ledger, seed=SEED + 1, rate=0.5):
                jobs = [
                    operator.replay({"error": "ZeroDivisionError"}),
                    operator.replay({"error": "DataError"}),
                    operator.replay({"error": "CheckViolation"}),
                    operator.release(),
                    operator.replay({"q": NEWER}, edit=[{"op": "remove", "path": f"/{NEWER}"}]),
                    operator.replay(
                        {"q": NO_INSTANT}, edit=[{"op": "add", "path": "/time", "value": HEALED_US}]
                    ),
                    operator.replay({"error": "DecodeError"}),
                ]
                for worker in running.workers:
                    await asyncio.to_thread(worker.kill)
                    await asyncio.sleep(running.lease_s / 2)  # while the jobs go on
                done = [await operator.done(job) for job in jobs]
            discarded = await operator.done(operator.discard({"error": "DecodeError"}))
        assert [job["results"] for job in done] == [
            *({"applied": n} for n in (EACH, EACH, EACH, KILLING, EACH, EACH)),
            {"failed_again": EACH},
        ]
        assert discarded["results"] == {"discarded": EACH}
        for client, event in strays:
            client.acknowledged[event["id"]] = event
        await seconds_until(
            lambda: len(applied(running)) == len(acknowledged(ledger)),
            within_s=120,
            what="every event applied",
        )
        assert applied(running) == acknowledged(ledger)
        _days_are_right(running, ledger)
        await seconds_until(lambda: not behind(running), within_s=60, what="the follower has all")
        left = dict(running.rows("SELECT state, count(*) FROM dead_letter GROUP BY state"))
        assert left == {"done": sum_of(KINDS) - EACH, "discarded": EACH}
    report(seed=SEED, good=len(good), poison=KINDS, processes_killed_by_poison=killed,
           acknowledged=ledger.acknowledged, answers=dict(ledger.answers))  # fmt: skip
    assert killed, "no event has ended a worker: the test proved nothing"


class Operator:
    """What the operator asks and begins."""

    def __init__(self, running: Cluster, token: str) -> None:
        self._running, self._token = running, token

    def letters(self) -> int:
        """How many dead letters there are."""
        return int(self._get("/ops/dlq?limit=1")["total"])

    def by_kind(self) -> dict[str, int]:
        """How many there are of each kind of poison."""
        asked = {
            RAISES: "error=ZeroDivisionError", SQL_FAILS: "error=DataError",
            REFUSED: "error=CheckViolation",
            KILLS: "error=Quarantined", NEWER: f"q={NEWER}", BROKEN: f"q={NO_INSTANT}",
            "garbage": "error=DecodeError",
        }  # fmt: skip
        return {
            kind: self._get(f"/ops/dlq?limit=1&{query}")["total"] for kind, query in asked.items()
        }

    def replay(self, wanted: dict[str, str], **more: Any) -> Any:
        return self._act("replay", wanted, **more)

    def discard(self, wanted: dict[str, str]) -> Any:
        return self._act("discard", {**wanted, "state": "open"})

    def release(self) -> Any:
        return self._post("/ops/stages/usage/release", {"expected_count": KILLING})["job"]

    async def done(self, job: Any) -> Any:
        """The job, when it is done."""
        path = f"/ops/jobs/{job['id']}"
        await seconds_until(
            lambda: self._get(path)["state"] == "done", within_s=240, what=f"{job['request']}"
        )
        return self._get(path)

    def _act(self, what: str, wanted: dict[str, str], **more: Any) -> Any:
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        seen = self._get(f"/ops/dlq?limit=1&{query}")
        body = {"filter": wanted, "as_of": seen["as_of"], "expected_count": seen["total"], **more}
        return self._post(f"/ops/dlq/{what}", body)["job"]

    def _get(self, path: str) -> Any:
        status, answer = self._running.web.request("GET", path, token=self._token)
        assert status == 200, answer
        return answer

    def _post(self, path: str, body: Any) -> Any:
        status, answer = self._running.web.request("POST", path, body, self._token)
        assert status == 202, answer
        return answer


def sum_of(kinds: dict[str, int]) -> int:
    """How many in all."""
    return sum(kinds.values())


async def _send(
    running: Cluster, ledger: Ledger, randomness: random.Random, redis_url: str
) -> list[tuple[Client, Event]]:
    """Post good events with poison among them; append what the API would not take.

    Returns what the latter will be once it is healed.
    """
    batches = [_batch(randomness, n) for n in range(GOOD // BATCH)]
    for kind in (RAISES, SQL_FAILS, REFUSED, KILLS):
        for n in range(KINDS[kind]):
            batch = randomness.choice(batches)
            batch.append({**batch[0], "id": f"{kind}-{n}", "category": kind})
    strays: list[tuple[Client, Event]] = []
    todo = [(randomness.choice(ledger.clients), batch) for batch in batches]
    async with aiohttp.ClientSession() as session, asyncio.TaskGroup() as group:
        for client in ledger.clients:
            own = [batch for who, batch in todo if who is client]
            group.create_task(_post(session, running.web.url, client, own, ledger))
        group.create_task(_append(ledger.clients, randomness, redis_url, strays))
    return strays


def _batch(randomness: random.Random, number: int) -> list[Event]:
    events: list[Event] = []
    while len(events) < BATCH:
        events += make_events(randomness, f"good-{number}-{len(events)}", BATCH - len(events))
    return events


async def _post(
    session: aiohttp.ClientSession,
    url: str,
    client: Client,
    batches: Sequence[list[Event]],
    ledger: Ledger,
) -> None:
    for batch in batches:
        await send_until_acknowledged(session, url, client, batch, ledger)


async def _append(
    clients: Sequence[Client],
    randomness: random.Random,
    redis_url: str,
    strays: list[tuple[Client, Event]],
) -> None:
    connections = Connections(redis_url, timeout_s=5)
    intake = Intake(connections, Settings(redis_url=redis_url))
    for kind in (NEWER, BROKEN, "garbage"):
        for n in range(KINDS[kind]):
            client = randomness.choice(clients)
            healed: Event = {
                "id": f"{kind}-{n}", "type": "usage.heartbeat", "time": HEALED_AT,
                "device": "desk", "entity": "x", "category": "", "project": "",
            }  # fmt: skip
            event = msgspec.to_builtins(identify(as_sent(client.user, healed)))
            raw = {
                NEWER: msgspec.json.encode({**event, NEWER: "red"}),
                BROKEN: msgspec.json.encode({**event, "time": -1 - n}),
                "garbage": f"{{garbage {n}".encode(),
            }[kind]
            await intake.append(client.user, [raw])
            if kind != "garbage":
                strays.append((client, healed))
    await intake.close()
    await connections.close()


def _poisoned(ledger: Ledger) -> set[Any]:
    return {(who, id) for who, id in acknowledged(ledger) if id.startswith("poison/")}


def _days_are_right(running: Cluster, ledger: Ledger, without: Set[Any] = frozenset()) -> None:
    wrong = Counter[str]()
    for client in ledger.clients:
        kept = [e for e in client.acknowledged.values() if (client.user, e["id"]) not in without]
        wrong["days"] += days_of(running, client) != reference_days(client, kept)
    assert wrong == {"days": 0}
