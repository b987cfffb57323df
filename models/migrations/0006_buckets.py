"""Buckets and settings of ActivityWatch's clients, and how far a heartbeat reaches to the next."""

from typing import Any

TABLES = """
CREATE TABLE bucket (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    id text NOT NULL,
    type text NOT NULL,
    client text NOT NULL,
    hostname text NOT NULL,
    data jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);

CREATE TABLE client_setting (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    key text NOT NULL,
    value jsonb NOT NULL,
    PRIMARY KEY (user_id, key)
);

ALTER TABLE usage_event ADD COLUMN pulse_us bigint NOT NULL DEFAULT 0;

-- A bucket is a source of its own, and is read by time.
CREATE INDEX usage_event_bucket ON usage_event (user_id, source, time)
    WHERE source LIKE 'activitywatch:%';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables, the column and the index."""
    db.execute_sql(TABLES.replace("%", "%%"))
