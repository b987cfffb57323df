"""A person's work in the tables, and the tasks stage without a stream around it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest

from agents.tasks import tasks
from models import daily_work, outbox
from models.database import configure, database, execute
from models.uuid7 import uuid7
from pipeline import restrictions
from pipeline.events import WorkChanged
from pipeline.steps.days import Period
from pipeline.transaction import Transaction
from pipeline.work import Change
from tests.services.usage.conftest import Tables
from tests.services.web.conftest import api as api
from tests.services.web.conftest import configured as configured
from tests.services.web.conftest import token as token


def at(minute: int) -> datetime:
    """An instant by its minute since 1970."""
    return datetime.fromtimestamp(minute * 60, UTC)


class Work:
    """Changes a person's rows as the API does, and hands what was told to the stage."""

    def __init__(self) -> None:
        self.tables = Tables()

    def person(self, periods: Sequence[Period] = ()) -> UUID:
        """A new person with these parameters."""
        return self.tables.person(periods)

    def project(self, user_id: UUID) -> UUID:
        """A new project."""
        id = uuid7()
        with database.atomic():
            change = Change(user_id)
            execute(
                "INSERT INTO project (id, user_id, version, name, color, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, '', %s, %s)",
                (id, user_id, change.version, str(id), change.now, change.now),
            )
            change.tell("project.created", id)
        return id

    def put_entry(
        self,
        user_id: UUID,
        id: UUID,
        start: int,
        end: int | None,
        project: UUID | None = None,
        task: UUID | None = None,
    ) -> None:
        """Make an entry, or make it another; by minutes since 1970."""
        values = (at(start), None if end is None else at(end), project, task)
        with database.atomic():
            change = Change(user_id)
            old = execute("SELECT start_at, end_at FROM time_entry WHERE id = %s", (id,)).fetchone()
            execute(
                "INSERT INTO time_entry (id, user_id, version, start_at, end_at, project_id,"
                " task_id, time_zone, source, created_at, updated_at)"
                " VALUES (%s, %s, %s, %s, %s, %s, %s, 'UTC', 'manual', now(), now())"
                " ON CONFLICT (id) DO UPDATE SET (version, start_at, end_at, project_id, task_id)"
                " = (excluded.version, excluded.start_at, excluded.end_at, excluded.project_id,"
                " excluded.task_id)",
                (id, user_id, change.version, *values),
            )
            done = execute("SELECT done_at FROM task WHERE id = %s", (task,)).fetchone()
            spans = [(at(start), None if end is None else at(end)), old, done[0] if done else None]
            change.tell("time_entry.updated", id, spans)

    def delete_entry(self, user_id: UUID, id: UUID) -> None:
        """Delete an entry."""
        with database.atomic():
            change = Change(user_id)
            old = execute(
                "UPDATE time_entry SET deleted_at = now() WHERE id = %s RETURNING start_at, end_at",
                (id,),
            ).fetchone()
            change.tell("time_entry.deleted", id, [old])

    def put_task(
        self,
        user_id: UUID,
        id: UUID,
        created: int,
        done: int | None = None,
        planned_on: date | None = None,
        estimate_s: int | None = None,
    ) -> None:
        """Make a task, or make it another; by minutes since 1970."""
        with database.atomic():
            change = Change(user_id)
            old = execute(
                "SELECT created_at, done_at, planned_on FROM task WHERE id = %s", (id,)
            ).fetchone() or (None, None, None)
            done_at = None if done is None else at(done)
            execute(
                "INSERT INTO task (id, user_id, version, title, status, created_at, done_at,"
                " planned_on, estimate_s, position, updated_at)"
                " VALUES (%s, %s, %s, 'x', %s, %s, %s, %s, %s, 0, now())"
                " ON CONFLICT (id) DO UPDATE SET (version, status, created_at, done_at,"
                " planned_on, estimate_s) = (excluded.version, excluded.status,"
                " excluded.created_at, excluded.done_at, excluded.planned_on,"
                " excluded.estimate_s)",
                (id, user_id, change.version, "todo" if done is None else "done", at(created),
                 done_at, planned_on, estimate_s),
            )  # fmt: skip
            change.tell("task.updated", id, [at(created), done_at, *old[:2]], [planned_on, old[2]])

    def deliver(self, random: Random, *, again: float = 0.0) -> dict[UUID, list[date]]:
        """Take all that was told to the stage: in any order, in batches, some of it again."""
        rows = [row for row in outbox.take(10_000) if row.topic == "tasks"]
        events = [msgspec.json.decode(row.event, type=WorkChanged) for row in rows]
        outbox.delete([row.id for row in rows])
        events += [event for event in events if random.random() < again]
        random.shuffle(events)
        hints: dict[UUID, list[date]] = {}
        while events:
            batch = [events.pop() for _ in range(min(len(events), random.randint(1, 4)))]
            for user, days in self._apply(batch).items():
                hints[user] = sorted({*hints.get(user, ()), *days})
        return hints

    def _apply(self, batch: Sequence[WorkChanged]) -> dict[UUID, list[date]]:
        with database.atomic():
            revs, heeded = restrictions.lock({event.user for event in batch})
            transaction = Transaction(revs, datetime.now(UTC), heeded)
            hints = tasks(batch, transaction)
        transaction.committed()
        return hints

    def days(self, user_id: UUID) -> dict[date, dict[str, Any]]:
        """What stands in the table."""
        rows = daily_work.between(user_id, date.min, date.max)
        return {row.local_date: row._asdict() for row in rows}


@pytest.fixture
def work(database_url: str) -> Iterator[Work]:
    """Work on a fresh database."""
    configure(database_url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    with database.connection_context():
        yield Work()
