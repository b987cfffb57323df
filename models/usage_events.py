"""The raw usage events: each counts once per user, source and id.

Whoever inserts holds the lock of the users (`models.user_state`), so that what is read afterwards
stays as it is until the commit. Instants are microseconds since 1970.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import psycopg2
import psycopg2.errors

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

# What was touched is told only where it is not all that was not refused.
_INSERT = """
SELECT CASE WHEN cardinality(touched) + cardinality(refused) <> %s THEN to_jsonb(touched) END,
       to_jsonb(refused)
FROM insert_usage_events(%s::json[], %s::json[], %s)
"""

#: Events of a part: one that is refused costs its part, all of which is inserted again.
_PART = 64

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


class Refused(NamedTuple):
    """The place of an event that the database does not take, and what it said."""

    place: int
    error: psycopg2.Error


class Inserted(NamedTuple):
    """What an insert changed (None: all that was not refused is new, and nothing else).

    `conflicts` are the events that met another content under their id.
    """

    touched: list[Touched] | None
    refused: Sequence[Refused] = ()
    conflicts: int = 0


class Window(NamedTuple):
    """A user's time from `lower` to `upper` (excluded), and how far back intervals may begin."""

    user_id: UUID
    long_before: int
    lower: int
    upper: int


def insert(events: Sequence[bytes], apart: Sequence[bytes] = ()) -> Inserted:
    """Insert events, no two of one identity, each given in JSON as it travels.

    Where an id is known with another content, the content of the smaller hash stands. An event that
    fails by itself (a constraint, a trigger, a value out of range) is refused and costs no other.
    It costs the others least if it is one of those `apart`, whose places follow.
    """
    touched, refused = _insert(events, apart, unless=len(events) + len(apart))
    if touched is None:
        return Inserted(None, refused)
    places = {place for place, _ in refused}
    taken = [event for place, event in enumerate((*events, *apart)) if place not in places]
    conflicts = execute(_COUNT_CONFLICTS, (_array(taken),)).fetchone()[0]
    if conflicts:
        touched += [Touched(*row) for row in execute(_DELETE_BEATEN, (_array(taken),)).fetchall()]
        again, refused_again = _insert(taken, (), unless=0)
        if refused_again:
            # Whoever it beats is deleted already.
            raise refused_again[0].error
        touched += again or ()
    return Inserted(touched, refused, conflicts)


def _insert(
    events: Sequence[bytes], apart: Sequence[bytes], unless: int
) -> tuple[list[Touched] | None, list[Refused]]:
    """The rows inserted (not told if they are `unless` with those refused), and those refused."""
    values = (unless, _parts(events), _parts(apart), len(events))
    touched, refused = execute(_INSERT, values).fetchone()
    return (
        None if touched is None else [_touched(row) for row in touched],
        [Refused(row["place"], _error(row["state"], row["message"])) for row in refused],
    )


def _touched(row: Mapping[str, Any]) -> Touched:
    return Touched(UUID(row["user_id"]), row["time_us"], row["lasting_us"])


def _parts(events: Sequence[bytes]) -> list[str]:
    return [_array(events[first : first + _PART]) for first in range(0, len(events), _PART)]


def _array(events: Sequence[bytes]) -> str:
    return f"[{b','.join(events).decode()}]"


def _error(state: str, message: str) -> psycopg2.Error:
    """What psycopg2 would have raised."""
    try:
        return psycopg2.errors.lookup(state)(message)
    except KeyError:
        return psycopg2.DatabaseError(message)


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
