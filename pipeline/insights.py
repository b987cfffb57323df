"""Keeps the insights of a person as their closed days give them, by difference.

The last week of closed days is looked at: what comes late corrects what was told of it. Nothing is
looked for again as long as the day and the days before it are the same.
"""

from dataclasses import asdict
from datetime import date, datetime, timedelta
from uuid import UUID

from models import insights as rows
from models import memberships
from models import user_days as day_rows
from pipeline import goal_paces, user_days
from pipeline.periods import periods_of
from pipeline.steps import insights
from pipeline.steps.days import day_at
from pipeline.steps.findings import Finding, Stay, View, find
from pipeline.steps.instants import as_us

_HISTORY = timedelta(days=182)
_LOOKED_AT = 7
_ONE_DAY = timedelta(days=1)
_MOST_STAYS = 100

DETECTORS = insights.discover(insights)


def renew(user_id: UUID, now: datetime) -> None:
    """Find what the closed days hold, tell it, and choose the one of the day that is pushed."""
    today = day_at(periods_of([user_id])[user_id], as_us(now))
    last, first = today - _ONE_DAY, today - timedelta(days=_LOOKED_AT)
    if rows.looked(user_id, today, rows.fingerprint(user_id, today - _HISTORY, last)):
        return
    found = _found(user_id, first, last)
    rows.raise_all(user_id, [asdict(one) for one in found], now)
    rows.expire_others(user_id, first, last, [one.key for one in found])
    rows.push(user_id, today, first)


def _found(user_id: UUID, first: date, last: date) -> list[Finding]:
    days = user_days.between(user_id, first - _HISTORY, last)
    types = {day: type for day, type, *_ in day_rows.types(user_id, first - _HISTORY, last)}
    stays = [
        Stay(one.family, one.segment, one.entered_on, one.left_on)
        for one in memberships.history(user_id, _MOST_STAYS)
    ]
    found = {}
    for number in range(_LOOKED_AT):
        day = first + number * _ONE_DAY
        known = [one for one in days if day - _HISTORY < one.date <= day]
        # Only of the last day is known how goals stood: what was tracked since counts today.
        paces = goal_paces.paces(user_id, day) if day == last else []
        for one in find(View(day, known, types, stays, paces), DETECTORS):
            found[one.key] = one
    return list(found.values())
