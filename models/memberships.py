"""Which segments people are and were in. Of one family a person is in one at a time."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute
from models.uuid7 import uuid7

_FIELDS = (
    "segment, family, score, reason, model_version, entered_on, left_on, entered_at, left_at,"
    " computed_at, pending, pending_since"
)

_ENTER = """
INSERT INTO segment_membership (id, user_id, family, segment, score, reason, model_version,
                                entered_on, entered_at, computed_at)
VALUES (%(id)s, %(user_id)s, %(family)s, %(segment)s, %(score)s, %(reason)s, %(model_version)s,
        %(day)s, %(now)s, %(now)s)
"""

# Left and entered again on one day it was never left: so whoever looked in between changes nothing.
_ENTER_AGAIN = """
UPDATE segment_membership
SET (score, reason, model_version, computed_at, left_on, left_at, pending, pending_since)
    = ROW (%(score)s, %(reason)s, %(model_version)s, %(now)s, NULL, NULL, NULL, NULL)
WHERE user_id = %(user_id)s AND family = %(family)s AND segment = %(segment)s
  AND left_on = %(day)s
RETURNING 1
"""

# What did not hold for a day never held: it only shows in which order things became known.
_LEAVE = """
WITH left_again AS (
    DELETE FROM segment_membership
    WHERE user_id = %(user_id)s AND family = ANY(%(families)s) AND left_at IS NULL
      AND entered_on >= %(day)s
)
UPDATE segment_membership SET left_on = %(day)s, left_at = %(now)s
WHERE user_id = %(user_id)s AND family = ANY(%(families)s) AND left_at IS NULL
  AND entered_on < %(day)s
"""

_STAY = """
UPDATE segment_membership m
SET score = given.score, reason = given.reason, model_version = given.model_version,
    computed_at = %s
FROM unnest(%s::text[], %s::double precision[], %s::text[], %s::text[])
    AS given (family, score, reason, model_version)
WHERE m.user_id = %s AND m.family = given.family AND m.left_at IS NULL
"""

_MEMBERS = """
SELECT p.id, score, reason, model_version, entered_on, computed_at
FROM segment_membership m JOIN pseudonym p USING (user_id)
WHERE segment = %s AND left_at IS NULL AND (%s::uuid IS NULL OR p.id > %s::uuid)
ORDER BY p.id LIMIT %s
"""

_SIZES = """
SELECT segment, count(*) FROM segment_membership WHERE left_at IS NULL GROUP BY segment
"""


class Membership(NamedTuple):
    """That a person is or was in a segment; days are the person's own.

    `computed_at`: when it was last found to hold. `pending` is another segment that was found since
    a day, and is not entered yet.
    """

    segment: str
    family: str
    score: float
    reason: str
    model_version: str
    entered_on: date
    left_on: date | None
    entered_at: datetime
    left_at: datetime | None
    computed_at: datetime
    pending: str | None
    pending_since: date | None


class Held(NamedTuple):
    """A segment that holds for a person now."""

    family: str
    segment: str
    score: float
    reason: str
    model_version: str


class MemberRow(NamedTuple):
    """Who is in a segment now, by pseudonym."""

    member: UUID
    score: float
    reason: str
    model_version: str
    entered_on: date
    computed_at: datetime


def current(user_id: UUID) -> dict[str, Membership]:
    """By family, the segment that the person is in."""
    rows = execute(
        f"SELECT {_FIELDS} FROM segment_membership WHERE user_id = %s AND left_at IS NULL"
        " ORDER BY family",
        (user_id,),
    ).fetchall()
    return {row[1]: Membership(*row) for row in rows}


def history(user_id: UUID, limit: int) -> list[Membership]:
    """The memberships that hold, then the latest that did, the newest first of either."""
    rows = execute(
        f"SELECT {_FIELDS} FROM segment_membership WHERE user_id = %s"
        " ORDER BY left_at IS NULL DESC, entered_at DESC, family LIMIT %s",
        (user_id, limit),
    )
    return [Membership(*row) for row in rows.fetchall()]


def enter(user_id: UUID, held: Iterable[Held], day: date, now: datetime) -> None:
    """From this day on the person is in these, and was in none of their families."""
    for one in held:
        values = {**one._asdict(), "user_id": user_id, "day": day, "now": now}
        if not execute(_ENTER_AGAIN, values).fetchone():
            execute(_ENTER, {**values, "id": uuid7()})


def leave(user_id: UUID, families: Collection[str], day: date, now: datetime) -> None:
    """From this day on the person is in none of these families' segments."""
    if families:
        values = {"user_id": user_id, "families": list(families), "day": day, "now": now}
        execute(_LEAVE, values)


def stay(user_id: UUID, held: Collection[Held], now: datetime) -> None:
    """The person still is in these: how clearly, and why."""
    if held:
        families, _, scores, reasons, versions = columns(held)
        execute(_STAY, (now, families, scores, reasons, versions, user_id))


def set_pending(user_id: UUID, family: str, segment: str | None, since: date | None) -> None:
    """Keep which other segment of the family was found since when; None: none."""
    execute(
        "UPDATE segment_membership SET pending = %(segment)s, pending_since = %(since)s"
        " WHERE user_id = %(user_id)s AND family = %(family)s AND left_at IS NULL"
        " AND (pending, pending_since) IS DISTINCT FROM (%(segment)s, %(since)s)",
        {"user_id": user_id, "family": family, "segment": segment, "since": since},
    )


def members(segment: str, after: UUID | None, limit: int) -> list[MemberRow]:
    """Who is in a segment now, by pseudonym."""
    rows = execute(_MEMBERS, (segment, after, after, limit)).fetchall()
    return [MemberRow(*row) for row in rows]


def sizes() -> dict[str, int]:
    """How many people each segment holds."""
    return dict(execute(_SIZES).fetchall())


def oldest_computed() -> datetime | None:
    """When the membership was last found to hold that was not looked at for longest."""
    row = execute(
        "SELECT min(computed_at) FROM segment_membership WHERE left_at IS NULL"
    ).fetchone()
    instant: datetime | None = row[0]
    return instant
