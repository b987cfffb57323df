"""A year of a heavy user, 1,000,000 events of two watchers, by `timeflow import` until lag 0.

Every tenth day is compared with the naive reference; a day that differs ends the benchmark.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.rig import Rig, running
from pipeline.events import UsageEvent
from pipeline.steps.days import SECOND_US, Period
from tests.people import usage_event
from tests.reference import reference

EVENTS = int(os.environ.get("IMPORT_EVENTS", "1000000"))
DAYS = 365
FIRST = date(2025, 6, 1)
_CHECK_EVERY = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Watcher:
    """One watcher's year: from eight in the morning on, one thing after the other."""

    def __init__(self, bucket: str, type: str, field: str, category: str) -> None:
        self.bucket, self.type, self.field, self.category = bucket, type, field, category

    def day(self, number: int) -> Iterator[tuple[datetime, int, str]]:
        """Begin, seconds and thing of each event of a day."""
        chance = random.Random(f"{self.bucket}-{number}")
        at = datetime(FIRST.year, FIRST.month, FIRST.day, 8, tzinfo=UTC) + timedelta(days=number)
        for _ in range(EVENTS // DAYS // 2):
            seconds = chance.randint(1, 30)
            yield at, seconds, f"{self.field} {chance.randint(1, 40)}"
            at += timedelta(seconds=seconds + chance.choice((0, 0, 0, 5)))

    def exported(self) -> Iterator[dict[str, Any]]:
        """As ActivityWatch exports them: newest first."""
        for number in reversed(range(DAYS)):
            for at, seconds, thing in reversed(list(self.day(number))):
                data = {self.field: thing}
                yield {"timestamp": at.isoformat(), "duration": seconds, "data": data}


WATCHERS = (
    _Watcher("aw-watcher-window_desk", "currentwindow", "app", "app"),
    _Watcher("aw-watcher-web-firefox", "web.tab.current", "url", "browsing"),
)


def measure() -> dict[str, float]:
    """Events a second, posted and until they are in the tables; the importer's memory."""
    with running() as rig, tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "export.json"
        count = _write(file)
        begun = time.monotonic()
        _import(rig, file)
        posted = time.monotonic() - begun
        rig.drain()
        whole = time.monotonic() - begun
        _compare(rig)
    memory_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        f"import of {count:,} events, posted, events/s": count / posted,
        f"import of {count:,} events, to the tables, events/s": count / whole,
        "import, largest child process, MB": memory_kb / 1024,
    }


def _write(file: Path) -> int:
    count = 0
    with file.open("w") as out:
        out.write('{"buckets": {')
        for number, watcher in enumerate(WATCHERS):
            facts = {"type": watcher.type, "client": "watcher", "hostname": "desk"}
            out.write(", " if number else "")
            out.write(f'"{watcher.bucket}": {json.dumps(facts)[:-1]}, "events": [')
            for place, event in enumerate(watcher.exported()):
                out.write((", " if place else "") + json.dumps(event))
                count += 1
            out.write("]}")
        out.write("}}")
    return count


def _import(rig: Rig, file: Path) -> None:
    command = [sys.executable, "-m", "timeflow", "import", "activitywatch", str(file)]
    environment = {"TIMEFLOW_SERVER": rig.instance.url, "TIMEFLOW_KEY": rig.keys[0]}
    subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True)


def _compare(rig: Rig) -> None:
    for number in range(0, DAYS, _CHECK_EVERY):
        day = FIRST + timedelta(days=number)
        expected = reference(list(_events(number)), (Period(),))[day]
        path = f"/analytics/daily?from={day}&to={day}"
        found = rig.instance.request("GET", path, token=rig.keys[0])[1]["days"][0]
        wanted = expected["active_us"] / SECOND_US, expected["focus_us"] / SECOND_US
        if (found["active_s"], found["focus_s"]) != wanted:
            raise RuntimeError(f"{day} differs from the reference: {found}, {expected}")


def _events(number: int) -> Iterator[UsageEvent]:
    for watcher in WATCHERS:
        for place, (at, seconds, thing) in enumerate(watcher.day(number)):
            yield usage_event(
                (at - _EPOCH) // timedelta(microseconds=1),
                duration=seconds * SECOND_US,
                id=f"{place}",
                source=f"activitywatch:{watcher.bucket}",
                device="desk",
                entity=thing,
                category=watcher.category,
                project="",
            )
