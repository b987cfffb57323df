"""The terms of persons: rows of the tables as the steps take them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from typing import Any
from uuid import UUID

from models import category_rules, devices
from pipeline.steps.categories import Rule, compiled
from pipeline.steps.terms import DEFAULT_TERMS, Terms, merged
from pipeline.transaction import Transaction
from pipeline.user_memory import UserMemory

#: Most people have the default terms, which take no room.
memory: UserMemory[Terms] = UserMemory(capacity=50_000)


def terms_under_lock(users: Set[UUID], transaction: Transaction) -> Mapping[UUID, Terms]:
    """The terms of each of the users, whose lock the transaction holds."""
    return transaction.look_up(memory, users, terms_of)


def terms_of(users: Collection[UUID]) -> dict[UUID, Terms]:
    """The terms of each of the users as they stand; the defaults for whoever chose nothing."""
    if not users:
        return {}
    of_devices: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for user_id, *device in devices.terms(users):
        of_devices[user_id].append(tuple(device))
    rules: dict[UUID, list[Rule]] = defaultdict(list)
    for user_id, *rule in category_rules.of_users(users):
        rules[user_id].append(Rule(*rule))
    return {
        user_id: _terms(of_devices[user_id], rules[user_id])
        if user_id in of_devices or user_id in rules
        else DEFAULT_TERMS
        for user_id in users
    }


def _terms(of_devices: Iterable[tuple[str, int, str | None]], rules: Iterable[Rule]) -> Terms:
    return Terms(
        merged((name, whole) for name, _, whole in of_devices if whole is not None),
        {name: priority for name, priority, _ in of_devices if priority},
        compiled(tuple(rules)),
    )
