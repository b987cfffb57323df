"""What a person says of their own data: redaction, deletion, retention, erasure."""

from typing import Any

TABLES = """
CREATE TABLE redaction_rule (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    field text NOT NULL,
    pattern text NOT NULL,
    action text NOT NULL CHECK (action IN ('drop', 'hash', 'shorten')),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX redaction_rule_user ON redaction_rule (user_id);

-- One row for each person who ever had a rule: every web process reads twice a second what changed.
CREATE TABLE redaction_change (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX redaction_change_changed_at ON redaction_change (changed_at);

-- The rules as they are, over all that is kept. Not before `not_before` every process knows them;
-- what was taken until then lies before `marker` in the person's partition.
CREATE TABLE redaction_run (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    id uuid NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL,
    marker bigint,
    after_source text NOT NULL DEFAULT '',
    after_id text NOT NULL DEFAULT '',
    looked_at bigint NOT NULL DEFAULT 0,
    changed bigint NOT NULL DEFAULT 0,
    done_at timestamptz
);

-- What happened within the windows (microseconds) until `made_at` and fits is gone, whenever it
-- comes in again.
CREATE TABLE deletion (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    made_at bigint NOT NULL,
    first_date date,
    last_date date,
    starts bigint[] NOT NULL,
    ends bigint[] NOT NULL,
    device text,
    q text,
    deleted bigint NOT NULL DEFAULT 0,
    done_at timestamptz
);
CREATE INDEX deletion_user ON deletion (user_id);

-- Raw events before `horizon` are gone, and days before `first_open` are not derived any more.
CREATE TABLE retention (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    days integer CHECK (days > 0),
    horizon timestamptz,
    first_open date,
    swept_at timestamptz
);

-- Of who is erased only a keyed hash stays.
CREATE TABLE erasure (
    id uuid PRIMARY KEY,
    user_id uuid UNIQUE,
    user_hash bytea NOT NULL,
    secret_hash bytea NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL DEFAULT now(),
    not_before timestamptz NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    done_at timestamptz,
    blocked_by text NOT NULL DEFAULT '',
    markers jsonb NOT NULL DEFAULT '{}',
    proof jsonb NOT NULL DEFAULT '{}'
);

-- Told by the lock of the user: there is a deletion, a horizon or an erasure to heed.
ALTER TABLE user_state ADD COLUMN restricted boolean NOT NULL DEFAULT false;
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
