"""The one transaction of a batch, on a database thread.

First the compare-and-set of the cursor, then the locks, then the handler, then the dead letters;
all of it commits or none. A handler that knows which events failed refuses them. When it raises for
an event's sake, everything is rolled back and done again under savepoints in halves, by users and
at last by events, so that only what fails by itself is buried. What resembles such events goes by
itself from then on (`pipeline.suspicion`).
"""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Protocol

from models import attempts, cursors, dead_letters
from models.cursors import Claim, Cursor
from models.database import database
from pipeline.batch import Batch, Item
from pipeline.breaker import MostEventsFail
from pipeline.events import Hint
from pipeline.failures import Attempt, Failure, Kind
from pipeline.handling import Failed, Handling
from pipeline.stage import Stage
from pipeline.suspicion import Suspicion


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
    if rules.one_by_one:
        return _transact(stage, batches, rules, apart=True)
    with Attempt() as attempt:
        return _transact(stage, batches, rules, apart=False)
    attempt.raise_environment()
    return _transact(stage, batches, rules, apart=True)


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
            handling = Handling.begin(stage, items)
            undo.callback(handling.transaction.rolled_back)
            refused = _run(handling, items, rules, apart=apart)
            failed = _failed(batches, refused, handling)
            _judge(rules, len(items) - len(refused), [one for some in failed for one in some])
            _leave(batches, failed, rules)
        undo.pop_all()
    handling.transaction.committed()
    changed = {hint.user: hint for hint in handling.changed()}
    return [
        Applied(
            next_offset=batch.next_offset,
            passed=len(batch.items) + len(batch.failed) - len(some),
            failed=some,
            changed=[changed[user] for user in sorted(batch.users & changed.keys())],
        )
        for (_, batch), some in zip(batches, failed, strict=True)
    ]


def _run(handling: Handling, items: Sequence[Item], rules: Rules, *, apart: bool) -> Failed[Item]:
    if rules.one_by_one:
        return handling.run_each(items)
    suspects, others = rules.suspicion.parted(items, lambda item: item.event)
    if apart or suspects:
        return handling.run_parted(suspects, others, rules.suspicion)
    return handling.run(items)


def _failed(batches: Batches, refused: Failed[Item], handling: Handling) -> list[Failed[Item]]:
    """What of each batch failed, its check or in the handler; nothing is kept of who is erased."""
    erased = handling.erased({item.user for _, batch in batches for item, _ in batch.failed})
    in_handler = {id(item): failure for item, failure in refused}
    return [
        [(item, failure) for item, failure in batch.failed if item.user not in erased]
        + [(item, in_handler[id(item)]) for item in batch.items if id(item) in in_handler]
        for _, batch in batches
    ]


def _leave(batches: Batches, failed: Sequence[Failed[Item]], rules: Rules) -> None:
    """An entry leaves whole: what was not applied is a dead letter."""
    burials = [
        burial(claim, item, failure, rules.retry_in_s)
        for (claim, _), some in zip(batches, failed, strict=True)
        for item, failure in some
    ]
    if burials:
        dead_letters.bury(burials, rules.code_version)
    if rules.careful:
        for claim, batch in batches:
            attempts.forget(claim, batch.next_offset)


def _judge(rules: Rules, passed: int, failed: Failed[Item]) -> None:
    of_event = [failure for _, failure in failed if failure.kind is Kind.EVENT]
    if of_event and rules.judge.refuses(passed, len(of_event)):
        raise MostEventsFail(f"{len(of_event)} of {passed + len(failed)}") from of_event[-1].error


def burial(
    claim: Claim, item: Item, failure: Failure, retry_in_s: float | None
) -> dead_letters.Burial:
    """What is kept of `item`: invalid events are open at once, others are tried again."""
    return dead_letters.Burial(
        claim=claim,
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
