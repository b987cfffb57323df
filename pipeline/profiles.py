"""A person's profile: what their days and features are, and which segments they are in.

All of it is a function of the tables, of the parameters and of the person's local day; so whatever
became of the hints, it is the same when they have been caught up with.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, cast
from uuid import UUID

import msgspec

from models import feature_values, memberships, outbox, pseudonyms
from models import user_days as rows
from models.memberships import Held, Membership
from pipeline import learnt_segments, topics, user_days
from pipeline.events import ProfileChanged
from pipeline.learnt_segments import FAMILY
from pipeline.periods import periods_of
from pipeline.steps import segments
from pipeline.steps.day_types import BASELINE_DAYS, DayType, day_types
from pipeline.steps.days import begin_of, day_at
from pipeline.steps.features import ACTIVE_DAY_S, FEATURE_SET, WINDOWS, History, Values, features
from pipeline.steps.instants import as_datetime, as_us
from pipeline.steps.segments import RULES, Member
from pipeline.steps.user_day import UserDay

_ONE_DAY = timedelta(days=1)


class Described(NamedTuple):
    """What was found: the days that were derived anew, and when the person's next day begins."""

    days: Sequence[date]
    next_day_at: datetime


def describe(user_id: UUID, rev: int, now: datetime) -> Described:
    """Bring everything of the person up to the tables, which are of `rev` at least."""
    periods = periods_of([user_id])[user_id]
    today = day_at(periods, as_us(now))
    pseudonyms.give(user_id)
    changed = user_days.derive_stale(user_id, rev, now)
    if changed:
        _type_days(user_id, changed[0], changed[-1])
    recent = user_days.between(user_id, today - timedelta(days=max(WINDOWS)), today)
    values = _features(user_id, recent, today, rev, now)
    learnt_segments.type_days(user_id, changed, today)
    types = _types(user_id, today - timedelta(days=min(WINDOWS)), today)
    held = _held(segments.memberships(values, recent, types, today))
    standing = memberships.current(user_id)
    learnt = learnt_segments.segment_of(user_id, values, standing.get(FAMILY), today)
    if learnt:
        held[FAMILY] = learnt
    _settle(user_id, held, standing, today, rev, now)
    return Described(changed, as_datetime(begin_of(periods, today + _ONE_DAY)))


def _type_days(user_id: UUID, first: date, last: date) -> None:
    """Type the days anew that depend on any from `first` to `last`."""
    baseline = timedelta(days=BASELINE_DAYS)
    days = user_days.between(user_id, first - baseline, last + baseline)
    found = day_types(days, since=first)
    rows.write_types(user_id, [(day, *typed) for day, typed in found.items()])


def _types(user_id: UUID, first: date, last: date) -> Mapping[date, DayType]:
    known = rows.types(user_id, first, last)
    return {day: cast(DayType, type) for day, type, *_ in known}


def _features(
    user_id: UUID, recent: Sequence[UserDay], today: date, rev: int, now: datetime
) -> Values:
    first, last = rows.bounds(user_id, ACTIVE_DAY_S, today)
    values = features(History(today, recent, first, last))
    feature_values.put(user_id, FEATURE_SET, today, rev, values, now)
    return values


def _held(found: Mapping[str, Member]) -> dict[str, Held]:
    return {
        family: Held(family, member.slug, member.score, member.reason, RULES)
        for family, member in found.items()
    }


def _settle(
    user_id: UUID,
    held: Mapping[str, Held],
    standing: Mapping[str, Membership],
    today: date,
    rev: int,
    now: datetime,
) -> None:
    """Keep which segments hold, and tell of those that are entered and left."""
    moved = {
        family
        for family in held.keys() | standing.keys()
        if _segment(held.get(family)) != _segment(standing.get(family))
    }
    left, entered = moved & standing.keys(), moved & held.keys()
    memberships.leave(user_id, left, today, now)
    memberships.enter(user_id, [held[family] for family in sorted(entered)], today, now)
    memberships.stay(user_id, [held[family] for family in held.keys() - moved], now)
    if moved:
        _tell(
            user_id,
            rev,
            entered=[held[family].segment for family in entered],
            left=[standing[family].segment for family in left],
        )


def _segment(of: Held | Membership | None) -> str | None:
    return of.segment if of else None


def _tell(user_id: UUID, rev: int, entered: Collection[str], left: Collection[str]) -> None:
    event = ProfileChanged(user_id, rev, entered=tuple(sorted(entered)), left=tuple(sorted(left)))
    outbox.put(topics.PROFILES.name, [(user_id, msgspec.json.encode(event).decode())])
