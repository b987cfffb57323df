"""The usage stage: raw events in, the hours and days they touch derived anew."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from uuid import UUID

import msgspec

from models import daily_activity, usage_events
from pipeline import daily_work, metrics, sightings, topics
from pipeline.day_memory import DayMemory
from pipeline.events import MAX_DURATION_US, MAX_PULSE_US, UsageEvent
from pipeline.periods import periods_under_lock
from pipeline.recompute import Task, recompute
from pipeline.stage import stage
from pipeline.steps.affected import affected, days_within, touched_hours
from pipeline.steps.check import check_usage
from pipeline.steps.days import DAY_US, Period, elapsed_hours
from pipeline.steps.identity import identify, unique
from pipeline.steps.sessionize import Usage, usage_of
from pipeline.terms import terms_under_lock
from pipeline.transaction import Transaction

#: Days of one user that a rebuild holds in memory at a time.
REBUILD_DAYS = 31

#: Intervals a process remembers, of the users it saw last; about 300 bytes each.
memory = DayMemory(capacity=50_000)


def rebuild(user_id: UUID, transaction: Transaction) -> list[date]:
    """Derive all days of a user anew; return those that did not stand so."""
    periods = periods_under_lock({user_id}, transaction)
    terms = terms_under_lock({user_id}, transaction)
    own = periods[user_id]
    sightings.note_all(user_id)
    days = set(daily_activity.dates(user_id))
    longest = DAY_US + MAX_DURATION_US + MAX_PULSE_US
    touched = ((begin, longest) for begin in usage_events.utc_days(user_id))
    for span in affected(own, touched):
        days |= days_within(own, span)
    open_days = [day for day in sorted(days) if transaction.restrictions.is_open(user_id, day)]
    tasks = (Task(user_id, day, elapsed_hours(own, day)) for day in open_days)
    changed: list[date] = []
    while some := list(islice(tasks, REBUILD_DAYS)):
        changed += recompute(some, periods, terms, transaction, memory).get(user_id, ())
    return sorted({*changed, *daily_work.rebuild(user_id, own, transaction)})


def known(events: Sequence[UsageEvent]) -> set[int]:
    """Which of the events, by place, are kept already."""
    return usage_events.known([(e.user, e.source, e.id, e.hash) for e in events])


@stage(
    "usage",
    topic=topics.USAGE,
    event=UsageEvent,
    check=check_usage,
    recompute=rebuild,
    known=known,
    identify=identify,
)
def usage(events: Sequence[UsageEvent], transaction: Transaction) -> dict[UUID, list[date]]:
    """Keep the events and derive what they touch."""
    kept, conflicts = unique(transaction.restrictions.kept(events))
    if not kept:
        return {}
    inserted = usage_events.insert(msgspec.json.encode(kept).decode(), len(kept))
    metrics.identity_conflicts.inc(conflicts + inserted.conflicts)
    sightings.note(kept, transaction)
    new: dict[UUID, list[Usage]] = defaultdict(list)
    touched: dict[UUID, list[tuple[int, int]]] = defaultdict(list)
    for event in kept if inserted.touched is None else ():
        new[event.user].append(usage_of(event))
        touched[event.user].append((event.time, event.duration + event.pulse))
    for user_id, time, duration in inserted.touched or ():
        touched[user_id].append((time, duration))
    periods = periods_under_lock(touched.keys(), transaction)
    terms = terms_under_lock(touched.keys(), transaction)
    tasks = [
        task
        for user_id, times in touched.items()
        for task in _tasks(user_id, periods[user_id], times, new[user_id], transaction)
    ]
    return recompute(tasks, periods, terms, transaction, memory)


def _tasks(
    user_id: UUID,
    periods: tuple[Period, ...],
    times: Iterable[tuple[int, int]],
    new: Sequence[Usage],
    transaction: Transaction,
) -> Iterator[Task]:
    """The days touched by events (time, duration): as little of each as is not known to stand.

    `new` are those events, if all are new.
    """
    spans = affected(periods, times)
    days = sorted(set().union(*(days_within(periods, span) for span in spans)))
    remembered = memory.take(user_id, transaction.rev(user_id) - 1)
    for day in days:
        if not transaction.restrictions.is_open(user_id, day):
            continue
        hours, known = elapsed_hours(periods, day), remembered.get(day)
        if known is None:
            yield Task(user_id, day, hours)
        elif len(days) == 1 and known.tail and known.tail.is_followed_by(new):
            yield Task(user_id, day, (), known, new)
        else:
            yield Task(user_id, day, touched_hours(hours, spans), known)
