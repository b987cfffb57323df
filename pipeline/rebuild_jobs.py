"""Rebuilds that operators ask for: one person after the other, some days in a transaction.

Live traffic waits for a person's lock no longer than those days take. Each transaction notes how
far it came, so whoever goes on after a crash goes on there, and nothing is done twice. Comparing is
the same work, rolled back.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import tzdata

from models import job_items, jobs, rebuild_jobs
from models.database import database
from models.held_partitions import Held
from models.rebuild_jobs import People
from pipeline import metrics, restrictions
from pipeline.failures import Attempt
from pipeline.rebuild import Rebuilt
from pipeline.stage import Part, Recompute, Recomputed
from pipeline.transaction import Transaction

#: Days of one person whose differences are kept.
SHOWN_DAYS = 20


class NobodyMeant(Exception):
    """There is nobody to rebuild."""


class RebuildRuns(Exception):
    """Another job is about to rebuild one of the same people."""

    def __init__(self, job_id: UUID) -> None:
        super().__init__(str(job_id))
        self.job_id = job_id


class Went(NamedTuple):
    """Whether there was somebody, and what came of their days, if it is to be told."""

    on: bool
    rebuilt: Rebuilt | None = None


def plan(wanted: People, created_by: UUID, asked: Mapping[str, Any]) -> UUID:
    """Make the job, in the caller's transaction. Raises `NobodyMeant` and `RebuildRuns`."""
    job_id = jobs.create("rebuild", created_by, dict(asked))
    if not rebuild_jobs.add_people(job_id, wanted):
        raise NobodyMeant
    check_alone(job_id)
    return job_id


def tzdata_version() -> str:
    """The rules of time zones by which days are derived now."""
    return tzdata.IANA_VERSION


def check_alone(job_id: UUID) -> None:
    """Raise `RebuildRuns` when another job is about to rebuild one of the same people.

    Until the transaction ends nobody else asks, so that two see each other.
    """
    rebuild_jobs.lock()
    if other := rebuild_jobs.overlapping(job_id):
        raise RebuildRuns(other)


def rebuild_some(job_id: UUID, recompute: Recompute, most_days: int, held: Held) -> Went:
    """Go on by some days with the next person of a job whose partition is not held."""
    with database.atomic():
        if not (taken := rebuild_jobs.take(job_id, held)):
            return Went(False)
        number, user_id, detail, write = taken
        with Attempt() as attempt, database.atomic() as own:
            revs, heeded = restrictions.lock([user_id])
            transaction = Transaction(revs, datetime.now(UTC), heeded)
            after = date.fromisoformat(detail["after"]) if "after" in detail else None
            part = Part(after, most_days, explain=True)
            found = Recomputed(())
            if user_id not in heeded.erased:
                found = recompute(user_id, transaction, part)
            if not write:
                own.rollback()
        if failure := attempt.of_event():
            metrics.rebuilds.labels("failed").inc()
            error = {"error": f"{failure.error_class}: {failure.error}"[:1000]}
            job_items.finish(job_id, number, "failed", detail | error)
            return Went(True)
        detail = _joined(detail, found)
        _note(job_id, number, detail, found.last)
    if not write or not found.changed:
        return Went(True)
    transaction.committed()
    return Went(True, Rebuilt(user_id, revs[user_id], tuple(found.changed)))


def _note(job_id: UUID, number: int, detail: dict[str, Any], last: date | None) -> None:
    if last is not None:
        job_items.note(job_id, number, detail)
        return
    state: job_items.ItemState = "different" if detail["days"] else "equal"
    metrics.rebuilds.labels(state).inc()
    job_items.finish(job_id, number, state, detail)


def _joined(detail: Mapping[str, Any], found: Recomputed) -> dict[str, Any]:
    """What was found until now, and where it goes on."""
    shown = dict(detail.get("differences", {}))
    for day, fields in sorted(found.differences.items()):
        if len(shown) < SHOWN_DAYS:
            shown[day.isoformat()] = {
                name: {"stood": msgspec.to_builtins(old), "derived": msgspec.to_builtins(new)}
                for name, (old, new) in fields.items()
            }
    joined = {"days": detail.get("days", 0) + len(found.changed), "differences": shown}
    return joined | ({"after": found.last.isoformat()} if found.last else {})
