"""What operators did and how people proved who they are: a chain that only grows."""

from typing import Any

TABLES = """
CREATE TABLE audit_entry (
    number bigint PRIMARY KEY,
    at_us bigint NOT NULL,
    who text NOT NULL,
    by text NOT NULL,
    action text NOT NULL,
    about text NOT NULL,
    subject text NOT NULL,
    request_id text NOT NULL,
    detail text NOT NULL,
    hash bytea NOT NULL
);
COMMENT ON TABLE audit_entry IS 'Append-only; hash is keyed and covers the entry before it';
COMMENT ON COLUMN audit_entry.at_us IS 'Microseconds since 1970';
COMMENT ON COLUMN audit_entry.who IS 'audit_person.person of whoever did it; empty: nobody known';
COMMENT ON COLUMN audit_entry.by IS 'login, key, command line, or nobody';
COMMENT ON COLUMN audit_entry.about IS 'audit_person.person of whom it was done to; may be empty';
COMMENT ON COLUMN audit_entry.detail IS 'JSON: before, after and other facts, as hashed';
CREATE INDEX audit_entry_action ON audit_entry (action, number);
CREATE INDEX audit_entry_who ON audit_entry (who, number);
CREATE INDEX audit_entry_about ON audit_entry (about, number);

-- Where the chain ends: an entry cut off is missed.
CREATE TABLE audit_head (
    is_head boolean PRIMARY KEY DEFAULT true CHECK (is_head),
    number bigint NOT NULL,
    hash bytea NOT NULL
);
INSERT INTO audit_head (number, hash) VALUES (0, '');

-- Forgotten with the person; what stays in the chain is a keyed hash of the id.
CREATE TABLE audit_person (
    person text PRIMARY KEY,
    user_id uuid NOT NULL UNIQUE
);

CREATE FUNCTION audit_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed';
END
$$;
CREATE TRIGGER audit_entry_stands BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_stands();
CREATE TRIGGER audit_entry_stays BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_stands();
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables and what guards them."""
    db.execute_sql(TABLES)
