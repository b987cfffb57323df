"""Tries the dead letters of one partition again, under its owner's epoch and locks.

What is taken is on record by a commit of its own, so that a try which ends the process is counted
too. An event that this code has not survived yet passes the check process first. Then all are
applied in one transaction, each under a savepoint if that fails. Rows set to `retrying` by a person
come the same way.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from models import cursors, retries
from models.cursors import Claim
from models.database import database
from models.dead_letters import State
from models.retries import Delays, Due, FailedAgain
from pipeline.batch import Batch, Item, Place
from pipeline.code_version import code_version
from pipeline.effects import Lost
from pipeline.events import Hint
from pipeline.failures import Attempt, Failure, Kind
from pipeline.handling import Failed, Handling
from pipeline.quarantine import ending
from pipeline.running_stage import RunningStage
from pipeline.settings import Settings
from pipeline.stage import Stage


@dataclass
class Retried:
    """What became of the rows."""

    more: bool = False
    changed: list[Hint] = field(default_factory=list)


async def retry_due(running: RunningStage, claim: Claim) -> Retried:
    """Try a page of what is due. Raises `Lost` when the partition is another owner's."""
    run, settings = running.threads.run, running.settings
    due = await run(take_due, claim, settings)
    if not due:
        return Retried()
    with Attempt() as attempt:
        deadly = await _deadly(running, due)
        changed = await run(apply_due, running.stage, claim, due, deadly, settings)
        return Retried(len(due) == settings.dead_letter_batch, changed)
    await run(put_back, claim, settings)
    attempt.raise_any()
    return Retried()


def take_due(claim: Claim, settings: Settings) -> list[Due]:
    """Take a page of what is due, in a commit of its own; count what was tried and not heard of."""
    with database.atomic():
        if not cursors.hold(claim):
            raise Lost
        retries.count_ended(claim, _delays(settings))
        return retries.take_due(claim, settings.dead_letter_batch)


def put_back(claim: Claim, settings: Settings) -> None:
    """Leave what was taken for later."""
    with database.atomic():
        if not cursors.hold(claim):
            raise Lost
        retries.put_back(claim, settings.dead_letter_delay_s)


def _delays(settings: Settings) -> Delays:
    return Delays(settings.dead_letter_delay_s, settings.dead_letter_delay_max_s)


async def _deadly(running: RunningStage, due: Sequence[Due]) -> set[Place]:
    """Rows whose event ends the process that touches it, or whose tries did not return too often.

    A try that did not return may have been ended from outside, also the last one allowed. Of
    suspects the handler is tried in the check process, too, so that they end no other.
    """
    processes, settings = running.check_processes, running.settings
    rows = {Place(0, n): row for n, row in enumerate(due)}
    too_many = settings.dead_letter_attempts + settings.quarantine_attempts
    deadly = {place for place, row in rows.items() if row.attempts >= too_many or not row.event}
    for trial, doubted in ((False, _is_unknown), (True, _is_suspect)):
        events = {
            place: row.event for place, row in rows.items() if place not in deadly and doubted(row)
        }
        if events:
            async with processes.turn():
                deadly |= await ending(processes, events, settings.quarantine_attempts, trial=trial)
    return deadly


def _is_unknown(row: Due) -> bool:
    """Whether no worker of this build has survived it yet, or a person had a hand in it."""
    return row.suspect or row.replayed or row.code_version != code_version()


def _is_suspect(row: Due) -> bool:
    return row.suspect


def apply_due(
    stage: Stage, claim: Claim, due: Sequence[Due], deadly: Collection[Place], settings: Settings
) -> list[Hint]:
    """Apply what was taken and has not been changed meanwhile; keep what came of each."""
    with database.atomic():
        if not cursors.hold(claim):
            raise Lost
        batch = Batch(0, 0, "", [])
        batch.add(stage, [Item(0, n, "", row.event) for n, row in enumerate(due)], deadly)
        handling = Handling.begin(stage, batch.items)
        same = retries.unchanged(due)
        places = {n for n, row in enumerate(due) if row.id in same}
        items = [item for item in batch.items if item.position in places]
        known = _known(stage, items)
        refused = [one for one in batch.failed if one[0].position in places]
        failed = [*refused, *handling.run_again(items)]
        _keep(due, places, known, failed, settings)
        retries.finish(claim)
    handling.transaction.committed()
    return handling.changed()


def _known(stage: Stage, items: Sequence[Item]) -> set[int]:
    """Which of the items, by position, were applied by another way meanwhile."""
    if stage.known is None or not items:
        return set()
    return {items[n].position for n in stage.known([item.event for item in items])}


def _keep(
    due: Sequence[Due],
    tried: Collection[int],
    known: Collection[int],
    failed: Failed[Item],
    settings: Settings,
) -> None:
    still = {item.position for item, _ in failed}
    retries.applied(
        {due[n].id: "already_applied" if n in known else "applied" for n in tried if n not in still}
    )
    most = settings.dead_letter_attempts
    again = [_failed_again(due[item.position], failure, most) for item, failure in failed]
    retries.failed_again(again, code_version(), _delays(settings))


def _failed_again(row: Due, failure: Failure, most_attempts: int) -> FailedAgain:
    again = failure.kind is Kind.EVENT and row.attempts < most_attempts and not row.replayed
    state: State = "retrying" if again else "open"
    error = (failure.error_class, str(failure.error), failure.trace)
    return FailedAgain(row.id, state, *error)
