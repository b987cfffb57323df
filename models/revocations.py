"""What is no longer valid although its holder can still show it.

The web processes read this table all the time instead of reading the database on each request.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from models.database import execute

# A row becomes visible after the instant it carries: within a minute, for nothing that revokes
# takes longer. One row comes always, for the clock.
_SINCE = """
SELECT now(), subject, extract(epoch FROM until)::float8
FROM (SELECT) clock LEFT JOIN revocation ON revoked_at > %s::timestamptz - interval '1 minute'
"""


class Revocation(NamedTuple):
    """Credentials of `subject` issued up to `until` (seconds since 1970) are void."""

    subject: UUID
    until: float


def revoke(subject: UUID) -> None:
    """Void a login session or an API key for ever."""
    execute("INSERT INTO revocation (subject) VALUES (%s)", (subject,))


def revoke_issued(user_id: UUID) -> None:
    """Void all that an account was issued until now."""
    execute("INSERT INTO revocation (subject, until) VALUES (%s, clock_timestamp())", (user_id,))


def since(instant: datetime | None) -> tuple[datetime, list[Revocation]]:
    """The database's clock, and what was revoked from a minute before `instant` on (None: all)."""
    rows = execute(_SINCE, (instant or "-infinity",)).fetchall()
    return rows[0][0], [Revocation(*row[1:]) for row in rows if row[1]]


def purge(age_s: float) -> None:
    """Forget what is older than any token or remembered key can be."""
    execute("DELETE FROM revocation WHERE revoked_at < now() - %s * interval '1 second'", (age_s,))
