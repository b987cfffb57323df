"""Fifty people's three years, described for the first time and again after a day, while asked.

Their usage, tasks and entries are written straight into the tables and derived as their stages do.
Then the following stages are started beside an API that somebody keeps asking.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import quantiles
from uuid import UUID

from agents.usage import rebuild
from benchmarks.rig import Rig, running_web
from models.database import configure, database, execute
from pipeline import restrictions
from pipeline.transaction import Transaction
from tests.instance import Instance, wait_until

PEOPLE = int(os.environ.get("YEARS_PEOPLE", "50"))
DAYS = int(os.environ.get("YEARS_DAYS", "1095"))
EVENTS_A_DAY = 60
TASKS_A_WEEK = 5

# Five days of the week from nine on; 60 things of 4 to 12 minutes, with pauses. By numbers, so that
# every run has the same.
_EVENTS = """
INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us, device, entity,
                         category, project, data, received_at)
SELECT %(user)s, 'api', d || '-' || n, md5(d || '-' || n), 'usage.interval', at,
       (240 + (d * 31 + n * 17) %% 480) * 1000000, 'desk', 'thing ' || (d + n * 7) %% 40,
       (ARRAY['coding', 'meeting', 'mail', 'writing'])[1 + (d + n * n) %% 4],
       'project ' || (d / 20 + n %% 3) %% 12, '{}', at
FROM (
    SELECT d, n, (%(first)s::date + d + interval '9 hours' + (d * 13 %% 40) * interval '1 minute'
                  + n * interval '9 minutes') AT TIME ZONE 'UTC' AS at
    FROM generate_series(%(from)s, %(to)s - 1) AS d, generate_series(0, %(a_day)s - 1) AS n
    WHERE extract(isodow FROM %(first)s::date + d) < 6
) AS numbered
"""

_TASKS = """
INSERT INTO task (id, user_id, version, title, status, priority, tags, estimate_s, planned_on,
                  position, created_at, updated_at, done_at)
SELECT gen_random_uuid(), %(user)s, n, 'Task ' || n,
       CASE WHEN n %% 6 = 0 THEN 'todo' ELSE 'done' END, n %% 4, ARRAY[]::text[],
       900 * (1 + n %% 8), at::date + 1, n, at, at,
       CASE WHEN n %% 6 > 0 THEN at + interval '30 hours' END
FROM (
    SELECT n, (%(first)s::date + n * 7 / %(a_week)s + interval '10 hours') AT TIME ZONE 'UTC' AS at
    FROM generate_series(1, %(days)s * %(a_week)s / 7) AS n
) AS numbered
"""

_ENTRIES = """
INSERT INTO time_entry (id, user_id, version, task_id, start_at, end_at, time_zone, description,
                        tags, source, created_at, updated_at)
SELECT gen_random_uuid(), user_id, version, id, done_at - interval '4 hours',
       done_at - interval '4 hours'
           + estimate_s * (0.6 + version %% 10 / 8.0) * interval '1 second',
       'UTC', '', ARRAY[]::text[], 'timer', created_at, created_at
FROM task WHERE user_id = %(user)s AND done_at IS NOT NULL
"""

_BEHIND = """
SELECT count(*) FROM user_state s
LEFT JOIN stage_progress p ON p.stage = 'segmentation' AND p.user_id = s.user_id
LEFT JOIN stage_progress r ON r.stage = 'recommendation' AND r.user_id = s.user_id
WHERE s.rev > coalesce(p.done_rev, 0) OR p.runs > coalesce(r.done_rev, 0)
"""


def measure() -> dict[str, float]:
    """Seconds until all are described, and milliseconds that the API takes meanwhile."""
    with running_web(people=1) as rig:
        first = datetime.now(UTC).date() - timedelta(days=DAYS)
        people = [_person(rig, number) for number in range(PEOPLE)]
        url = rig.instance.environment["DATABASE_URL"]
        configure(url, lease_s=600, statement_timeout_s=600, lock_timeout_s=60)
        figures: dict[str, float] = {}
        with database.connection_context():
            for user, _ in people:
                _fill(user, first)
            execute("VACUUM ANALYZE")
            with _followers(rig), _asking(rig, people[0][1]) as times:
                figures["first computation of all, s"] = _seconds_until_described()
                figures["API meanwhile, p50 ms"], figures["API meanwhile, p99 ms"] = _cuts(times)
                times.clear()
                begun = time.monotonic()
                for user, _ in people:
                    _live_a_day(user, first, DAYS)
                figures["deriving one more day of all, s"] = time.monotonic() - begun
                figures["an update of all after a day, s"] = _seconds_until_described()
                figures["API at the update, p99 ms"] = _cuts(times)[1]
            ((days,),) = execute("SELECT count(*) FROM user_day").fetchall()
            figures["days described"] = days
        return figures


def _person(rig: Rig, number: int) -> tuple[UUID, str]:
    token = rig.instance.register(f"years-{number}@example.org")["access_token"]
    key = rig.instance.api_key(token, "read", "write")
    return UUID(rig.instance.request("GET", "/me", token=key)[1]["id"]), key


def _fill(user: UUID, first: date) -> None:
    values = {"user": user, "first": first, "a_week": TASKS_A_WEEK, "days": DAYS}
    with database.atomic():
        for statement in (_TASKS, _ENTRIES):
            execute(statement, values)
    _live_a_day(user, first, 0, DAYS)


def _live_a_day(user: UUID, first: date, day: int, until: int | None = None) -> None:
    with database.atomic():
        revs, heeded = restrictions.lock({user})
        values = {"user": user, "first": first, "a_day": EVENTS_A_DAY, "from": day}
        execute(_EVENTS, {**values, "to": until or day + 1})
        rebuild(user, Transaction(revs, datetime.now(UTC), heeded))


def _seconds_until_described() -> float:
    begun = time.monotonic()

    def described() -> bool:
        return bool(execute(_BEHIND).fetchone()[0] == 0)

    wait_until(described, timeout_s=3600, what="everybody is described")
    return time.monotonic() - begun


@contextmanager
def _followers(rig: Rig) -> Iterator[None]:
    log = Path(rig.instance.log).parent / "followers.log"
    environment = {**rig.instance.environment, "SWEEP_S": "1"}
    worker = Instance(["worker", "segmentation", "recommendation"], log, environment)
    worker.start()
    try:
        yield
    finally:
        worker.stop()


@contextmanager
def _asking(rig: Rig, key: str) -> Iterator[list[float]]:
    """Somebody who looks at their day, their tasks and segments, again and again."""
    times: list[float] = []
    done = threading.Event()
    today = datetime.now(UTC).date()
    week = f"from={today - timedelta(days=6)}&to={today}"
    paths = (f"/analytics/daily?{week}", "/tasks", "/segments/me", "/features/me", "/timer")

    def ask() -> None:
        while not done.wait(0.02):
            for path in paths:
                begun = time.monotonic()
                status, answer = rig.instance.request("GET", path, token=key)
                times.append(time.monotonic() - begun)
                if status != 200:
                    raise RuntimeError(f"{path} answered {status}: {answer}")

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield times
    finally:
        done.set()
        thread.join()


def _cuts(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
