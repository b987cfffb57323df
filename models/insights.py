"""What is told to people of their days. A finding is told once, whatever becomes of it."""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from models.database import execute
from models.uuid7 import uuid7

State = Literal["new", "dismissed", "expired"]


class InsightRow(NamedTuple):
    """A row of the table, without whose it is."""

    id: UUID
    key: str
    kind: str
    metric: str
    day: date
    severity: int
    value: float
    baseline: float
    method: str
    n: int
    window_days: int
    score: float
    p: float | None
    text: str
    evidence: dict[str, Any]
    state: State
    pushed_on: date | None
    created_at: datetime
    acted_at: datetime | None


_FIELDS = ", ".join(InsightRow._fields)
_FOUND = (
    "key", "kind", "metric", "day", "severity", "value", "baseline", "method", "n", "window_days",
    "score", "p", "text", "evidence",
)  # fmt: skip
_COLUMNS = ", ".join(_FOUND)

# What was told keeps its state; one that had expired and holds again is new again.
_RAISE = f"""
INSERT INTO insight AS i (id, user_id, created_at, state, {_COLUMNS})
VALUES (%(id)s, %(user_id)s, %(now)s, 'new', {", ".join(f"%({name})s" for name in _FOUND)})
ON CONFLICT (user_id, key) DO UPDATE
SET (state, {_COLUMNS}) = ROW (
    CASE WHEN i.state = 'expired' THEN 'new' ELSE i.state END,
    {", ".join(f"excluded.{name}" for name in _FOUND)}
)
WHERE i.state = 'expired' OR (i.text, i.value, i.baseline, i.p)
    IS DISTINCT FROM (excluded.text, excluded.value, excluded.baseline, excluded.p)
"""

_EXPIRE = """
UPDATE insight SET state = 'expired'
WHERE user_id = %s AND state = 'new' AND day BETWEEN %s AND %s AND key <> ALL(%s)
"""

_PUSH = """
UPDATE insight SET pushed_on = %(today)s
WHERE id = (
    SELECT id FROM insight
    WHERE user_id = %(user_id)s AND state = 'new' AND pushed_on IS NULL AND day >= %(since)s
    ORDER BY severity DESC, p NULLS LAST, day DESC, key LIMIT 1
)
AND NOT EXISTS (SELECT FROM insight WHERE user_id = %(user_id)s AND pushed_on = %(today)s)
"""

_PAGE = f"""
SELECT {_FIELDS} FROM insight
WHERE user_id = %(user_id)s AND (%(state)s::text IS NULL OR state = %(state)s)
  AND (%(kind)s::text IS NULL OR kind = %(kind)s)
  AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""

# A day that is gone leaves the newest revision as it was, but not the sum.
_FINGERPRINT = """
SELECT coalesce(sum(rev), 0)::bigint FROM user_day
WHERE user_id = %s AND local_date BETWEEN %s AND %s
"""


def raise_all(user_id: UUID, found: Iterable[dict[str, Any]], now: datetime) -> None:
    """Tell these, each once; what was told already is told as it is found now."""
    for one in found:
        values = {**one, "evidence": json.dumps(one["evidence"])}
        execute(_RAISE, {**values, "id": uuid7(), "user_id": user_id, "now": now})


def expire_others(user_id: UUID, first: date, last: date, keys: Collection[str]) -> None:
    """What was found on these days, and is not any more, does not hold any more."""
    execute(_EXPIRE, (user_id, first, last, list(keys)))


def push(user_id: UUID, today: date, since: date) -> None:
    """Choose the one that is pushed on a day, if there is none yet."""
    execute(_PUSH, {"user_id": user_id, "today": today, "since": since})


def pushed(user_id: UUID, day: date) -> UUID | None:
    """The one that is pushed on a day, unless it was dismissed or does not hold any more."""
    row = execute(
        "SELECT id FROM insight WHERE user_id = %s AND pushed_on = %s AND state = 'new'",
        (user_id, day),
    ).fetchone()
    return row[0] if row else None


def page(
    user_id: UUID, state: State | None, kind: str | None, before: UUID | None, limit: int
) -> list[InsightRow]:
    """The next ones, the newest first."""
    values = {
        "user_id": user_id, "state": state, "kind": kind, "before": before, "limit": limit
    }  # fmt: skip
    return [InsightRow(*row) for row in execute(_PAGE, values).fetchall()]


def of_days(user_id: UUID, first: date, last: date) -> list[InsightRow]:
    """Those of these days that hold and were not dismissed, by day."""
    rows = execute(
        f"SELECT {_FIELDS} FROM insight WHERE user_id = %s AND day BETWEEN %s AND %s"
        " AND state = 'new' ORDER BY day, key",
        (user_id, first, last),
    )
    return [InsightRow(*row) for row in rows.fetchall()]


def find(user_id: UUID, id: UUID) -> InsightRow | None:
    """The person's insight of this id."""
    row = execute(
        f"SELECT {_FIELDS} FROM insight WHERE user_id = %s AND id = %s", (user_id, id)
    ).fetchone()
    return InsightRow(*row) if row else None


def act(user_id: UUID, id: UUID, state: State, now: datetime | None) -> InsightRow | None:
    """Keep what the person said of it; None: it does not hold any more."""
    row = execute(
        "UPDATE insight SET state = %s, acted_at = %s"
        f" WHERE user_id = %s AND id = %s AND state <> 'expired' RETURNING {_FIELDS}",
        (state, now, user_id, id),
    ).fetchone()
    return InsightRow(*row) if row else None


def fingerprint(user_id: UUID, first: date, last: date) -> int:
    """A number that is another whenever one of these days is, or is gone."""
    return int(execute(_FINGERPRINT, (user_id, first, last)).fetchone()[0])


def looked(user_id: UUID, as_of: date, fingerprint: int) -> bool:
    """Keep that it was looked for insights as of such days; whether it had been before."""
    row = execute("SELECT as_of, rev FROM insight_state WHERE user_id = %s", (user_id,)).fetchone()
    if row == (as_of, fingerprint):
        return True
    execute(
        "INSERT INTO insight_state (user_id, as_of, rev) VALUES (%s, %s, %s)"
        " ON CONFLICT (user_id) DO UPDATE SET (as_of, rev) = ROW (excluded.as_of, excluded.rev)",
        (user_id, as_of, fingerprint),
    )
    return False
