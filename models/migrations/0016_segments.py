"""Segments, and who was in which from when to when."""

from typing import Any

TABLES = """
-- As the code defines them: written at every start, so that analysts read what holds.
CREATE TABLE segment (
    slug text PRIMARY KEY,
    subject text NOT NULL CHECK (subject IN ('user', 'user_day')),
    family text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('rule', 'learnt')),
    name text NOT NULL,
    definition text NOT NULL,
    version text NOT NULL,
    supersedes text,
    retired_at timestamptz
);

-- Of one family a person is in one segment at a time. `computed_at`: when it was last found to
-- hold, so one that nobody looks at any more is seen.
CREATE TABLE segment_membership (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    family text NOT NULL,
    segment text NOT NULL,
    score double precision NOT NULL,
    reason text NOT NULL,
    model_version text NOT NULL,
    entered_on date NOT NULL,
    left_on date,
    entered_at timestamptz NOT NULL,
    left_at timestamptz,
    computed_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX segment_membership_current
    ON segment_membership (user_id, family) WHERE left_at IS NULL;
CREATE INDEX segment_membership_history ON segment_membership (user_id, entered_at);
CREATE INDEX segment_membership_members ON segment_membership (segment, user_id)
    WHERE left_at IS NULL;
CREATE INDEX segment_membership_stale ON segment_membership (computed_at) WHERE left_at IS NULL;
"""

# Analysts know people by it alone. Random, so nothing but this row tells whose it is.
PSEUDONYM = """
CREATE TABLE pseudonym (
    user_id uuid PRIMARY KEY,
    id uuid NOT NULL UNIQUE DEFAULT gen_random_uuid()
);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
    db.execute_sql(PSEUDONYM)
