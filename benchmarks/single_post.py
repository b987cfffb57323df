"""A single event a POST to the web process, against a bare aiohttp POST: the two in turn."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median

import uvloop

from benchmarks.bodies import heartbeats
from benchmarks.load import Target, closed_loop
from benchmarks.rig import running_web
from tests.instance import free_port, wait_until

CONNECTIONS = 64
SECONDS = 4.0
ROUNDS = 5


@contextmanager
def bare_server() -> Iterator[str]:
    """The peer, in a process of its own."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.bare_http", str(port)])
    try:
        wait_until(lambda: _listens(port), timeout_s=10, what="the bare server")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def measure() -> dict[str, float]:
    """Requests a second of both, and the median ratio of neighbouring rounds."""
    ours: list[float] = []
    bare: list[float] = []
    with running_web(people=16) as rig, bare_server() as peer:
        for number in range(ROUNDS):
            for url, rates in ((peer, bare), (rig.instance.url, ours)):
                target = Target(f"{url}/events", rig.keys)
                load = closed_loop(
                    target,
                    heartbeats(1, f"single-{number}"),
                    connections=CONNECTIONS,
                    seconds=SECONDS,
                )
                result = uvloop.run(load)
                if set(result.statuses) != {202}:
                    raise RuntimeError(f"answers: {result.statuses}")
                rates.append(result.per_second)
    return {
        "bare aiohttp, requests/s": median(bare),
        "POST /events, requests/s": median(ours),
        "ratio": median(o / b for o, b in zip(ours, bare, strict=True)),
    }
