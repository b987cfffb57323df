"""The tables of the usage stage, and the stage's transaction without a stream around it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pytest

import agents.usage
import pipeline.periods
import pipeline.sightings
import pipeline.terms
from agents.usage import rebuild, usage
from models import category_rules, daily_activity, devices, user_state
from models.database import configure, database, execute
from models.instants import from_us
from pipeline import restrictions
from pipeline.day_memory import DayMemory, day_memory
from pipeline.events import UsageEvent
from pipeline.steps.days import SECOND_US, Period
from pipeline.transaction import Transaction
from pipeline.user_memory import UserMemory
from tests.people import DEVICES, Choices

T = TypeVar("T")

#: Each remembers something of users.
_OF_USERS: tuple[Any, ...] = (pipeline.periods, pipeline.terms, pipeline.sightings)


class Tables:
    """What the stage does to the tables, and what stands in them.

    Each process of the stage has its own memory of what it derived and read.
    """

    def __init__(self) -> None:
        self._memories: dict[int, tuple[DayMemory, list[UserMemory[Any]]]] = {}

    def in_process(self, number: int) -> "Tables":
        """What follows happens in this process; one that was not there before remembers nothing."""
        new = day_memory(1000), [UserMemory[Any](9) for _ in _OF_USERS]
        agents.usage.memory, own = self._memories.setdefault(number, new)
        for module, memory in zip(_OF_USERS, own, strict=True):
            module.memory = memory
        return self

    def person(self, periods: Sequence[Period] = ()) -> UUID:
        """A new person with these parameters."""
        user_id = uuid4()
        execute(
            "INSERT INTO account (id, email, password_hash, roles) VALUES (%s, %s, '', '{user}')",
            (user_id, f"{user_id}@example.org"),
        )
        self.set_parameters(user_id, periods)
        return user_id

    def set_parameters(self, user_id: UUID, periods: Sequence[Period]) -> None:
        """Replace all parameters, as a change of theirs does it, without deriving anything."""
        with database.atomic():
            user_state.lock([user_id])
            execute("DELETE FROM user_parameters WHERE user_id = %s", (user_id,))
            for number, (start, zone, day_start_min, timeout_us) in enumerate(periods):
                timeout_s = timeout_us // SECOND_US
                execute(
                    "INSERT INTO user_parameters VALUES"
                    f" (%s, CASE WHEN %s THEN {from_us('%s')} ELSE '-infinity' END, %s, %s, %s)",
                    (user_id, number > 0, max(start, 0), zone, day_start_min, timeout_s),
                )

    def choose(self, user_id: UUID, choices: Choices) -> None:
        """Replace what the person chose, as a change of theirs does it."""
        with database.atomic():
            user_state.lock([user_id])
            devices.see([devices.Sighting(user_id, name, "api", 0, 0) for name in DEVICES])
            ids = {each.name: each.id for each in devices.page(user_id, None, 9)}
            for name, id in ids.items():
                whole = choices.merged_into.get(name)
                values = (choices.priorities.get(name, 0), ids[whole] if whole else None, id)
                execute("UPDATE device SET priority = %s, merged_into = %s WHERE id = %s", values)
            rules = [category_rules.RuleRow(uuid4(), *rule) for rule in choices.rules]
            category_rules.replace(user_id, rules)

    def apply(self, *batches: Sequence[UsageEvent]) -> dict[UUID, list[date]]:
        """Hand the batches to the stage, one transaction each; return the last one's hints."""
        hints: dict[UUID, list[date]] = {}
        for batch in batches:
            users = {event.user for event in batch}
            hints = self._transact(users, lambda t, b=batch: usage(b, t))  # type: ignore[misc]
        return hints

    def rebuild(self, user_id: UUID) -> Sequence[date]:
        """Derive the person's days anew; return those that were not right."""
        return self._transact({user_id}, lambda transaction: rebuild(user_id, transaction).changed)

    def days(self, user_id: UUID) -> dict[date, dict[str, Any]]:
        """What the tables say."""
        rows = daily_activity.between(user_id, date.min, date.max)
        return {row.local_date: row._asdict() for row in rows}

    def intervals(self, user_id: UUID) -> list[tuple[Any, ...]]:
        """All intervals, in some fixed order."""
        return sorted(
            execute(
                "SELECT local_date, device, start_at, end_at, entity, category, project, events,"
                " active_us FROM usage_interval WHERE user_id = %s",
                (user_id,),
            ).fetchall()
        )

    def _transact(self, users: set[UUID], function: Callable[[Transaction], T]) -> T:
        with database.atomic():
            revs, heeded = restrictions.lock(users)
            transaction = Transaction(revs, datetime.now(UTC), heeded)
            result = function(transaction)
        transaction.committed()
        return result


@pytest.fixture
def tables(database_url: str) -> Iterator[Tables]:
    configure(database_url, lease_s=60, statement_timeout_s=60, lock_timeout_s=60)
    with database.connection_context():
        yield Tables().in_process(0)
