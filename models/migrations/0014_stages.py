"""What each process says of the stages that run in it, and what operators have paused."""

from typing import Any

TABLES = """
CREATE TABLE stage_report (
    process uuid NOT NULL,
    stage text NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    code_version text NOT NULL,
    started_at timestamptz NOT NULL,
    reported_at timestamptz NOT NULL DEFAULT now(),
    state text NOT NULL,
    partitions integer[] NOT NULL,
    careful integer[] NOT NULL,
    waiting integer[] NOT NULL,
    breaker_until timestamptz,
    events bigint NOT NULL,
    failed bigint NOT NULL,
    retries bigint NOT NULL,
    rate_events_s double precision,
    rates jsonb NOT NULL,
    last_error text NOT NULL,
    last_error_at timestamptz,
    PRIMARY KEY (stage, process)
);
COMMENT ON COLUMN stage_report.events IS 'Applied since the process started; failed ones apart';
COMMENT ON COLUMN stage_report.rates IS 'Events a second of late, by partition';
COMMENT ON COLUMN stage_report.retries IS 'Batches tried again because the environment failed';

CREATE TABLE stage_pause (
    stage text NOT NULL,
    partition integer NOT NULL,
    paused_at timestamptz NOT NULL DEFAULT now(),
    paused_by uuid,
    reason text NOT NULL DEFAULT '',
    PRIMARY KEY (stage, partition)
);
COMMENT ON COLUMN stage_pause.partition IS '-1: the stage as a whole';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
