"""What days and people are described by, and when a following stage looks at a person again."""

from typing import Any

TABLES = """
-- Derived by the segmentation stage, from daily_activity, usage_interval and daily_work.
CREATE TABLE user_day (
    user_id uuid NOT NULL,
    local_date date NOT NULL,
    length_s double precision NOT NULL,
    active_s double precision NOT NULL,
    focus_s double precision NOT NULL,
    deep_s double precision NOT NULL,
    tracked_s double precision NOT NULL,
    meeting_s double precision NOT NULL,
    opening_meeting_s double precision NOT NULL,
    night_s double precision NOT NULL,
    sessions integer NOT NULL,
    session_median_s double precision NOT NULL,
    longest_session_s double precision NOT NULL,
    switches integer NOT NULL,
    first_hour double precision,
    last_hour double precision,
    by_wall_hour double precision[] NOT NULL,
    by_category jsonb NOT NULL,
    by_project jsonb NOT NULL,
    tasks_created integer NOT NULL,
    tasks_done integer NOT NULL,
    tasks_planned integer NOT NULL,
    planned_s double precision NOT NULL,
    estimate_log_error double precision,
    focus_sessions jsonb NOT NULL,
    by_entity jsonb NOT NULL,
    day_type text NOT NULL DEFAULT '',
    day_type_reason text NOT NULL DEFAULT '',
    of_activity boolean NOT NULL,
    of_work boolean NOT NULL,
    feature_set text NOT NULL,
    rev bigint NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, local_date)
);
COMMENT ON COLUMN user_day.rev IS 'Revision of the person whose tables the row was derived from';
COMMENT ON COLUMN user_day.of_activity IS 'Whether daily_activity had a row of the day';
COMMENT ON COLUMN user_day.of_work IS 'Whether daily_work had a row of the day';
COMMENT ON COLUMN user_day.by_entity IS '[microseconds, events] by entity: sum to the active time';
COMMENT ON COLUMN user_day.focus_sessions IS '[start, end, category, own time], microseconds';

-- The latest features of a person; `rev` and `watermark` say which input they are of.
CREATE TABLE feature_value (
    user_id uuid NOT NULL,
    feature_set text NOT NULL,
    as_of date NOT NULL,
    rev bigint NOT NULL,
    watermark timestamptz,
    values jsonb NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, feature_set)
);

-- Time alone may change what a following stage says: when it looks at the person again. `runs`
-- counts how often it did: the revision that a stage follows which comes after it.
ALTER TABLE stage_progress
    ADD COLUMN due_at timestamptz,
    ADD COLUMN runs bigint NOT NULL DEFAULT 0;
CREATE INDEX stage_progress_due ON stage_progress (stage, due_at) WHERE due_at IS NOT NULL;

-- To which topic the relay sends an event.
ALTER TABLE outbox ADD COLUMN topic text NOT NULL DEFAULT 'tasks';

-- The activity stage, which followed and derived nothing, is the segmentation stage now.
DELETE FROM stage_progress WHERE stage = 'activity';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
