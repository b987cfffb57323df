"""People's calendars, and the time that they are busy by them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.database import execute
from models.uuid7 import uuid7


class Calendar(NamedTuple):
    """A calendar as its owner sees it; `url` is None for one that was given as a file."""

    id: UUID
    name: str
    url: str | None
    error: str
    created_at: datetime
    refreshed_at: datetime | None
    next_refresh_at: datetime


class Source(NamedTuple):
    """What is needed to read a calendar again; an empty tag asks for all of it."""

    id: UUID
    user_id: UUID
    url: str | None
    ics: str | None
    etag: str


_SHOWN = ", ".join(Calendar._fields)
# The days that blocks lie in move on: now and then also what is as before has to be read.
_SOURCE = """
id, user_id, url, ics, CASE WHEN read_at > now() - interval '1 day' THEN etag ELSE '' END
"""

# Taken for so long, in case that whoever took it does not come back.
_TAKE = f"""
UPDATE calendar SET next_refresh_at = now() + %s * interval '1 second'
WHERE id = (
    SELECT id FROM calendar WHERE next_refresh_at <= now()
    ORDER BY next_refresh_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING {_SOURCE}
"""

_PUT_BLOCKS = """
INSERT INTO busy_block (calendar_id, user_id, uid, start_at, end_at, title, all_day)
SELECT %s, %s, * FROM unnest(
    %s::text[], %s::timestamptz[], %s::timestamptz[], %s::text[], %s::boolean[])
RETURNING uid, start_at, end_at, all_day
"""

_DELETE_BLOCKS = """
DELETE FROM busy_block WHERE calendar_id = %s RETURNING uid, start_at, end_at, all_day
"""

_BUSY = """
SELECT calendar_id, title, start_at, end_at, all_day FROM busy_block
WHERE user_id = %s AND start_at < %s AND end_at > %s ORDER BY start_at, calendar_id, uid
"""


def make(user_id: UUID, name: str, url: str | None, ics: str | None) -> UUID:
    """Make a calendar, which is then to be read."""
    id = uuid7()
    execute(
        "INSERT INTO calendar (id, user_id, name, url, ics) VALUES (%s, %s, %s, %s, %s)",
        (id, user_id, name, url, ics),
    )
    return id


def of_user(user_id: UUID) -> list[Calendar]:
    """A person's calendars, the oldest first."""
    found = execute(f"SELECT {_SHOWN} FROM calendar WHERE user_id = %s ORDER BY id", (user_id,))
    return [Calendar(*row) for row in found.fetchall()]


def find(user_id: UUID, id: UUID) -> Calendar | None:
    """The person's calendar of this id."""
    return next((one for one in of_user(user_id) if one.id == id), None)


def source(user_id: UUID, id: UUID) -> Source | None:
    """What it takes to read a person's calendar again."""
    row = execute(
        f"SELECT {_SOURCE} FROM calendar WHERE user_id = %s AND id = %s", (user_id, id)
    ).fetchone()
    return Source(*row) if row else None


def take_due(lease_s: float) -> Source | None:
    """A calendar that is due to be read again, and nobody else's for so long."""
    row = execute(_TAKE, (lease_s,)).fetchone()
    return Source(*row) if row else None


def rename(user_id: UUID, id: UUID, name: str) -> bool:
    """Give it another name; False: the person has none of this id."""
    done = execute(
        "UPDATE calendar SET name = %s WHERE user_id = %s AND id = %s", (name, user_id, id)
    )
    return bool(done.rowcount)


def replace_file(user_id: UUID, id: UUID, ics: str) -> bool:
    """Put another file in its place; False: the person has none of this id that is a file."""
    done = execute(
        "UPDATE calendar SET ics = %s WHERE user_id = %s AND id = %s AND url IS NULL",
        (ics, user_id, id),
    )
    return bool(done.rowcount)


def remove(user_id: UUID, id: UUID) -> bool:
    """Remove a calendar and its blocks; False: the person has none of this id."""
    done = execute("DELETE FROM calendar WHERE user_id = %s AND id = %s", (user_id, id))
    return bool(done.rowcount)


def replace_blocks(
    source: Source, blocks: Sequence[tuple[str, str, str, str, bool]], etag: str, again_s: float
) -> bool:
    """The calendar was read: these (uid, start, end, title, all day) are its blocks now.

    Whether it blocks other times than before.
    """
    if not _note(source.id, etag, again_s):
        return False  # removed meanwhile
    execute("UPDATE calendar SET read_at = now() WHERE id = %s", (source.id,))
    before = execute(_DELETE_BLOCKS, (source.id,)).fetchall()
    found = []
    if blocks:
        values = (source.id, source.user_id, *columns(blocks))
        found = execute(_PUT_BLOCKS, values).fetchall()
    return sorted(found) != sorted(before)


def still_good(source: Source, again_s: float) -> None:
    """The calendar was asked for, and is what it was."""
    _note(source.id, source.etag, again_s)


def failed(source: Source, error: str, again_s: float, most_s: float) -> None:
    """It could not be read; its blocks stay. The more often, the later it is tried again."""
    execute(
        "UPDATE calendar SET error = %s, failures = failures + 1, next_refresh_at = now()"
        " + least(%s * 2 ^ least(failures, 20), %s) * interval '1 second' WHERE id = %s",
        (error, again_s, most_s, source.id),
    )


def busy(
    user_id: UUID, lower: datetime, upper: datetime
) -> list[tuple[UUID, str, datetime, datetime, bool]]:
    """(calendar, title, start, end, all day) of what touches this time, in order."""
    return list(execute(_BUSY, (user_id, upper, lower)).fetchall())


def _note(id: UUID, etag: str, again_s: float) -> bool:
    done = execute(
        "UPDATE calendar SET error = '', failures = 0, etag = %s, refreshed_at = now(),"
        " next_refresh_at = now() + %s * interval '1 second' WHERE id = %s",
        (etag, again_s, id),
    )
    return bool(done.rowcount)
