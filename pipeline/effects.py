"""The one transaction of a batch, on a database thread.

First the compare-and-set of the cursor, then the locks, then the handler, then the dead letters;
all of it commits or none. A handler that knows which events failed refuses them. When it raises for
an event's sake, everything is rolled back and done again under savepoints in halves, by users and
at last by events, so that only what fails by itself is buried. What resembles such events goes by
itself from then on (`pipeline.suspicion`).
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Protocol, TypeVar
from uuid import UUID

from models import attempts, cursors, dead_letters
from models import restrictions as of_users
from models.cursors import Claim, Cursor
from models.database import database
from pipeline import followers, restrictions
from pipeline.batch import Batch, Item
from pipeline.breaker import MostEventsFail
from pipeline.events import ActivityChanged, Hint
from pipeline.failures import Attempt, Failure, Kind
from pipeline.stage import Hints, Stage
from pipeline.suspicion import Suspicion
from pipeline.transaction import Transaction

T = TypeVar("T")
Failed = list[tuple[T, Failure]]


class Lost(Exception):
    """Another owner has the partition: what this one does counts no more."""


class Judge(Protocol):
    """Says whether so many failures are too many to be buried (`pipeline.breaker`)."""

    def refuses(self, passed: int, failed: int) -> bool:
        """Whether most recent events fail."""


@dataclass(frozen=True)
class Rules:
    """What of the settings the transaction needs."""

    judge: Judge
    retry_in_s: float | None
    code_version: str
    suspicion: Suspicion = field(default_factory=Suspicion)
    #: Whether tries may be on record for entries of the batch.
    careful: bool = False
    #: Whether the handler shall see one event at a time, as it did on trial.
    one_by_one: bool = False


@dataclass
class Applied:
    """What a transaction did; the cursor stands at `next_offset` now."""

    next_offset: int
    passed: int = 0
    failed: Failed[Item] = field(default_factory=list)
    changed: list[Hint] = field(default_factory=list)


Batches = Sequence[tuple[Claim, Batch]]


def apply(stage: Stage, claim: Claim, batch: Batch, rules: Rules) -> Applied | Cursor:
    """Apply `batch` once and move the cursor past it.

    Returns the cursor as it stands, with nothing done, if that is not where the batch begins.
    Raises what the environment did, and `MostEventsFail`; then nothing was done either.
    """
    applied = apply_together(stage, [(claim, batch)], rules)
    return cursors.read(claim) if applied is None else applied[0]


def apply_together(stage: Stage, batches: Batches, rules: Rules) -> list[Applied] | None:
    """Apply batches of different partitions in one transaction; None if a cursor is elsewhere.

    Raises as `apply` does.
    """
    if rules.one_by_one or _any_suspect(batches, rules):
        return _transact(stage, batches, rules, apart=True)
    with Attempt() as attempt:
        return _transact(stage, batches, rules, apart=False)
    attempt.raise_environment()
    return _transact(stage, batches, rules, apart=True)


def _any_suspect(batches: Batches, rules: Rules) -> bool:
    suspicion = rules.suspicion
    return bool(suspicion) and any(
        suspicion.falls_on(item.event) for _, batch in batches for item in batch.items
    )


def rewind(claim: Claim, next_offset: int, tag: str) -> None:
    """Move the cursor, for the log is another; what was on record of the old one's events goes."""
    with database.atomic():
        if not cursors.rewind(claim, next_offset, tag):
            raise Lost
        attempts.forget_all(claim)


def _transact(stage: Stage, batches: Batches, rules: Rules, *, apart: bool) -> list[Applied] | None:
    items = [item for _, batch in batches for item in batch.items]
    with ExitStack() as undo:
        with database.atomic() as transaction:
            moves = [(claim, batch.start, batch.next_offset, batch.tag) for claim, batch in batches]
            if not cursors.advance_all(moves):
                transaction.rollback()
                return None
            work = Work.begin(stage, items)
            undo.callback(work.transaction.rolled_back)
            refused = work.run_all(items, rules, apart=apart)
            failed = [_failed(batch, refused) for _, batch in batches]
            _judge(rules, len(items) - len(refused), [one for some in failed for one in some])
            for (claim, batch), some in zip(batches, failed, strict=True):
                _leave(claim, batch, some, rules)
        undo.pop_all()
    work.transaction.committed()
    changed = {hint.user: hint for hint in work.changed()}
    return [
        Applied(
            next_offset=batch.next_offset,
            passed=len(batch.items) + len(batch.failed) - len(some),
            failed=some,
            changed=[changed[user] for user in sorted(batch.users & changed.keys())],
        )
        for (_, batch), some in zip(batches, failed, strict=True)
    ]


def _failed(batch: Batch, refused: Failed[Item]) -> Failed[Item]:
    """What of the batch failed: its check, or in the handler."""
    own = {id(item) for item in batch.items} if refused else ()
    return [*_unerased(batch.failed), *(one for one in refused if id(one[0]) in own)]


def _leave(claim: Claim, batch: Batch, failed: Failed[Item], rules: Rules) -> None:
    """An entry leaves whole: what was not applied is a dead letter."""
    if failed:
        burials = [burial(item, failure, rules.retry_in_s) for item, failure in failed]
        dead_letters.bury(claim, burials, rules.code_version)
    if rules.careful:
        attempts.forget(claim, batch.next_offset)


def _unerased(failed: Failed[Item]) -> Failed[Item]:
    """Without the events of who is erased: nothing of them is kept."""
    if not (users := {item.user for item, _ in failed if item.user}):
        return failed
    erased = of_users.erased(users)
    return [(item, failure) for item, failure in failed if item.user not in erased]


def _judge(rules: Rules, passed: int, failed: Failed[Item]) -> None:
    of_event = [failure for _, failure in failed if failure.kind is Kind.EVENT]
    if of_event and rules.judge.refuses(passed, len(of_event)):
        raise MostEventsFail(f"{len(of_event)} of {passed + len(failed)}") from of_event[-1].error


def burial(item: Item, failure: Failure, retry_in_s: float | None) -> dead_letters.Burial:
    """What is kept of `item`: invalid events are open at once, others are tried again."""
    return dead_letters.Burial(
        offset=item.offset,
        index=item.position,
        tag=item.tag,
        user_id=item.user,
        event=item.raw,
        error_class=failure.error_class,
        error_message=str(failure.error),
        traceback=failure.trace,
        retry_in_s=retry_in_s if failure.kind is Kind.EVENT else None,
    )


@dataclass
class Work:
    """The handler's part of an open transaction: users locked, hints collected."""

    stage: Stage
    transaction: Transaction
    progress: followers.Progress | None
    days: dict[UUID, set[date]] = field(default_factory=dict)
    #: What failed by itself, in a statement that did not say so.
    found: list[Item] = field(default_factory=list)

    @classmethod
    def begin(cls, stage: Stage, items: Sequence[Item]) -> "Work":
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

    def run_all(self, items: Sequence[Item], rules: Rules, *, apart: bool) -> Failed[Item]:
        """Run the handler over `items`; return those that failed."""
        if not apart:
            return self.run(items)
        if rules.one_by_one:
            return self._run_each(items)
        suspects, others = _parted(items, rules.suspicion)
        groups = _by_user(others)
        # Without suspects it has failed as a whole already.
        run = self.run_apart if suspects or len(groups) < 2 else self._run_halves
        failed = [*run(groups), *self._run_each(suspects)]
        still = {id(item) for item, _ in failed}
        passed = [item.event for item in items if id(item) not in still]
        rules.suspicion.learn([item.event for item in self.found], passed)
        return failed

    def run_again(self, items: Sequence[Item]) -> Failed[Item]:
        """Run what failed before: together or, if anything fails, one by one."""
        with Attempt() as attempt, self.transaction.savepoint():
            return self.run(items)
        attempt.raise_environment()
        return self._run_each(items)

    def _run_each(self, items: Sequence[Item]) -> Failed[Item]:
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

    def _collect(self, hints: Mapping[UUID, Sequence[date]]) -> None:
        for user, days in hints.items():
            self.days.setdefault(user, set()).update(days)

    def changed(self) -> list[Hint]:
        """The hints, as events."""
        return [
            self.stage.hint(user, self.transaction.rev(user), _iso(days))
            for user, days in self.days.items()
        ]


def _parted(items: Sequence[Item], suspicion: Suspicion) -> tuple[list[Item], list[Item]]:
    suspects: list[Item] = []
    others: list[Item] = []
    for item in items:
        (suspects if suspicion.falls_on(item.event) else others).append(item)
    return suspects, others


def _by_user(items: Sequence[Item]) -> list[list[Item]]:
    ordered = sorted(items, key=lambda item: item.event.user)
    return [list(group) for _, group in groupby(ordered, key=lambda item: item.event.user)]


def changed(user: UUID, rev: int, days: Iterable[date]) -> ActivityChanged:
    """The hint that `days` of `user` were derived anew."""
    return ActivityChanged(user, rev, _iso(days))


def _iso(days: Iterable[date]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days))
