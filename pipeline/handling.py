"""Runs a stage's handler over events of an open transaction; finds which fail by themselves."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from models import restrictions as of_users
from pipeline import followers, restrictions
from pipeline.batch import Item
from pipeline.events import ActivityChanged, Hint
from pipeline.failures import Attempt, Failure, Kind
from pipeline.stage import Hints, Stage
from pipeline.suspicion import Suspicion
from pipeline.transaction import Transaction

T = TypeVar("T")
Failed = list[tuple[T, Failure]]


@dataclass
class Handling:
    """The handler's part of an open transaction: users locked, hints collected."""

    stage: Stage
    transaction: Transaction
    progress: followers.Progress | None
    days: dict[UUID, set[date]] = field(default_factory=dict)
    #: What failed by itself, in a statement that did not say so.
    found: list[Item] = field(default_factory=list)

    @classmethod
    def begin(cls, stage: Stage, items: Sequence[Item]) -> "Handling":
        """Lock all users of `items` in sorted order."""
        users = {item.event.user for item in items}
        now = datetime.now(UTC)
        if stage.follows:
            progress = followers.lock(stage, users)
            return cls(stage, Transaction(progress.revs, now), progress)
        if not users:
            return cls(stage, Transaction({}, now), None)
        revs, heeded = restrictions.lock(users)
        return cls(stage, Transaction(revs, now, heeded), None)

    def run_parted(
        self, suspects: Sequence[Item], others: Sequence[Item], suspicion: Suspicion
    ) -> Failed[Item]:
        """Run the suspects one by one, and the others apart by users and halves; learn from it."""
        groups = by_user(others)
        # Without suspects it has failed as a whole already.
        run = self.run_apart if suspects or len(groups) < 2 else self._run_halves
        failed = [*run(groups), *self._run_doubtful(suspects)]
        still = {id(item) for item, _ in failed}
        passed = [item.event for item in (*suspects, *others) if id(item) not in still]
        suspicion.learn([item.event for item in self.found], passed)
        return failed

    def run_again(self, items: Sequence[Item]) -> Failed[Item]:
        """Run what failed before, under savepoints: all or none of it may fail again."""
        if not items:
            return []
        with Attempt() as attempt, self.transaction.savepoint():
            return self.run(items)
        attempt.raise_environment()
        return self._run_doubtful(items)

    def _run_doubtful(self, items: Sequence[Item]) -> Failed[Item]:
        """Run one by one as long as they fail; from the first that passes on, as any others."""
        failed: Failed[Item] = []
        for number, item in enumerate(items, 1):
            once_more = self.run_apart([[item]])
            if not once_more:
                return failed + self.run_apart([[other] for other in items[number:]])
            failed += once_more
        return failed

    def run_each(self, items: Sequence[Item]) -> Failed[Item]:
        """Run the handler for one item after the other."""
        return [one for item in items for one in self.run_apart([[item]])]

    def run_apart(self, groups: Sequence[Sequence[Item]]) -> Failed[Item]:
        """Run the groups under savepoints: together, and what fails in halves, down to one event.

        So few failing events cost the others little, however many these are.
        """
        items = [item for group in groups for item in group]
        if not items:
            return []
        with Attempt() as attempt, self.transaction.savepoint():
            return self.run(items)
        if (failure := attempt.of_event()) and len(items) == 1:
            self.found.append(items[0])
            return [(items[0], failure)]
        return self._run_halves(groups if len(groups) > 1 else [[item] for item in items])

    def _run_halves(self, groups: Sequence[Sequence[Item]]) -> Failed[Item]:
        """Run the two halves of groups that failed together."""
        middle = len(groups) // 2
        failed = self.run_apart(groups[:middle])
        rest = groups[middle:]
        if failed or len(rest) == 1:
            return failed + self.run_apart(rest)
        # The first half passed, so the second would fail as a whole.
        return self._run_halves(rest)

    def run(self, items: Sequence[Item]) -> Failed[Item]:
        """Call the handler once, return what it refused; who is erased has no events."""
        erased = self.transaction.restrictions.erased
        events = [item.event for item in items if item.event.user not in erased]
        if not events:
            return []
        hints: Hints | None
        if self.progress is None:
            hints = self.stage.handler(events, self.transaction)
        else:
            users = [event.user for event in events]
            hints = followers.catch_up(self.stage, users, self.progress, self.transaction)
        self._collect(hints or {})
        if not (refused := self.transaction.take_refused()):
            return []
        errors = {id(event): error for event, error in refused}
        return [
            (item, Failure(Kind.EVENT, errors[id(item.event)]))
            for item in items
            if id(item.event) in errors
        ]

    def erased(self, users: Set[UUID | None]) -> Set[UUID]:
        """Those who are being erased, of `users` and of those whose events are handled."""
        known = self.transaction.restrictions.erased
        handled = () if self.progress else self.transaction.users
        unknown = {user for user in users if user and user not in handled}
        return known | of_users.erased(unknown) if unknown else known

    def _collect(self, hints: Mapping[UUID, Sequence[date]]) -> None:
        for user, days in hints.items():
            self.days.setdefault(user, set()).update(days)

    def changed(self) -> list[Hint]:
        """The hints, as events."""
        return [
            self.stage.hint(user, self.transaction.rev(user), _iso(days))
            for user, days in self.days.items()
        ]


def by_user(items: Sequence[Item]) -> list[list[Item]]:
    """The items in groups of one user each."""
    groups: dict[UUID, list[Item]] = {}
    for item in items:
        groups.setdefault(item.event.user, []).append(item)
    return list(groups.values())


def changed(user: UUID, rev: int, days: Iterable[date]) -> ActivityChanged:
    """The hint that `days` of `user` were derived anew."""
    return ActivityChanged(user, rev, _iso(days))


def _iso(days: Iterable[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))
