"""Events a second from the POST to the tables: posted under load, then waited for until lag 0."""

import time

import uvloop

from benchmarks.bodies import heartbeats
from benchmarks.load import Target, closed_loop
from benchmarks.rig import Rig, running

SECONDS = 10.0


def measure() -> dict[str, float]:
    """Events a second at 1, 25 and 500 events a request."""
    with running(people=32) as rig:
        return {
            f"whole way, {events} a request, events/s": _events_per_second(rig, events)
            for events in (1, 25, 500)
        }


def _events_per_second(rig: Rig, events: int) -> float:
    target = Target(f"{rig.instance.url}/events", rig.keys)
    begun = time.monotonic()
    load = closed_loop(target, heartbeats(events, f"way-{events}"), connections=32, seconds=SECONDS)
    result = uvloop.run(load)
    if set(result.statuses) != {202}:
        raise RuntimeError(f"answers: {result.statuses}")
    rig.drain()
    return result.statuses[202] * events / (time.monotonic() - begun)
