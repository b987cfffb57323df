"""What one poison event in a hundred costs the good ones: the usage stage with and without it.

All sides apply the same good events on fresh databases, in turn. Of the poison a quarter each
cannot be decoded, is not valid, raises in the check and is refused by the database; or all of it
fails in a statement that names no row. None ends the process.
"""

import os
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import msgspec

from agents.usage import usage
from benchmarks.rig import fresh_database
from benchmarks.sides import compared
from benchmarks.usage_stage import OWNER, many_people
from models import cursors
from models.database import configure, database, execute
from models.migrate import migrate
from pipeline import record_batch
from pipeline.batch import Batch, Entry, Parts
from pipeline.breaker import Breaker, BreakerPolicy
from pipeline.effects import Applied, Rules, apply
from pipeline.embedded.postgres import Postgres
from pipeline.events import UsageEvent
from pipeline.stage import STAGES
from pipeline.steps.check import check_usage
from pipeline.transaction import Transaction

ROUNDS = 5
KINDS = ("undecodable", "invalid", "raises", "refused")
UNNAMED = ("unnamed",)


def measure() -> dict[str, float]:
    """Good events a second without and with poison; the ratio is the median of paired rounds."""
    clean = [[msgspec.json.encode(e) for e in batch] for batch in many_people(random.Random(1))]
    sides = {
        "usage stage, no poison": clean,
        "usage stage, 1 % poison, a quarter refused by the database": _poisoned(clean, KINDS),
        "usage stage, 1 % poison in statements that name no row": _poisoned(clean, UNNAMED),
    }
    good = sum(map(len, clean))
    rates: dict[str, list[float]] = {name: [] for name in sides}
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as directory:
        os.chmod(directory, 0o755)
        server = Postgres(Path(directory) / "postgres")
        url = server.start()
        for n in range(ROUNDS):
            for side, (name, batches) in enumerate(sides.items()):
                seconds = _seconds(fresh_database(url, f"round_{n}_{side}"), batches)
                rates[name].append(good / seconds)
        server.stop()
    return compared(rates, "good events/s")


def _check(event: UsageEvent) -> None:
    if event.category == "raises":
        raise ZeroDivisionError("in the check")
    check_usage(event)


def _handle(events: Sequence[UsageEvent], transaction: Transaction) -> dict[UUID, list[date]]:
    changed = usage(events, transaction)
    if any(event.category == "unnamed" for event in events):
        execute("SELECT 1 / 0")
    return changed


def _poisoned(batches: list[list[bytes]], kinds: Sequence[str]) -> list[list[bytes]]:
    return [_with_poison(batch, n, kinds) for n, batch in enumerate(batches)]


def _with_poison(batch: list[bytes], number: int, kinds: Sequence[str]) -> list[bytes]:
    kind = kinds[number % len(kinds)]
    event = msgspec.json.decode(batch[0], type=UsageEvent)
    event = msgspec.structs.replace(event, user=uuid4(), id=f"poison-{number}", category=kind)
    if kind == "invalid":
        event = msgspec.structs.replace(event, time=-1)
    raw = b"{" if kind == "undecodable" else msgspec.json.encode(event)
    return [*batch[:50], raw, *batch[50:]]


def _seconds(url: str, batches: Sequence[Sequence[bytes]]) -> float:
    configure(url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    database.connect()
    migrate()
    execute("ALTER TABLE usage_event ADD CONSTRAINT no_poison CHECK (category <> 'refused')")
    claim = cursors.Claim("usage", "usage", 0, 1)
    cursors.acquire(claim, OWNER)
    stage = replace(STAGES["usage"], check=_check, handler=_handle)
    judge = Breaker(BreakerPolicy(200, 50, 1, 1), time.monotonic)
    rules = Rules(judge, 5.0, "benchmark")
    begun = time.perf_counter()
    for offset, batch in enumerate(batches, 1):
        value = record_batch.encode(batch)
        parts = [Parts.of(Entry(offset, f"{offset:024x}", value, lambda: None))]
        applied = apply(stage, claim, Batch.gather(stage, offset, parts), rules)
        if not isinstance(applied, Applied):
            raise RuntimeError(f"not applied: {applied}")
    elapsed = time.perf_counter() - begun
    database.close()
    return elapsed
