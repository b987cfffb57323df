"""Calendars of people, and the time that they are busy by them."""

from typing import Any

TABLES = """
CREATE TABLE calendar (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    name text NOT NULL,
    url text,
    ics text,
    etag text NOT NULL DEFAULT '',
    error text NOT NULL DEFAULT '',
    failures integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    refreshed_at timestamptz,
    read_at timestamptz,
    next_refresh_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((url IS NULL) <> (ics IS NULL))
);
COMMENT ON COLUMN calendar.read_at IS
    'When its events were last spread over the days; refreshed_at also when it was as before';
COMMENT ON COLUMN calendar.ics IS 'Of a calendar that was given as a file';
CREATE INDEX calendar_user ON calendar (user_id, id);
CREATE INDEX calendar_due ON calendar (next_refresh_at);

CREATE TABLE busy_block (
    calendar_id uuid NOT NULL REFERENCES calendar ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    uid text NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL CHECK (end_at > start_at),
    title text NOT NULL,
    all_day boolean NOT NULL,
    PRIMARY KEY (calendar_id, start_at, uid)
);
CREATE INDEX busy_block_time ON busy_block (user_id, start_at);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
