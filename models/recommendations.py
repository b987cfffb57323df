"""What is recommended to people, and what they said of it.

`shown` and `accepted` ones are live: of a kind and subject there is one of these at most.
"""

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from models.database import execute
from models.uuid7 import uuid7

State = Literal["shown", "accepted", "dismissed", "snoozed", "expired", "done"]


class RecommendationRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    kind: str
    subject: str
    rank: int
    score: float
    reasons: list[Any]
    features: dict[str, float]
    p50_s: float | None
    p80_s: float | None
    start_at: datetime | None
    end_at: datetime | None
    model_version: str
    state: State
    created_at: datetime
    expires_at: datetime
    acted_at: datetime | None
    snoozed_until: datetime | None


class Proposal(NamedTuple):
    """What is recommended now, of a kind and subject."""

    kind: str
    subject: str
    rank: int
    score: float
    reasons: list[Any]
    features: dict[str, float]
    p50_s: float | None
    p80_s: float | None
    start_at: datetime | None
    end_at: datetime | None
    model_version: str
    expires_at: datetime


class Said(NamedTuple):
    """What a person said of a recommendation, and when."""

    kind: str
    subject: str
    state: State
    acted_at: datetime
    snoozed_until: datetime | None


_FIELDS = ", ".join(RecommendationRow._fields)

_UPSERT = """
INSERT INTO recommendation AS r (id, user_id, kind, subject, rank, score, reasons, features, p50_s,
    p80_s, start_at, end_at, model_version, expires_at, state, created_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'shown', %s)
ON CONFLICT (user_id, kind, subject) WHERE state IN ('shown', 'accepted') DO UPDATE
SET (rank, score, reasons, features, p50_s, p80_s, start_at, end_at, model_version, expires_at)
    = ROW (excluded.rank, excluded.score, excluded.reasons, excluded.features, excluded.p50_s,
           excluded.p80_s, excluded.start_at, excluded.end_at, excluded.model_version,
           excluded.expires_at)
"""

_LIVE = f"""
SELECT {_FIELDS} FROM recommendation
WHERE user_id = %s AND state IN ('shown', 'accepted') ORDER BY kind, rank, subject
"""

_SAID = """
SELECT kind, subject, state, acted_at, snoozed_until FROM recommendation
WHERE user_id = %s AND acted_at >= %s ORDER BY acted_at
"""

# What the person said already may be said again.
_ACT = f"""
UPDATE recommendation SET state = %s, acted_at = %s, snoozed_until = %s
WHERE user_id = %s AND id = %s AND state = ANY(%s) RETURNING {_FIELDS}
"""

# Not beside another that is live of the same thing.
_RESTORE = f"""
UPDATE recommendation AS r SET state = 'shown', acted_at = NULL, snoozed_until = NULL
WHERE user_id = %s AND id = %s AND state IN ('accepted', 'dismissed', 'snoozed')
AND expires_at > %s AND NOT EXISTS (
    SELECT FROM recommendation AS other
    WHERE (other.user_id, other.kind, other.subject) = (r.user_id, r.kind, r.subject)
    AND other.state IN ('shown', 'accepted') AND other.id <> r.id
) RETURNING {_FIELDS}
"""

_PRUNE = """
DELETE FROM recommendation WHERE user_id = %(user_id)s AND (
    (state = 'expired' AND created_at < %(expired_before)s) OR created_at < %(before)s
) AND state NOT IN ('shown', 'accepted')
"""


def live(user_id: UUID) -> list[RecommendationRow]:
    """What is recommended to the person, by kind and rank; also what has expired meanwhile."""
    return [RecommendationRow(*row) for row in execute(_LIVE, (user_id,)).fetchall()]


def find(user_id: UUID, id: UUID) -> RecommendationRow | None:
    """The person's recommendation of this id."""
    row = execute(
        f"SELECT {_FIELDS} FROM recommendation WHERE user_id = %s AND id = %s", (user_id, id)
    ).fetchone()
    return RecommendationRow(*row) if row else None


def propose(user_id: UUID, proposals: Iterable[Proposal], now: datetime) -> None:
    """Show these; what is live already is told anew and keeps its state."""
    for one in proposals:
        values = one._replace(
            reasons=json.dumps(one.reasons),  # type: ignore[arg-type]
            features=json.dumps(one.features),  # type: ignore[arg-type]
        )
        execute(_UPSERT, (uuid7(), user_id, *values, now))


def end(user_id: UUID, ids: Collection[UUID], state: State) -> None:
    """They are recommended no more."""
    if ids:
        execute(
            "UPDATE recommendation SET state = %s WHERE user_id = %s AND id = ANY(%s)",
            (state, user_id, list(ids)),
        )


def act(
    user_id: UUID, id: UUID, state: State, now: datetime, snoozed_until: datetime | None = None
) -> RecommendationRow | None:
    """Keep what the person said of it; None: it is not recommended any more."""
    values = (state, now, snoozed_until, user_id, id, ["shown", "accepted", state])
    row = execute(_ACT, values).fetchone()
    return RecommendationRow(*row) if row else None


def restore(user_id: UUID, id: UUID, now: datetime) -> RecommendationRow | None:
    """Take back what the person said of it; None: nothing was, or its time is over."""
    row = execute(_RESTORE, (user_id, id, now)).fetchone()
    return RecommendationRow(*row) if row else None


def said(user_id: UUID, since: datetime) -> list[Said]:
    """What the person said since then, in order."""
    return [Said(*row) for row in execute(_SAID, (user_id, since)).fetchall()]


def prune(user_id: UUID, expired_before: datetime, before: datetime) -> None:
    """Forget old ones: those that only expired sooner."""
    values = {"user_id": user_id, "expired_before": expired_before, "before": before}
    execute(_PRUNE, values)
