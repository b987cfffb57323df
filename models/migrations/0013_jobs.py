"""Work in bulk that operators ask for: what it is, and what came of each thing."""

from typing import Any

TABLES = """
CREATE TABLE job (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('replay', 'discard', 'rebuild', 'reread')),
    state text NOT NULL CHECK (state IN ('running', 'cancelled', 'done')),
    created_by uuid REFERENCES account ON DELETE SET NULL,
    request jsonb NOT NULL,
    rate double precision,
    paced_at timestamptz NOT NULL DEFAULT now(),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    counts jsonb
);
COMMENT ON COLUMN job.counts IS 'Of a job that is done: its things by what came of them';
COMMENT ON COLUMN job.rate IS 'Things begun a second at most; null: as many as can be';
COMMENT ON COLUMN job.paced_at IS 'When things were begun last';
CREATE INDEX job_running ON job (id) WHERE state = 'running';

CREATE TABLE job_item (
    job_id uuid NOT NULL REFERENCES job ON DELETE CASCADE,
    number integer NOT NULL,
    subject uuid,
    partition integer,
    user_id uuid,
    event bytea,
    state text NOT NULL DEFAULT 'waiting',
    detail jsonb NOT NULL DEFAULT '{}',
    finished_at timestamptz,
    PRIMARY KEY (job_id, number)
);
COMMENT ON COLUMN job_item.subject IS 'Id of the dead letter or of the user; null for a partition';
COMMENT ON COLUMN job_item.event IS
    'Of one that is edited: while it waits, the new event; once begun, the one before';
CREATE INDEX job_item_waiting ON job_item (job_id, number) WHERE state = 'waiting';
CREATE INDEX job_item_begun ON job_item (job_id) WHERE state = 'begun';
CREATE INDEX job_item_user ON job_item (user_id);
CREATE INDEX job_item_subject ON job_item (subject) WHERE state IN ('waiting', 'begun');

ALTER TABLE dead_letter
    ADD COLUMN job_id uuid REFERENCES job ON DELETE SET NULL,
    ADD COLUMN outcome text NOT NULL DEFAULT '',
    ADD COLUMN original bytea;
COMMENT ON COLUMN dead_letter.job_id IS 'The job that has it replayed now';
COMMENT ON COLUMN dead_letter.outcome IS 'Of one that is done: applied, or already_applied';
COMMENT ON COLUMN dead_letter.original IS 'The event as it failed first, of one that was edited';
CREATE INDEX dead_letter_job ON dead_letter (job_id) WHERE job_id IS NOT NULL;
CREATE INDEX dead_letter_failed ON dead_letter (first_failed_at);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
