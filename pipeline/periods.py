"""What is in force for a person, from when on: rows of the table as the steps take them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Set
from uuid import UUID

from models import parameters
from pipeline.steps.days import BEGINNING, DEFAULT_PERIODS, SECOND_US, Period
from pipeline.transaction import Transaction
from pipeline.user_memory import UserMemory

Periods = Mapping[UUID, tuple[Period, ...]]

memory: UserMemory[tuple[Period, ...]] = UserMemory(capacity=50_000)


def periods_under_lock(users: Set[UUID], transaction: Transaction) -> Periods:
    """The periods of each of the users, whose lock the transaction holds."""
    return transaction.look_up(memory, users, periods_of)


def periods_of(users: Collection[UUID]) -> Periods:
    """The periods of each of the users; the defaults for whoever has no parameters."""
    found: dict[UUID, list[Period]] = defaultdict(list)
    for user_id, since, zone, day_start_min, timeout_s in parameters.of_users(users):
        start = since if found[user_id] else BEGINNING
        found[user_id].append(Period(start, zone, day_start_min, timeout_s * SECOND_US))
    return {user_id: tuple(found.get(user_id, DEFAULT_PERIODS)) for user_id in users}
