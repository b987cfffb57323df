"""Keeps what is recommended to a person as the strategies say it now, by difference.

What a person said stays: a dismissed one is not shown again that day, a snoozed one not before its
time, an accepted one stays accepted until it is done.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from models import recommendations
from models.recommendations import Proposal, RecommendationRow
from pipeline.situations import situation_of
from pipeline.steps import recommend
from pipeline.steps.days import HOUR_US
from pipeline.steps.instants import as_datetime
from pipeline.steps.situation import Recommendation, Situation, Strategy

#: Urgency and habits move with the hours, so nothing holds for longer without a look.
_HOLDS_US = 3 * HOUR_US

#: Of scores and what they are made of: urgency grows each instant, which alone is worth no row.
_DIGITS = 2

#: How long what only expired is kept, and what a person said something of.
_EXPIRED = timedelta(days=30)
_SAID = timedelta(days=365)

STRATEGIES: Sequence[Strategy] = recommend.discover(recommend)


def renew(user_id: UUID, now: datetime, strategies: Sequence[Strategy] = STRATEGIES) -> datetime:
    """Bring what is recommended to the person up to the tables; when to look again."""
    situation = situation_of(user_id, now)
    ranked = [
        (rank, one)
        for strategy in strategies
        for rank, one in enumerate(strategy.recommend(situation), 1)
    ]
    found = [_proposal(rank, one) for rank, one in ranked]
    live = {(row.kind, row.subject): row for row in recommendations.live(user_id)}
    recommendations.propose(user_id, [one for one in found if _differs(one, live)], now)
    _end(user_id, live.values(), {(one.kind, one.subject) for one in found}, situation)
    recommendations.prune(user_id, now - _EXPIRED, now - _SAID)
    return _look_again(situation, [one for _, one in ranked])


def _proposal(rank: int, one: Recommendation) -> Proposal:
    return Proposal(
        kind=one.kind,
        subject=one.subject,
        rank=rank,
        score=round(one.score, _DIGITS),
        reasons=[[words, round(weight, _DIGITS)] for words, weight in one.reasons],
        features={name: round(value, _DIGITS) for name, value in one.features.items()},
        p50_s=one.p50_s,
        p80_s=one.p80_s,
        start_at=None if one.start is None else as_datetime(one.start),
        end_at=None if one.end is None else as_datetime(one.end),
        model_version=one.model_version,
        expires_at=as_datetime(one.expires),
    )


def _differs(one: Proposal, live: dict[tuple[str, str], RecommendationRow]) -> bool:
    row = live.get((one.kind, one.subject))
    return row is None or any(getattr(row, name) != value for name, value in one._asdict().items())


def _end(
    user_id: UUID,
    live: Collection[RecommendationRow],
    found: Collection[tuple[str, str]],
    situation: Situation,
) -> None:
    """End what is recommended no more; what was accepted only when its task is done."""
    open_ids = {task.id for task in situation.tasks}
    gone = [row for row in live if (row.kind, row.subject) not in found]
    done = [row.id for row in gone if row.state == "accepted" and row.subject not in open_ids]
    recommendations.end(user_id, done, "done")
    recommendations.end(user_id, [row.id for row in gone if row.state != "accepted"], "expired")


def _look_again(situation: Situation, found: Iterable[Recommendation]) -> datetime:
    """When something changes by time alone: a slot begins; a task is due, or its waiting, a snooze
    or the day ends.
    """
    changes = [at for task in situation.tasks for at in (task.due, task.wait_until) if at]
    changes += [one.start for one in found if one.start is not None]
    changes += situation.put_off.values()
    latest = situation.now + _HOLDS_US if situation.tasks else situation.today.end
    ahead = (at for at in changes if at > situation.now)
    return as_datetime(min(situation.today.end, latest, *ahead))
