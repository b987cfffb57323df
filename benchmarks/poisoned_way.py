"""What poison costs a running system: the API and two usage workers under full load.

Posted in requests of 25 events, of which every fourth holds one that harms: 1 %. Most of it raises
in the check. Retries are as they are by default and go on meanwhile, one of four by the end; or
hurried, so that most are made. Each side is a system of its own, in turn; the ratios are medians of
rounds, of good events a second until the last is applied.

A worker that is ended is started again at once. The first events of a kind that ends its process
end workers, and everything waits for their restart; what follows costs much less. So the load of a
second goes before, and how long that takes is a figure of its own.
"""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import uvloop

from benchmarks.bodies import heartbeats
from benchmarks.load import Target, closed_loop
from benchmarks.rig import Rig, running_web
from benchmarks.sides import compared
from tests.faults.fault import Fault, PoisonedWorker
from tests.faults.poison import KILLS, RAISES, REFUSED, SQL_FAILS
from tests.instance import wait_until
from tests.sql import sql

ROUNDS = 5
SECONDS = 10.0
EVENTS = 25
#: One event of so many requests harms.
REQUESTS = 100 // EVENTS
HURRIED = {"DEAD_LETTER_DELAY_S": "1", "DEAD_LETTER_POLL_S": "2"}


class Side(NamedTuple):
    """Of what kinds the poison is, in turn, and settings of the workers."""

    kinds: Sequence[str] = ()
    settings: Mapping[str, str] = MappingProxyType({})


SIDES = {
    "two workers, no poison": Side(),
    "two workers, 1 % poison, a fifth refused by the database": Side((*(RAISES,) * 4, REFUSED)),
    "the same, retries hurried": Side((*(RAISES,) * 4, REFUSED), HURRIED),
    "two workers, 1 % poison, a fifth in statements that name no row": Side(
        (*(RAISES,) * 4, SQL_FAILS)
    ),
    "two workers, 1 % poison, a fiftieth ends its process": Side(
        (*((*(RAISES,) * 4, REFUSED) * 10)[1:], KILLS)
    ),
    "two workers, 1 % poison, a fifth ends its process": Side((*(RAISES,) * 4, KILLS)),
    "two workers, 1 % poison of all these kinds": Side((RAISES, REFUSED, SQL_FAILS, KILLS, RAISES)),
}


def measure() -> dict[str, float]:
    """Good events a second of each side, and the ratios to the one without poison."""
    rates: dict[str, list[float]] = {name: [] for name in SIDES}
    first: list[float] = []
    for _ in range(ROUNDS):
        for name, side in SIDES.items():
            with _system(side.settings) as rig:
                if KILLS in side.kinds:
                    _, seconds = _load(rig, "first", (KILLS,), 1.0)
                    first.append(seconds)
                good, seconds = _load(rig, "way", side.kinds, SECONDS)
                rates[name].append(good / seconds)
    return {
        **compared(rates, "good events/s"),
        "the first second with 1 % that end their process: seconds": statistics.median(first),
    }


@contextmanager
def _system(settings: Mapping[str, str]) -> Iterator[Rig]:
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as name, ExitStack() as stack:
        rig = stack.enter_context(running_web(people=32))
        fault = Fault(Path(name) / "fault", rig.instance.environment["DATABASE_URL"])
        environment = {**rig.instance.environment, **fault.environment, **settings}
        fault.begin()
        logs = [Path(name) / f"worker-{number}.log" for number in (1, 2)]
        with _kept_up([PoisonedWorker(["worker", "usage"], log, environment) for log in logs]):
            wait_until(lambda: _owners(environment["DATABASE_URL"]) == len(logs), what="all work")
            yield rig


def _owners(database_url: str) -> int:
    """How many workers own partitions."""
    query = "SELECT count(*) FROM stage_report WHERE cardinality(partitions) > 0"
    ((count,),) = sql(database_url, query)
    return int(count)


@contextmanager
def _kept_up(workers: Sequence[PoisonedWorker]) -> Iterator[None]:
    """Start the workers, and start again whoever ends, as a supervisor does."""
    over = threading.Event()

    def supervise() -> None:
        while not over.wait(0.05):
            for worker in workers:
                if worker.process is None or worker.process.poll() is not None:
                    worker.start()

    supervisor = threading.Thread(target=supervise)
    supervisor.start()
    try:
        yield
    finally:
        over.set()
        supervisor.join()
        for worker in workers:
            worker.stop()


def _load(rig: Rig, name: str, kinds: Sequence[str], seconds: float) -> tuple[int, float]:
    """How many good events were posted, and how long it took until the last was applied."""
    target = Target(f"{rig.instance.url}/events", rig.keys)
    bodies = _poisoned(heartbeats(EVENTS, name), kinds)
    begun = time.monotonic()
    result = uvloop.run(closed_loop(target, bodies, connections=32, seconds=seconds))
    if set(result.statuses) != {202}:
        raise RuntimeError(f"answers: {result.statuses}")
    rig.drain()
    requests = result.statuses[202]
    good = requests * EVENTS - (requests // REQUESTS if kinds else 0)
    return good, time.monotonic() - begun


def _poisoned(body: Callable[[int], bytes], kinds: Sequence[str]) -> Callable[[int], bytes]:
    def poisoned(number: int) -> bytes:
        raw = body(number)
        if not kinds or number % REQUESTS:
            return raw
        kind = kinds[number // REQUESTS % len(kinds)].encode()
        return raw.replace(b'"category":"coding"', b'"category":"%s"' % kind, 1)

    return poisoned
