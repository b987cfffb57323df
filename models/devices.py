"""The devices of a person: every name that their events carry, and how it is counted.

A row is made by the stage under the user's lock, and so is every change of what days are derived
with. Instants are microseconds since 1970.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from models.bulk import as_json
from models.database import execute
from models.instants import from_us, to_us
from models.uuid7 import uuid7

# Of devices that were merged, the last one's `used_at` is that of all of them. Only what the asked
# ones need is looked at, however many there are.
_DEVICES = """
WITH RECURSIVE asked AS ({0}), counted AS (
    SELECT id, id AS whole FROM asked WHERE merged_into IS NULL
    UNION ALL
    SELECT d.id, whole FROM device d JOIN counted ON d.merged_into = counted.id
), used AS (
    SELECT whole AS id, max(last_at) AS used_at
    FROM counted JOIN device_seen ON device_id = counted.id GROUP BY whole
)
SELECT id, name, label, priority, merged_into,
       (SELECT min(first_at) FROM device_seen WHERE device_id = id),
       (SELECT max(last_at) FROM device_seen WHERE device_id = id), used_at
FROM asked LEFT JOIN used USING (id) ORDER BY id
"""

_PAGE = _DEVICES.format(
    "SELECT * FROM device WHERE user_id = %(user_id)s"
    " AND (%(after)s::uuid IS NULL OR id > %(after)s::uuid) ORDER BY id LIMIT %(limit)s"
)

_FIND = _DEVICES.format("SELECT * FROM device WHERE user_id = %(user_id)s AND id = %(id)s")

_COUNT_CHANGED = """
SELECT count(*) FROM device
WHERE user_id = %s AND (label <> '' OR priority <> 0 OR merged_into IS NOT NULL)
"""

_CHANGEABLE = ("label", "priority", "merged_into")

# The terms of those for whom not every device is what it is called.
_TERMS = """
SELECT d.user_id, d.name, d.priority, whole.name
FROM device d LEFT JOIN device whole ON whole.id = d.merged_into
WHERE d.user_id = ANY(%s::uuid[]) AND (d.priority <> 0 OR d.merged_into IS NOT NULL)
"""

# Whoever is seen where it was seen before costs a look into two indexes and writes nothing.
_SEE = f"""
WITH given AS (
    SELECT id, user_id, name, sha256(convert_to(name, 'UTF8')) AS hash, source,
           {from_us("first")} AS first_at, {from_us("last")} AS last_at
    FROM json_to_recordset(%s) AS rows
         (id uuid, user_id uuid, name text, source text, first bigint, last bigint)
), made AS (
    INSERT INTO device (id, user_id, name, hash)
    SELECT DISTINCT ON (user_id, hash) id, user_id, name, hash FROM given g
    WHERE NOT EXISTS (SELECT FROM device d WHERE d.user_id = g.user_id AND d.hash = g.hash)
    RETURNING id, user_id, hash
)
INSERT INTO device_seen AS seen (device_id, source, first_at, last_at)
SELECT coalesce(d.id, made.id), g.source, g.first_at, g.last_at
FROM given g
LEFT JOIN made ON made.user_id = g.user_id AND made.hash = g.hash
LEFT JOIN device d ON d.user_id = g.user_id AND d.hash = g.hash
WHERE NOT EXISTS (
    SELECT FROM device_seen s WHERE s.device_id = d.id AND s.source = g.source
    AND s.first_at <= g.first_at AND s.last_at >= g.last_at
)
ON CONFLICT (device_id, source) DO UPDATE
SET first_at = least(seen.first_at, excluded.first_at),
    last_at = greatest(seen.last_at, excluded.last_at)
"""

_IN_EVENTS = f"""
SELECT user_id, device, source, {to_us("min(time)")}, {to_us("max(time)")}
FROM usage_event WHERE user_id = %s GROUP BY user_id, device, source
"""

_FORGET_SEEN = """
DELETE FROM device_seen USING device d WHERE d.id = device_id AND d.user_id = %s
"""

_FORGET_UNNAMED = """
DELETE FROM device d WHERE user_id = %s AND label = '' AND priority = 0 AND merged_into IS NULL
AND NOT EXISTS (SELECT FROM device_seen WHERE device_id = d.id)
AND NOT EXISTS (SELECT FROM device other WHERE other.merged_into = d.id)
"""

_SOURCES = """
SELECT source, name, first_at, last_at FROM device JOIN device_seen ON device_id = id
WHERE user_id = %s ORDER BY last_at DESC, source, name
"""


class Device(NamedTuple):
    """A device as its owner sees it.

    `used_at` is when it, or one that is merged into it, was seen last; None for a merged one.
    """

    id: UUID
    name: str
    label: str
    priority: int
    merged_into: UUID | None
    first_seen: datetime | None
    last_seen: datetime | None
    used_at: datetime | None


class Sighting(NamedTuple):
    """A device in events from `first` to `last` that came through `source`."""

    user_id: UUID
    name: str
    source: str
    first: int
    last: int


def page(user_id: UUID, after: UUID | None, limit: int) -> list[Device]:
    """The first devices of a person after an id, by id."""
    values = {"user_id": user_id, "after": after, "limit": limit}
    return [Device(*row) for row in execute(_PAGE, values).fetchall()]


def find(user_id: UUID, device_id: UUID) -> Device | None:
    """A device of this person."""
    row = execute(_FIND, {"user_id": user_id, "id": device_id}).fetchone()
    return Device(*row) if row else None


def merged(user_id: UUID) -> dict[UUID, UUID]:
    """What each device that is merged is merged into."""
    return dict(
        execute(
            "SELECT id, merged_into FROM device WHERE user_id = %s AND merged_into IS NOT NULL",
            (user_id,),
        ).fetchall()
    )


def count_changed(user_id: UUID) -> int:
    """How many devices the person labelled, ranked or merged."""
    return int(execute(_COUNT_CHANGED, (user_id,)).fetchone()[0])


def change(user_id: UUID, device_id: UUID, given: Mapping[str, object]) -> None:
    """Set what is given of label, priority and `merged_into`; the last two under the lock."""
    if names := [name for name in _CHANGEABLE if name in given]:
        assignments = ", ".join(f"{name} = %s" for name in names)
        values = [*(given[name] for name in names), user_id, device_id]
        execute(f"UPDATE device SET {assignments} WHERE user_id = %s AND id = %s", values)


def terms(users: Collection[UUID]) -> list[tuple[Any, ...]]:
    """(user, name, priority, name it is merged into or None) of devices that have any of these."""
    return list(execute(_TERMS, (list(users),)).fetchall())


def see(sightings: Sequence[Sighting]) -> None:
    """Make the devices that are new and widen what is known of when the others were seen."""
    if sightings:
        execute(_SEE, (as_json({"id": uuid7(), **each._asdict()} for each in sightings),))


def in_events(user_id: UUID) -> list[Sighting]:
    """All that the raw events of a person say of devices."""
    return [Sighting(*row) for row in execute(_IN_EVENTS, (user_id,)).fetchall()]


def replace(user_id: UUID, sightings: Sequence[Sighting]) -> None:
    """Know just these sightings; forget devices without any that the person never changed."""
    execute(_FORGET_SEEN, (user_id,))
    see(sightings)
    execute(_FORGET_UNNAMED, (user_id,))


def sources(user_id: UUID) -> list[tuple[str, str, datetime, datetime]]:
    """(source, device, first, last) of all sightings, the latest first."""
    return list(execute(_SOURCES, (user_id,)).fetchall())
