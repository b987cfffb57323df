"""What is recommended to people, what they said of it, and how their tasks are ranked."""

from typing import Any

TABLES = """
-- `subject` is a task's id, or the kind where there is but one.
CREATE TABLE recommendation (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    rank integer NOT NULL,
    score double precision NOT NULL,
    reasons jsonb NOT NULL,
    features jsonb NOT NULL,
    p50_s double precision,
    p80_s double precision,
    start_at timestamptz,
    end_at timestamptz,
    model_version text NOT NULL,
    state text NOT NULL
        CHECK (state IN ('shown', 'accepted', 'dismissed', 'snoozed', 'expired', 'done')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    acted_at timestamptz,
    snoozed_until timestamptz
);
CREATE UNIQUE INDEX recommendation_live ON recommendation (user_id, kind, subject)
    WHERE state IN ('shown', 'accepted');
CREATE INDEX recommendation_said ON recommendation (user_id, acted_at)
    WHERE acted_at IS NOT NULL;
CREATE INDEX recommendation_old ON recommendation (user_id, created_at);

-- Learnt anew once a day of the person.
CREATE TABLE task_ranking (
    user_id uuid PRIMARY KEY,
    model_version text NOT NULL,
    ranking jsonb NOT NULL,
    learnt_on date NOT NULL
);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
