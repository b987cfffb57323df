"""Accounts, usage events and what is derived from them, and the stages' book-keeping."""

from typing import Any

TABLES = """
CREATE TABLE account (
    id uuid PRIMARY KEY,
    email text NOT NULL,
    password_hash text NOT NULL,
    roles text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz
);
CREATE UNIQUE INDEX account_email ON account (lower(email));

-- One row from the first account on: who inserts it first owns the instance.
CREATE TABLE instance (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    owner uuid NOT NULL
);

-- Zone, day start and timeout by the instant from which they hold ('-infinity' first).
-- A new time zone is a new row; day start and timeout are changed on every row, for they apply
-- to the whole history.
CREATE TABLE user_parameters (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    valid_from timestamptz NOT NULL,
    time_zone text NOT NULL,
    day_start_min smallint NOT NULL DEFAULT 0 CHECK (day_start_min BETWEEN 0 AND 1439),
    timeout_s integer NOT NULL DEFAULT 600 CHECK (timeout_s BETWEEN 1 AND 86400),
    PRIMARY KEY (user_id, valid_from)
);

CREATE TABLE login_session (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    user_agent text NOT NULL DEFAULT ''
);
CREATE INDEX login_session_user ON login_session (user_id);

CREATE TABLE refresh_token (
    hash bytea PRIMARY KEY,
    session_id uuid NOT NULL REFERENCES login_session ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);
CREATE INDEX refresh_token_session ON refresh_token (session_id);

CREATE TABLE api_key (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    name text NOT NULL,
    prefix text NOT NULL,
    hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE INDEX api_key_user ON api_key (user_id);

-- Every web process reads this twice a second. The subject is a login session or an API key, or
-- an account, whose credentials of before `until` are void. Rows outlive every access token.
CREATE TABLE revocation (
    subject uuid NOT NULL,
    until timestamptz NOT NULL DEFAULT 'infinity',
    revoked_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX revocation_revoked_at ON revocation (revoked_at);

CREATE TABLE idempotent_answer (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status smallint NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, key)
);

CREATE TABLE usage_event (
    user_id uuid NOT NULL,
    source text NOT NULL,
    event_id text NOT NULL,
    hash text NOT NULL,
    type text NOT NULL,
    time timestamptz NOT NULL,
    duration_us bigint NOT NULL,
    device text NOT NULL,
    entity text NOT NULL,
    category text NOT NULL,
    project text NOT NULL,
    data jsonb NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, source, event_id)
) PARTITION BY HASH (user_id);

CREATE TABLE usage_interval (
    user_id uuid NOT NULL,
    local_date date NOT NULL,
    device text NOT NULL,
    start_at timestamptz NOT NULL,
    end_at timestamptz NOT NULL,
    entity text NOT NULL,
    category text NOT NULL,
    project text NOT NULL,
    events integer NOT NULL,
    active_us bigint NOT NULL
);
CREATE INDEX usage_interval_day ON usage_interval (user_id, local_date, start_at);
COMMENT ON COLUMN usage_interval.active_us IS
    'Microseconds of this interval that no later begun interval covers: sums to the day''s union';

CREATE TABLE daily_activity (
    user_id uuid NOT NULL,
    local_date date NOT NULL,
    time_zone text NOT NULL,
    day_start_min smallint NOT NULL,
    timeout_s integer NOT NULL,
    length_us bigint NOT NULL,
    active_us bigint NOT NULL,
    focus_us bigint NOT NULL,
    events integer NOT NULL,
    first_at timestamptz,
    last_at timestamptz,
    by_hour jsonb NOT NULL,
    by_category jsonb NOT NULL,
    by_project jsonb NOT NULL,
    by_device jsonb NOT NULL,
    tzdata text NOT NULL,
    rev bigint NOT NULL,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, local_date)
);

-- The user's lock and version: every transaction that writes derived rows raises rev first.
CREATE TABLE user_state (
    user_id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 0
);

CREATE TABLE stage_progress (
    stage text NOT NULL,
    user_id uuid NOT NULL,
    done_rev bigint NOT NULL,
    done_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, user_id)
);

CREATE TABLE rebuild_request (
    user_id uuid PRIMARY KEY,
    requested_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL DEFAULT now(),
    error text NOT NULL DEFAULT ''
);

CREATE TABLE stream_cursor (
    stage text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    epoch bigint NOT NULL,
    owner uuid,
    next_offset bigint NOT NULL,
    tag text NOT NULL,
    clean boolean NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (stage, topic, partition)
);

-- How often an event ended the process that examined it (index -1: the entry is being examined);
-- forgotten with the commit that moves the cursor past it.
CREATE TABLE event_attempt (
    stage text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    index integer NOT NULL,
    attempts integer NOT NULL,
    PRIMARY KEY (stage, topic, partition, "offset", index)
);

-- index -1: the entry could not be taken apart, `event` is all of it.
CREATE TABLE dead_letter (
    id uuid PRIMARY KEY,
    stage text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    index integer NOT NULL,
    tag text NOT NULL,
    user_id uuid,
    event bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('retrying', 'open', 'discarded', 'done')),
    error_class text NOT NULL,
    error_message text NOT NULL,
    traceback text NOT NULL,
    attempts integer NOT NULL,
    first_failed_at timestamptz NOT NULL DEFAULT now(),
    last_failed_at timestamptz NOT NULL DEFAULT now(),
    next_at timestamptz,
    code_version text NOT NULL,
    UNIQUE (stage, topic, partition, "offset", index, tag)
);
CREATE INDEX dead_letter_due ON dead_letter (stage, topic, partition, next_at)
    WHERE state = 'retrying';
CREATE INDEX dead_letter_state ON dead_letter (state, last_failed_at);
"""

PARTITIONS = 16


def up(migrator: Any, db: Any) -> None:
    """Make the tables; `usage_event` is hash-partitioned, for its key begins with the user."""
    db.execute_sql(TABLES)
    for remainder in range(PARTITIONS):
        db.execute_sql(
            f"CREATE TABLE usage_event_{remainder} PARTITION OF usage_event "
            f"FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {remainder})"
        )
    db.execute_sql("CREATE INDEX usage_event_time ON usage_event (user_id, time)")
    # Only intervals reach far beyond their instant: looking back a day for them is then cheap.
    db.execute_sql(
        "CREATE INDEX usage_event_lasting ON usage_event (user_id, time) WHERE duration_us > 0"
    )
