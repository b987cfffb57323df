"""What the heaviest person waits for: a year of a million events, 10,000 tasks, 20,000 entries."""

import http.client
import sys
import time
from collections.abc import Mapping
from functools import partial
from statistics import quantiles
from uuid import UUID

from benchmarks import heavy_person
from benchmarks.plans import planned
from benchmarks.rig import Rig, running_web

TIMES = 40

_YEAR = f"from={heavy_person.FIRST}&to=2026-10-31"
_MONTH = "from=2026-10-01&to=2026-10-31"
_READS: Mapping[str, str] = {
    "tasks": "/tasks",
    "tasks that are open, by due": "/tasks?status=open&sort=due",
    "tasks that are open, by priority": "/tasks?status=open&sort=-priority",
    "tasks changed last": "/tasks?sort=-updated",
    "tasks of a tag": "/tasks?tag=tag+7",
    "tasks with words": "/tasks?q=report+grace",
    "tasks due before a day": "/tasks?status=open&due_before=2026-01-01",
    "tasks planned for a day": "/tasks?planned=2026-05-05",
    "time entries": "/time-entries",
    "time entries of a month": f"/time-entries?{_MONTH}",
    "time entries of a tag": "/time-entries?tag=tag+7",
    "time entries with words": "/time-entries?q=draft+1999",
    "drafts of a day": "/drafts?date=2026-05-05",
    "goals": "/goals",
    "changes, beginning": "/changes",
    "changes, middle": "/changes?cursor=10000-00000000-0000-0000-0000-000000000000",
    "changes, end": "/changes?cursor=39990-00000000-0000-0000-0000-000000000000",
    "daily, a year": f"/analytics/daily?{_YEAR}",
    "heat map, a year": f"/analytics/heatmap?{_YEAR}",
    "timesheet": "/analytics/timesheet?date=2026-05-05",
    "timeline of a day": "/analytics/timeline?date=2026-05-05",
    **{
        f"summary by {group}, {length}": f"/analytics/summary?group_by={group}&{days}"
        for length, days in (("a month", _MONTH), ("a year", _YEAR))
        for group in ("category", "project", "entity", "device")
    },
}
_GOALS = (
    {"metric": "active_s", "category": "work", "target": 14_400},
    {"metric": "active_s", "project": "project 7", "target": 3600},
    {"metric": "focus_s", "target": 7200},
    {"metric": "tracked_s", "target": 14_400, "period": "week"},
    {"metric": "tasks_done", "target": 5},
)


def measure() -> dict[str, float]:
    """Milliseconds until the answer is read, of one request after the other.

    The plans of the statements behind each go to the standard error.
    """
    with running_web() as rig:
        token = rig.instance.register("heavy@example.org")["access_token"]
        key = rig.instance.api_key(token, "read", "write")
        me = rig.instance.request("GET", "/me", token=key)[1]
        heavy_person.fill(rig.instance.environment["DATABASE_URL"], UUID(me["id"]))
        for goal in _GOALS:
            body = {"name": "Goal", "valid_from": str(heavy_person.FIRST), **goal}
            rig.instance.request("POST", "/goals", body, token=key)
        figures: dict[str, float] = {}
        for name, path in _READS.items():
            cuts = quantiles(_times(rig, key, path, TIMES), n=20)
            figures[f"{name}, p50 ms"] = cuts[9] * 1000
            figures[f"{name}, p95 ms"] = cuts[18] * 1000
        _print_plans(rig, key)
        return figures


def _print_plans(rig: Rig, key: str) -> None:
    log = rig.instance.log.parent / "postgres" / "log"
    with planned(rig.instance.environment["DATABASE_URL"], log) as plans:
        for name, path in _READS.items():
            told = plans(partial(_times, rig, key, path, 4))
            print(f"== {name}: GET {path}\n\n{told}\n", file=sys.stderr)


def _times(rig: Rig, key: str, path: str, times: int) -> list[float]:
    connection = http.client.HTTPConnection("127.0.0.1", rig.instance.port)
    found = []
    for _ in range(times):
        begun = time.monotonic()
        connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        body = answer.read()
        found.append(time.monotonic() - begun)
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:500]!r}")
    connection.close()
    return found
