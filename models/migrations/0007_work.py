"""A person's work: projects, tags, tasks, time entries; what of it was changed, and its days."""

from typing import Any

TABLES = """
-- The lock of a person's work, and the number of the last change of it.
CREATE TABLE work_state (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL
);
COMMENT ON COLUMN work_state.version IS
    'Changes of a person are numbered in the order of their commits; a row bears its last one''s';

CREATE TABLE project (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    parent_id uuid REFERENCES project ON DELETE SET NULL,
    name text NOT NULL,
    color text NOT NULL,
    billable boolean NOT NULL DEFAULT false,
    default_estimate_s integer CHECK (default_estimate_s > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    archived_at timestamptz,
    deleted_at timestamptz,
    UNIQUE (user_id, id)
);
CREATE UNIQUE INDEX project_name ON project (user_id, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX project_version ON project (user_id, version, id);

-- Tasks and entries bear the names of their tags; a tag that gets another name renames it there.
CREATE TABLE tag (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    name text NOT NULL,
    color text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz
);
CREATE UNIQUE INDEX tag_name ON tag (user_id, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX tag_version ON tag (user_id, version, id);

CREATE TABLE task (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    project_id uuid,
    parent_id uuid REFERENCES task ON DELETE SET NULL,
    title text NOT NULL,
    notes text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT 'todo'
        CHECK (status IN ('todo', 'doing', 'waiting', 'done', 'cancelled')),
    priority smallint NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 3),
    tags text[] NOT NULL DEFAULT '{}',
    estimate_s integer CHECK (estimate_s > 0),
    due_at timestamptz,
    due_on date,
    deadline timestamptz,
    planned_on date,
    wait_until timestamptz,
    rrule text NOT NULL DEFAULT '',
    repeat_mode text NOT NULL DEFAULT 'schedule' CHECK (repeat_mode IN ('schedule', 'completion')),
    repeat_at time,
    series_id uuid,
    blocked_by uuid[] NOT NULL DEFAULT '{}',
    position double precision NOT NULL,
    external_ref jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    started_at timestamptz,
    done_at timestamptz,
    deleted_at timestamptz,
    words tsvector NOT NULL
        GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || notes)) STORED,
    UNIQUE (user_id, id),
    FOREIGN KEY (user_id, project_id) REFERENCES project (user_id, id),
    CHECK (due_at IS NULL OR due_on IS NULL),
    CHECK ((status = 'done') = (done_at IS NOT NULL))
);
COMMENT ON COLUMN task.due_on IS 'Due in the course of this local day, where no instant is said';
COMMENT ON COLUMN task.priority IS '0 none, 1 low, 2 medium, 3 high';
COMMENT ON COLUMN task.repeat_at IS
    'On the wall clock: what a series is due at, also when one day had no such time';
COMMENT ON COLUMN task.series_id IS 'The first task of the series that this one repeats';
CREATE INDEX task_version ON task (user_id, version, id);
CREATE INDEX task_position ON task (user_id, position) WHERE deleted_at IS NULL;
CREATE INDEX task_series ON task (user_id, series_id) WHERE series_id IS NOT NULL;
CREATE INDEX task_parent ON task (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX task_open ON task (user_id, id)
    WHERE deleted_at IS NULL AND status IN ('todo', 'doing', 'waiting');
CREATE INDEX task_project ON task (user_id, project_id, id) WHERE deleted_at IS NULL;
CREATE INDEX task_words ON task USING gin (words);
CREATE INDEX task_created ON task (user_id, created_at);
CREATE INDEX task_done ON task (user_id, done_at) WHERE done_at IS NOT NULL;
CREATE INDEX task_planned ON task (user_id, planned_on) WHERE planned_on IS NOT NULL;

CREATE TABLE time_entry (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    version bigint NOT NULL,
    task_id uuid,
    project_id uuid,
    start_at timestamptz NOT NULL,
    end_at timestamptz CHECK (end_at > start_at),
    time_zone text NOT NULL,
    description text NOT NULL DEFAULT '',
    tags text[] NOT NULL DEFAULT '{}',
    source text NOT NULL CHECK (source IN ('timer', 'manual', 'import', 'claimed')),
    external_ref jsonb,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    UNIQUE (user_id, id),
    FOREIGN KEY (user_id, task_id) REFERENCES task (user_id, id),
    FOREIGN KEY (user_id, project_id) REFERENCES project (user_id, id)
);
COMMENT ON COLUMN time_entry.end_at IS 'None: the timer is running';
CREATE UNIQUE INDEX time_entry_running ON time_entry (user_id)
    WHERE end_at IS NULL AND deleted_at IS NULL;
CREATE INDEX time_entry_version ON time_entry (user_id, version, id);
CREATE INDEX time_entry_start ON time_entry (user_id, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_end ON time_entry (user_id, end_at) WHERE deleted_at IS NULL;
CREATE INDEX time_entry_task ON time_entry (user_id, task_id)
    WHERE task_id IS NOT NULL AND deleted_at IS NULL;

-- What changed and is not on the stream yet; the relay takes it from here.
CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    event text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX outbox_user ON outbox (user_id);

-- Derived, under the lock of `user_state`: what a day holds of tasks and entries.
CREATE TABLE daily_work (
    user_id uuid NOT NULL,
    local_date date NOT NULL,
    tracked_us bigint NOT NULL,
    entries integer NOT NULL,
    by_project jsonb NOT NULL,
    tasks_created integer NOT NULL,
    tasks_done integer NOT NULL,
    tasks_planned integer NOT NULL,
    planned_us bigint NOT NULL,
    estimate_log_error double precision,
    rev bigint NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, local_date)
);
COMMENT ON COLUMN daily_work.tracked_us IS 'Sum of the ended time entries, cut at day bounds';
COMMENT ON COLUMN daily_work.by_project IS 'tracked_us by project id; the key of none is empty';
COMMENT ON COLUMN daily_work.planned_us IS 'Sum of the estimates of the tasks planned for the day';
COMMENT ON COLUMN daily_work.estimate_log_error IS
    'Mean ln(actual / estimate) of the tasks done on the day that have both';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
