"""The usage stage: raw events in, the hours and days they touch derived anew."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec

from models import daily_activity, usage_events
from models.usage_events import Refused
from pipeline import daily_work, metrics, sightings, topics
from pipeline.day_memory import day_memory
from pipeline.events import MAX_DURATION_US, MAX_PULSE_US, UsageEvent
from pipeline.periods import periods_under_lock
from pipeline.recompute import Task, recompute
from pipeline.stage import WHOLE, Part, Recomputed, stage
from pipeline.steps.affected import affected, days_within, touched_hours
from pipeline.steps.check import check_usage
from pipeline.steps.days import DAY_US, Period, elapsed_hours
from pipeline.steps.identity import identify, identity, unique
from pipeline.steps.sessionize import Usage, usage_of
from pipeline.suspicion import Suspicion
from pipeline.terms import terms_under_lock
from pipeline.transaction import Transaction

#: Days of one user that a rebuild holds in memory at a time.
REBUILD_DAYS = 31

#: Intervals a process remembers, of the users it saw last; about 300 bytes each.
memory = day_memory(capacity=50_000)

#: What the database refused lately: what resembles it is inserted apart from the others.
refusals = Suspicion()


def rebuild(user_id: UUID, transaction: Transaction, part: Part = WHOLE) -> Recomputed:
    """Derive days of a user anew from the raw events; with the last of them what work they hold."""
    periods = periods_under_lock({user_id}, transaction)
    terms = terms_under_lock({user_id}, transaction)
    days = [day for day in _days(user_id, periods[user_id]) if not part.after or day > part.after]
    some = days[: part.most_days]
    last = some[-1] if len(some) < len(days) else None
    stood = _standing(user_id, some) if part.explain else {}
    if part.after is None:
        sightings.note_all(user_id)
    open_days = [day for day in some if transaction.restrictions.is_open(user_id, day)]
    tasks = (Task(user_id, day, elapsed_hours(periods[user_id], day)) for day in open_days)
    changed: list[date] = []
    while page := list(islice(tasks, REBUILD_DAYS)):
        changed += recompute(page, periods, terms, transaction, memory).get(user_id, ())
    stand = _standing(user_id, changed) if part.explain else {}
    differences = {day: _differences(stood.get(day), stand.get(day)) for day in changed}
    if last is None:
        for day in daily_work.rebuild(user_id, periods[user_id], transaction):
            changed.append(day)
            differences.setdefault(day, {})["work"] = ("another", "as derived")
    return Recomputed(sorted(set(changed)), last, differences if part.explain else {})


def _days(user_id: UUID, own: tuple[Period, ...]) -> list[date]:
    """The days that have a row, or that events touch, in order."""
    days = set(daily_activity.dates(user_id))
    longest = DAY_US + MAX_DURATION_US + MAX_PULSE_US
    touched = ((begin, longest) for begin in usage_events.utc_days(user_id))
    for span in affected(own, touched):
        days |= days_within(own, span)
    return sorted(days)


def _standing(user_id: UUID, days: Sequence[date]) -> dict[date, dict[str, Any]]:
    """The rows of these days, which come in order."""
    if not days:
        return {}
    rows = daily_activity.between(user_id, days[0], days[-1])
    return {row.local_date: row._asdict() for row in rows}


def _differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> dict[str, tuple[Any, Any]]:
    """What of a day's row is another; the intervals, where the row is the same."""
    old, new = before or {}, after or {}
    found = {
        name: (old.get(name), new.get(name))
        for name in {**old, **new}
        if name not in ("user_id", "local_date") and old.get(name) != new.get(name)
    }
    return found or {"intervals": ("others", "as derived")}


def known(events: Sequence[UsageEvent]) -> set[int]:
    """Which of the events, by place, are kept already."""
    return usage_events.known([(*identity(e), e.hash) for e in events])


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
    suspects, others = refusals.parted(kept)
    kept = [*others, *suspects]
    inserted = usage_events.insert(_rows(others), _rows(suspects))
    metrics.identity_conflicts.inc(conflicts + inserted.conflicts)
    if suspects or inserted.refused:
        kept = _refuse(events, kept, inserted.refused, transaction)
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


def _refuse(
    events: Sequence[UsageEvent],
    kept: Sequence[UsageEvent],
    refused: Sequence[Refused],
    transaction: Transaction,
) -> list[UsageEvent]:
    """Refuse what the database did, with all of the same identity; the rest of `kept`.

    What was refused, and what was not, is taken down for the next time.
    """
    errors = {identity(kept[place]): error for place, error in refused}
    ids = {kept[place].id for place, _ in refused}
    for event in events:
        if event.id in ids and (error := errors.get(identity(event))):
            transaction.refuse(event, error)
    places = {place for place, _ in refused}
    taken = [event for place, event in enumerate(kept) if place not in places]
    refusals.learn([kept[place] for place in places], taken)
    return taken


def _rows(events: Sequence[UsageEvent]) -> list[bytes]:
    return [msgspec.json.encode(event) for event in events]


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
    remembered = transaction.recall(memory, user_id) or {}
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
