"""The raw usage events: each counts once per user, source and id.

Whoever inserts holds the lock of the users (`models.user_state`), so that what is read afterwards
stays as it is until the commit. Instants are microseconds since 1970.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute
from models.instants import from_us, to_us

# The events as they travel: a JSON array of objects without what is left at its default.
_INCOMING = """
json_to_recordset(%s) AS incoming (
    "user" uuid, source text, id text, hash text, type text, time bigint, duration bigint,
    device text, entity text, category text, project text, data jsonb, received bigint,
    pulse bigint
)
"""

_INSERT = f"""
INSERT INTO usage_event (user_id, source, event_id, hash, type, time, duration_us,
                         device, entity, category, project, data, received_at, pulse_us)
SELECT "user", source, id, hash, type, {from_us("time")}, coalesce(duration, 0),
       coalesce(device, ''), coalesce(entity, ''), coalesce(category, ''), coalesce(project, ''),
       coalesce(data, '{{}}'), {from_us("received")}, coalesce(pulse, 0)
FROM {_INCOMING}
ON CONFLICT (user_id, source, event_id) DO NOTHING
RETURNING user_id, {to_us("time")}, duration_us + pulse_us
"""

_SAME = 'known.user_id = "user" AND known.source = incoming.source AND event_id = id'

_COUNT_CONFLICTS = f"""
SELECT count(*) FROM {_INCOMING} JOIN usage_event known ON {_SAME} AND known.hash <> incoming.hash
"""

_DELETE_BEATEN = f"""
DELETE FROM usage_event known USING {_INCOMING} WHERE {_SAME} AND incoming.hash < known.hash
RETURNING known.user_id, {to_us("known.time")}, duration_us + pulse_us
"""

_KNOWN = """
SELECT number FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[])
    WITH ORDINALITY AS asked (user_id, source, event_id, hash, number)
JOIN usage_event USING (user_id, source, event_id, hash)
"""

# The sub-selects are a nested loop by force: each window goes straight to its user's partition.
_WITHIN = f"""
SELECT asked.number, {to_us("time")}, device, source, event_id,
       CASE WHEN type <> 'usage.heartbeat' THEN duration_us END, entity, category, project,
       pulse_us, type = 'usage.presence'
FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::bigint[])
     WITH ORDINALITY AS asked (user_id, long_before, lower, upper, number)
CROSS JOIN LATERAL (
    SELECT * FROM usage_event e WHERE e.user_id = asked.user_id
    AND time >= {from_us("asked.lower")} AND time < {from_us("asked.upper")}
    UNION ALL
    SELECT * FROM usage_event e WHERE e.user_id = asked.user_id AND duration_us > 0
    AND time >= {from_us("asked.long_before")} AND time < {from_us("asked.lower")}
) AS found
"""

_UTC_DAYS = f"""
SELECT DISTINCT {to_us("date_trunc('day', time)")} FROM usage_event WHERE user_id = %s
"""


class Touched(NamedTuple):
    """Time that an inserted or replaced event may count for, its pulse included."""

    user_id: UUID
    time: int
    duration_us: int


class Inserted(NamedTuple):
    """What an insert changed (None: every event was new, nothing else was touched).

    `conflicts` are the events that met another content under their id.
    """

    touched: list[Touched] | None
    conflicts: int = 0


class Window(NamedTuple):
    """A user's time from `lower` to `upper` (excluded), and how far back intervals may begin."""

    user_id: UUID
    long_before: int
    lower: int
    upper: int


def insert(events: str, count: int) -> Inserted:
    """Insert `count` events, no two of one identity, given as a JSON array as they travel.

    Where an id is known with another content, the content of the smaller hash stands.
    """
    inserted = execute(_INSERT, (events,))
    if inserted.rowcount == count:
        return Inserted(None)
    new = inserted.fetchall()
    conflicts = execute(_COUNT_CONFLICTS, (events,)).fetchone()[0]
    if conflicts:
        new += execute(_DELETE_BEATEN, (events,)).fetchall()
        new += execute(_INSERT, (events,)).fetchall()
    return Inserted([Touched(*row) for row in new], conflicts)


def known(identities: Sequence[tuple[UUID, str, str, str]]) -> set[int]:
    """Which of these (user, source, id, hash), by place, are there."""
    rows = execute(_KNOWN, columns(identities)).fetchall() if identities else []
    return {number - 1 for (number,) in rows}


def within(windows: Sequence[Window]) -> list[tuple[Any, ...]]:
    """The events in the windows, and the intervals that began before and may last into them.

    Each as its window's number (from 1), time, device, source, id, duration (None for a heartbeat),
    entity, category, project, pulse and whether it is presence.
    """
    return list(execute(_WITHIN, columns(windows)).fetchall()) if windows else []


def utc_days(user_id: UUID) -> list[int]:
    """The beginnings of all days, of UTC, in which the user has events."""
    return [row[0] for row in execute(_UTC_DAYS, (user_id,)).fetchall()]
