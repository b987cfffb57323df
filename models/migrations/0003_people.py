"""Invites, and codes by which a password is set anew."""

from typing import Any

TABLES = """
-- An invite that was used is gone: the account says all that is to be known of it.
CREATE TABLE invite (
    id uuid PRIMARY KEY,
    hash bytea NOT NULL UNIQUE,
    email text NOT NULL,
    roles text[] NOT NULL,
    invited_by uuid REFERENCES account ON DELETE CASCADE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
COMMENT ON COLUMN invite.invited_by IS 'Null: the command line';

-- One code an account: the next one voids it.
CREATE TABLE password_reset (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    hash bytea NOT NULL UNIQUE,
    expires_at timestamptz NOT NULL
);
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables."""
    db.execute_sql(TABLES)
