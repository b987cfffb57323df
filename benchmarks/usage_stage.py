"""The usage stage against a hand-written loop that does the same writes and nothing else.

The stage runs first and what it writes is taken down, statement by statement with its values. The
peer plays exactly that back on a fresh database, one transaction a batch, after decoding the
events: no cursor to compare, nothing read, nothing derived. Its time is the floor for any code
that leaves the same rows.
"""

import gc
import os
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import psycopg2
import psycopg2.extensions

from agents.usage import usage
from benchmarks.bodies import NOON
from benchmarks.rig import fresh_database
from models import cursors
from models.database import configure, database
from models.migrate import migrate
from pipeline import record_batch
from pipeline.batch import Batch, Entry, Parts
from pipeline.effects import Applied, Rules, apply
from pipeline.embedded.postgres import Postgres
from pipeline.events import UsageEvent
from pipeline.stage import STAGES
from pipeline.steps.check import check_usage

BATCHES = 150
WRITES = ("INSERT", "UPDATE", "DELETE", "COPY", "CREATE TEMPORARY", "TRUNCATE", "WITH")
WRITING_FUNCTION = "insert_usage_events("
OWNER = UUID(int=1)


class Taken(psycopg2.extensions.cursor):
    """A cursor that takes down what it writes."""

    writes: list[list[bytes]]

    def execute(self, query: Any, values: Any = None) -> None:
        """Run the statement; keep it with its values if it writes."""
        super().execute(query, values)
        if str(query).lstrip().startswith(WRITES) or WRITING_FUNCTION in str(query):
            Taken.writes[-1].append(self.query or b"")


class Calm:
    """A judge that buries nothing: this load has no failing events."""

    def refuses(self, passed: int, failed: int) -> bool:
        """Any failure ends the benchmark."""
        return failed > 0


def many_people(randomness: random.Random) -> list[list[UsageEvent]]:
    """Batches of 100: two events of each of 50 people, a minute after those before."""
    people = [UUID(int=randomness.getrandbits(128), version=4) for _ in range(50)]
    return [
        [_event(person, batch * 60 + second) for person in people for second in (0, 30)]
        for batch in range(BATCHES)
    ]


def one_person(randomness: random.Random) -> list[list[UsageEvent]]:
    """Batches of 500 of one person, a second between events: a device that was offline."""
    person = UUID(int=randomness.getrandbits(128), version=4)
    return [
        [_event(person, batch * 500 + number) for number in range(500)] for batch in range(BATCHES)
    ]


def _event(person: UUID, second: int) -> UsageEvent:
    begin = round(NOON.timestamp()) - 6 * 3600
    return UsageEvent(
        user=person,
        source="api",
        id=f"{person}-{second}",
        hash=f"{second:032x}",
        type="usage.heartbeat",
        time=(begin + second) * 1_000_000,
        received=(begin + second) * 1_000_000,
        device="desk",
        entity=f"/home/me/src/file-{second // 300 % 5}.py",
        category="coding",
        project="timeflow",
    )


def stage_seconds(url: str, values: Sequence[bytes]) -> float:
    """Seconds the stage needs, from the entry's bytes to the commit."""
    configure(url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    database.connect_params["cursor_factory"] = Taken
    Taken.writes = [[]]
    database.connect()
    migrate()
    claim = cursors.Claim("usage", "usage", 0, 1)
    cursors.acquire(claim, OWNER)
    assert usage is not None
    stage, rules = STAGES["usage"], Rules(Calm(), None, "benchmark")
    Taken.writes = []
    gc.collect()
    begun = time.perf_counter()
    for offset, value in enumerate(values, 1):
        Taken.writes.append([])
        parts = [Parts.of(Entry(offset, f"{offset:024x}", value, lambda: None))]
        applied = apply(stage, claim, Batch.gather(stage, offset, parts), rules)
        if not isinstance(applied, Applied) or applied.failed:
            raise RuntimeError(f"not applied: {applied}")
    elapsed = time.perf_counter() - begun
    database.close()
    del database.connect_params["cursor_factory"]
    return elapsed


def peer_seconds(url: str, values: Sequence[bytes]) -> float:
    """Seconds the hand-written loop needs for the same rows on a fresh database."""
    configure(url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    database.connect()
    migrate()
    claim = cursors.Claim("usage", "usage", 0, 1)
    cursors.acquire(claim, OWNER)
    database.close()
    decoder = msgspec.json.Decoder(UsageEvent)
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        gc.collect()
        begun = time.perf_counter()
        for value, writes in zip(values, Taken.writes, strict=True):
            for raw in record_batch.decode(value):
                check_usage(decoder.decode(raw))
            for write in writes:
                cursor.execute(write)
            connection.commit()
        return time.perf_counter() - begun


def measure() -> dict[str, float]:
    """Events a second of both, and the ratio, for two loads."""
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="timeflow-bench-") as directory:
        os.chmod(directory, 0o755)
        server = Postgres(Path(directory) / "postgres")
        url = server.start()
        for name, make in (("50 people a batch", many_people), ("one person", one_person)):
            batches = make(random.Random(1))
            values = [record_batch.encode([msgspec.json.encode(e) for e in b]) for b in batches]
            stage_s = stage_seconds(fresh_database(url, f"stage_{len(figures)}"), values)
            peer_s = peer_seconds(fresh_database(url, f"peer_{len(figures)}"), values)
            events = sum(map(len, batches))
            figures |= {
                f"usage stage, {name}: events/s": events / stage_s,
                f"usage stage, {name}: the same writes by hand, events/s": events / peer_s,
                f"usage stage, {name}: ratio": peer_s / stage_s,
            }
        server.stop()
    return figures
