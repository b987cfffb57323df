"""Addresses at which calendars read a person's work."""

from typing import Any

TABLES = """
CREATE TABLE feed (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    name text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    entries boolean NOT NULL,
    tasks text NOT NULL CHECK (tasks IN ('none', 'todo', 'event', 'both')),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz
);
COMMENT ON COLUMN feed.hash IS 'SHA-256 of the secret in the address';
CREATE INDEX feed_user ON feed (user_id, id);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the table."""
    db.execute_sql(TABLES)
