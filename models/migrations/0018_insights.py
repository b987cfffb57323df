"""What is told to people of their days, once each."""

from typing import Any

TABLES = """
CREATE TABLE insight (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    key text NOT NULL,
    kind text NOT NULL,
    metric text NOT NULL,
    day date NOT NULL,
    severity smallint NOT NULL,
    value double precision NOT NULL,
    baseline double precision NOT NULL,
    method text NOT NULL,
    n integer NOT NULL,
    window_days integer NOT NULL,
    score double precision NOT NULL,
    p double precision,
    text text NOT NULL,
    evidence jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('new', 'dismissed', 'expired')),
    pushed_on date,
    created_at timestamptz NOT NULL,
    acted_at timestamptz,
    UNIQUE (user_id, key)
);
COMMENT ON COLUMN insight.day IS 'The closed day of the person that it was found on';
COMMENT ON COLUMN insight.p IS 'Chance of the like on days that mean nothing; null: a fact';
COMMENT ON COLUMN insight.pushed_on IS 'On which day it was the one that is pushed';
CREATE INDEX insight_day ON insight (user_id, day);
CREATE UNIQUE INDEX insight_pushed ON insight (user_id, pushed_on) WHERE pushed_on IS NOT NULL;

-- Up to which day, and which revision of the days before it, was looked for insights.
CREATE TABLE insight_state (
    user_id uuid PRIMARY KEY,
    as_of date NOT NULL,
    rev bigint NOT NULL
);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
