"""What people mean to reach, and what the goal was on each day."""

from typing import Any

TABLES = """
CREATE TABLE goal (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    name text NOT NULL,
    metric text NOT NULL CHECK (metric IN ('active_s', 'focus_s', 'tracked_s', 'tasks_done')),
    category text,
    project text,
    project_id uuid,
    period text NOT NULL CHECK (period IN ('day', 'week', 'month')),
    week_starts_on smallint NOT NULL DEFAULT 1 CHECK (week_starts_on BETWEEN 1 AND 7),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    UNIQUE (user_id, id),
    FOREIGN KEY (user_id, project_id) REFERENCES project (user_id, id)
);
COMMENT ON COLUMN goal.project IS 'As usage events name it; project_id is of tracked time';
CREATE INDEX goal_version ON goal (user_id, version, id);

-- What a goal asks for from a day on: a change does not rewrite the days before it.
CREATE TABLE goal_target (
    goal_id uuid NOT NULL,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    valid_from date NOT NULL,
    op text NOT NULL CHECK (op IN ('at_least', 'at_most')),
    target double precision NOT NULL CHECK (target >= 0),
    weekdays smallint[] NOT NULL,
    PRIMARY KEY (goal_id, valid_from),
    FOREIGN KEY (user_id, goal_id) REFERENCES goal (user_id, id) ON DELETE CASCADE
);
COMMENT ON COLUMN goal_target.target IS 'Seconds, or tasks';
COMMENT ON COLUMN goal_target.weekdays IS 'Days on which a daily goal holds; 1 is Monday';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
