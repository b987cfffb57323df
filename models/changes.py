"""The changes of a person's work, numbered in the order in which they are committed.

Whoever changes a row of theirs begins here, and gives the row the number as its `version`. So what
changed after a number is found by the rows' versions, deleted ones among them, and a number once
seen is never followed by a smaller one.
"""

from uuid import UUID

import psycopg2.extensions

from models.database import execute, new_session

#: The channel on which PostgreSQL tells, with each commit, whose work changed.
CHANNEL = "timeflow_work"

_BEGIN = """
INSERT INTO work_state AS s (user_id, version) VALUES (%s, 1)
ON CONFLICT (user_id) DO UPDATE SET version = s.version + 1 RETURNING version
"""


def begin(user_id: UUID) -> int:
    """Lock a person's work until the transaction ends; the number of the change.

    A transaction that also takes the lock of `user_state` takes that one first.
    """
    version: int = execute(_BEGIN, (user_id,)).fetchone()[0]
    execute("SELECT pg_notify(%s, %s)", (CHANNEL, str(user_id)))
    return version


def listen() -> psycopg2.extensions.connection:
    """A session of its own that is told whose work changed."""
    session = new_session()
    with session.cursor() as cursor:
        cursor.execute(f"LISTEN {CHANNEL}")
    return session


def latest(user_id: UUID) -> int:
    """The number of the person's last change; 0: there was none."""
    row = execute("SELECT version FROM work_state WHERE user_id = %s", (user_id,)).fetchone()
    return row[0] if row else 0
