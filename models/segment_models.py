"""Models that segments were learnt by: every fit, of which the newest of a subject counts."""

import json
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from models.database import execute
from models.uuid7 import uuid7

Subject = Literal["user", "user_day"]

#: Whose a fit of people is.
NOBODY = UUID(int=0)

_FIELDS = (
    "id, subject, user_id, feature_set, accepted, reason, model, tried, rows, left_out, relabelled,"
    " psi, created_at"
)

_PUT = f"""
INSERT INTO segment_model ({_FIELDS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
"""

_NEWEST = f"""
SELECT {_FIELDS} FROM segment_model
WHERE subject = %(subject)s AND user_id IS NOT DISTINCT FROM %(user_id)s
ORDER BY id DESC LIMIT %(limit)s
"""

_PRUNE = """
DELETE FROM segment_model WHERE subject = 'user_day' AND user_id = %(user_id)s AND id < (
    SELECT id FROM segment_model WHERE subject = 'user_day' AND user_id = %(user_id)s
    ORDER BY id DESC OFFSET %(keep)s - 1 LIMIT 1
)
"""

_CLAIM = """
INSERT INTO segment_fit AS f (subject, owner, claimed_until)
VALUES (%(subject)s, %(owner)s, now() + %(lease_s)s * interval '1 second')
ON CONFLICT (subject, owner) DO UPDATE SET claimed_until = excluded.claimed_until
WHERE f.claimed_until <= now()
RETURNING 1
"""

# The next one who was active in eight weeks, and has no fit that is newer than so many seconds.
_DUE_PERSON = """
SELECT d.user_id FROM user_day d
WHERE d.user_id > %(beyond)s AND d.local_date > current_date - %(days)s
  AND d.active_s >= %(least_s)s
  AND NOT EXISTS (
      SELECT FROM segment_model m WHERE m.subject = 'user_day' AND m.user_id = d.user_id
      AND m.created_at > now() - %(age_s)s * interval '1 second')
  AND NOT EXISTS (
      SELECT FROM segment_fit f WHERE f.subject = 'user_day' AND f.owner = d.user_id
      AND f.claimed_until > now())
GROUP BY d.user_id
HAVING count(DISTINCT date_trunc('week', d.local_date)) >= %(weeks)s
ORDER BY d.user_id LIMIT 1
"""

# There are far more features than segments are learnt from.
_PEOPLE = """
SELECT user_id, (
    SELECT jsonb_object_agg(name, values -> name) FROM unnest(%(names)s::text[]) AS name
)
FROM feature_value WHERE feature_set = %(feature_set)s ORDER BY user_id
"""

_DEFINE = """
INSERT INTO segment AS s (slug, subject, family, kind, name, definition, version, supersedes)
VALUES (%s, %s, %s, 'learnt', %s, %s, %s, %s)
ON CONFLICT (slug) DO UPDATE
SET (name, definition, version, supersedes, retired_at)
    = ROW (excluded.name, excluded.definition, excluded.version, excluded.supersedes, NULL)
"""


class ModelRow(NamedTuple):
    """A fit; `user_id` None: of people. Without a `model` it was refused, as `reason` says."""

    id: UUID
    subject: Subject
    user_id: UUID | None
    feature_set: str
    accepted: bool
    reason: str
    model: dict[str, Any] | None
    tried: list[Any]
    rows: int
    left_out: int
    relabelled: float | None
    psi: dict[str, float]
    created_at: datetime


class NewModel(NamedTuple):
    """A fit that was just made."""

    subject: Subject
    user_id: UUID | None
    feature_set: str
    reason: str
    model: dict[str, Any] | None
    tried: list[Any]
    rows: int
    left_out: int
    relabelled: float | None
    psi: dict[str, float]


def put(new: NewModel) -> UUID:
    """Keep a fit, which then counts."""
    id = uuid7()
    model = None if new.model is None else json.dumps(new.model)
    execute(
        _PUT,
        (id, new.subject, new.user_id, new.feature_set, model is not None, new.reason, model,
         json.dumps(new.tried), new.rows, new.left_out, new.relabelled, json.dumps(new.psi)),
    )  # fmt: skip
    return id


def fits(subject: Subject, user_id: UUID | None, limit: int) -> list[ModelRow]:
    """The last so many fits, the newest first, accepted or not."""
    values = {"subject": subject, "user_id": user_id, "limit": limit}
    return [ModelRow(*row) for row in execute(_NEWEST, values).fetchall()]


def newest(subject: Subject, user_id: UUID | None) -> ModelRow | None:
    """The last fit; None: there was none."""
    return next(iter(fits(subject, user_id, 1)), None)


def prune(user_id: UUID, keep: int) -> None:
    """Forget the fits of a person's days but so many, the newest."""
    execute(_PRUNE, {"user_id": user_id, "keep": keep})


def find(id: UUID) -> ModelRow | None:
    """The fit of this id."""
    row = execute(f"SELECT {_FIELDS} FROM segment_model WHERE id = %s", (id,)).fetchone()
    return ModelRow(*row) if row else None


def is_applied(id: UUID) -> bool:
    """Whether the days of its person were typed by it."""
    row = execute("SELECT applied_at FROM segment_model WHERE id = %s", (id,)).fetchone()
    return bool(row and row[0])


def note_applied(id: UUID) -> None:
    """The days of its person are typed by it."""
    execute("UPDATE segment_model SET applied_at = now() WHERE id = %s", (id,))


def claim(subject: Subject, user_id: UUID | None, lease_s: float) -> bool:
    """Become the one who fits it, for so long; False: somebody is at it."""
    values = {"subject": subject, "owner": user_id or NOBODY, "lease_s": lease_s}
    return execute(_CLAIM, values).fetchone() is not None


def release(subject: Subject, user_id: UUID | None) -> None:
    """Be at it no more."""
    execute(
        "DELETE FROM segment_fit WHERE subject = %s AND owner = %s", (subject, user_id or NOBODY)
    )


def due_person(
    least_s: float, weeks: int, days: int, age_s: float, beyond: UUID = NOBODY
) -> UUID | None:
    """The next to be fitted, by id beyond one: active in so many weeks of the last days, the last
    fit that old.
    """
    values = {
        "least_s": least_s, "weeks": weeks, "days": days, "age_s": age_s, "beyond": beyond
    }  # fmt: skip
    row = execute(_DUE_PERSON, values).fetchone()
    return row[0] if row else None


def define(
    slug: str, subject: Subject, name: str, definition: str, version: str, supersedes: str | None
) -> None:
    """Keep a learnt segment of people."""
    execute(_DEFINE, (slug, subject, "learnt", name, definition, version, supersedes))


def retire_others(slugs: list[str]) -> None:
    """Learnt segments of people that no model names any more."""
    execute(
        "UPDATE segment SET retired_at = now()"
        " WHERE kind = 'learnt' AND slug <> ALL(%s) AND retired_at IS NULL",
        (slugs,),
    )


def people(feature_set: str, names: list[str]) -> list[tuple[UUID, dict[str, float | None]]]:
    """Everybody's features of these names, by id."""
    return list(execute(_PEOPLE, {"feature_set": feature_set, "names": names}).fetchall())


def people_count(feature_set: str) -> int:
    """How many have features."""
    row = execute(
        "SELECT count(*) FROM feature_value WHERE feature_set = %s", (feature_set,)
    ).fetchone()
    return int(row[0])
