"""What each process says of a stage that runs in it, every few seconds."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from psycopg2.extras import Json

from models.database import execute

_PUT = """
INSERT INTO stage_report (process, stage, host, pid, code_version, started_at, state, partitions,
    careful, waiting, breaker_until, events, failed, retries, rate_events_s, rates,
    last_error, last_error_at)
VALUES (%(process)s, %(stage)s, %(host)s, %(pid)s, %(code_version)s, %(started_at)s, %(state)s,
    %(partitions)s::int[], %(careful)s::int[], %(waiting)s::int[], %(breaker_until)s, %(events)s,
    %(failed)s, %(retries)s, %(rate_events_s)s, %(rates)s::jsonb, %(last_error)s, %(last_error_at)s)
ON CONFLICT (stage, process) DO UPDATE SET
    (reported_at, state, partitions, careful, waiting, breaker_until, events, failed, retries,
     rate_events_s, rates, last_error, last_error_at)
  = (now(), excluded.state, excluded.partitions, excluded.careful, excluded.waiting,
     excluded.breaker_until, excluded.events, excluded.failed, excluded.retries,
     excluded.rate_events_s, excluded.rates, excluded.last_error, excluded.last_error_at)
"""


class StageReport(NamedTuple):
    """How a stage is in a process; `rate_events_s` is of late, the database sets `reported_at`."""

    process: UUID
    stage: str
    host: str
    pid: int
    code_version: str
    started_at: datetime
    state: str
    partitions: list[int]
    careful: list[int]
    waiting: list[int]
    breaker_until: datetime | None
    events: int
    failed: int
    retries: int
    rate_events_s: float | None
    rates: dict[str, float]
    last_error: str
    last_error_at: datetime | None
    reported_at: datetime | None = None


def put(report: StageReport) -> None:
    """Say it, in place of what the process said before."""
    execute(_PUT, {**report._asdict(), "rates": Json(report.rates)})


def drop(stage: str, process: UUID) -> None:
    """The stage has ended in the process."""
    execute("DELETE FROM stage_report WHERE stage = %s AND process = %s", (stage, process))


def live(within_s: float) -> list[StageReport]:
    """What was said within so many seconds, the oldest process first."""
    rows = execute(
        f"SELECT {', '.join(StageReport._fields)} FROM stage_report"
        " WHERE reported_at > now() - make_interval(secs => %s) ORDER BY stage, started_at",
        (within_s,),
    )
    return [StageReport(*row) for row in rows.fetchall()]


def drop_silent(for_s: float) -> int:
    """Forget processes that said nothing for so long; how many."""
    done = execute(
        "DELETE FROM stage_report WHERE reported_at < now() - make_interval(secs => %s)", (for_s,)
    )
    return int(done.rowcount)
