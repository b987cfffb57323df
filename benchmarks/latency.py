"""From POST to visible at half load: one event posted, its user's day asked until it shows."""

import asyncio
import json
import time
from statistics import quantiles

import uvloop

from benchmarks.bodies import NOON, heartbeats
from benchmarks.load import Connection, MakeBody, Result, Target, closed_loop
from benchmarks.rig import Rig, running

FULL_S = 5.0
HALF_S = 20.0
CONNECTIONS = 32
PROBE_EVERY_S = 0.05


def measure() -> dict[str, float]:
    """Milliseconds from the POST's first byte until `GET /analytics/daily` shows its event."""
    with running(people=CONNECTIONS + 1) as rig:
        target = Target(f"{rig.instance.url}/events", rig.keys[1:])
        full = uvloop.run(
            closed_loop(target, heartbeats(1, "full"), connections=CONNECTIONS, seconds=FULL_S)
        )
        rig.drain()  # what the full load left behind is no part of half a load
        delays = uvloop.run(_at_rate(rig, target, full.per_second / 2))
    cuts = quantiles(delays, n=100)
    return {
        "half load, requests/s": full.per_second / 2,
        "POST to visible, p50 ms": cuts[49] * 1000,
        "POST to visible, p99 ms": cuts[98] * 1000,
    }


async def _at_rate(rig: Rig, target: Target, rate: float) -> list[float]:
    end = time.monotonic() + HALF_S
    result = Result(HALF_S)
    async with asyncio.TaskGroup() as tasks:
        for index in range(CONNECTIONS):
            body = heartbeats(1, f"half-{index}")
            tasks.create_task(_paced(target, index, body, CONNECTIONS / rate, end, result))
        probe = tasks.create_task(_probe(rig, end))
    return probe.result()


async def _paced(
    target: Target, index: int, body: MakeBody, interval: float, end: float, result: Result
) -> None:
    connection = await target.connect()
    due = time.monotonic() + interval * index / CONNECTIONS
    number = 0
    while due < end:
        await asyncio.sleep(due - time.monotonic())
        result.statuses[await connection.send(target.request(index, body(number)))] += 1
        number += 1
        due += interval


async def _probe(rig: Rig, end: float) -> list[float]:
    """Post one event after another for a user of its own, and see each arrive."""
    port = rig.instance.port
    posts = await Target(f"{rig.instance.url}/events", rig.keys[:1]).connect()
    reads = await Target(rig.instance.url, rig.keys[:1]).connect()
    head = f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {rig.keys[0]}\r\n"
    day = NOON.date().isoformat()
    read = f"GET /analytics/daily?from={day}&to={day} HTTP/1.1\r\n{head}\r\n".encode()
    delays = []
    number = 0
    while time.monotonic() < end:
        body = json.dumps({"events": [_event(number)]}).encode()
        request = (
            f"POST /events HTTP/1.1\r\n{head}Content-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body
        begun = time.monotonic()
        await posts.send(request)
        number += 1
        while await _events_of_day(reads, read) < number:
            await asyncio.sleep(0.002)
        delays.append(time.monotonic() - begun)
        await asyncio.sleep(PROBE_EVERY_S)
    return delays


async def _events_of_day(connection: Connection, request: bytes) -> int:
    await connection.send(request)
    answer = json.loads(connection.body)
    return sum(day["events"] for day in answer["days"])


def _event(number: int) -> dict[str, str]:
    return {
        "id": f"probe-{number}",
        "type": "usage.heartbeat",
        "time": NOON.isoformat(),
        "device": f"probe-{number}",
        "entity": "probe",
    }
