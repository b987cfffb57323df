"""From where a login was last used, and the second factor of an account."""

from typing import Any

TABLES = """
-- The IPv4 address or the IPv6 /64; it goes with the session.
ALTER TABLE login_session ADD COLUMN network text NOT NULL DEFAULT '';

-- On from `confirmed_at` on. The secret is sealed under a key that is not in the database. A code
-- is good once: of its time step or an earlier one none is taken again.
CREATE TABLE totp (
    user_id uuid PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    secret bytea NOT NULL,
    begun_at timestamptz NOT NULL DEFAULT now(),
    confirmed_at timestamptz,
    last_step bigint NOT NULL DEFAULT 0
);

-- A used code is gone.
CREATE TABLE recovery_code (
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    hash bytea NOT NULL,
    PRIMARY KEY (user_id, hash)
);
"""


def up(migrator: Any, db: Any) -> None:
    """Add the column and the tables."""
    db.execute_sql(TABLES)
