"""Devices and how they are counted, category rules, and keys bound to a device or to an end."""

from typing import Any

TABLES = """
-- Every name of a device that a person's events carry. A name may be longer than an index takes.
CREATE TABLE device (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    name text NOT NULL,
    hash bytea NOT NULL,
    label text NOT NULL DEFAULT '',
    priority smallint NOT NULL DEFAULT 0,
    merged_into uuid REFERENCES device ON DELETE SET NULL,
    UNIQUE (user_id, hash)
);
COMMENT ON COLUMN usage_interval.active_us IS
    'Microseconds of this interval that no other takes, be it of a device of higher priority or'
    ' begun later: sums to the day''s union';
COMMENT ON COLUMN device.hash IS 'SHA-256 of the name in UTF-8';
COMMENT ON COLUMN device.priority IS 'Where devices overlap, the highest has the time';
CREATE INDEX device_merged_into ON device (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX device_page ON device (user_id, id);
CREATE INDEX device_changed ON device (user_id)
    WHERE label <> '' OR priority <> 0 OR merged_into IS NOT NULL;

-- When a device was seen first and last, by each way its events came; to within ten minutes.
CREATE TABLE device_seen (
    device_id uuid NOT NULL REFERENCES device ON DELETE CASCADE,
    source text NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (device_id, source)
);

CREATE TABLE category_rule (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES account ON DELETE CASCADE,
    position smallint NOT NULL,
    field text NOT NULL CHECK (field IN ('entity', 'project', 'device', 'category')),
    pattern text NOT NULL,
    category text NOT NULL,
    productivity smallint NOT NULL CHECK (productivity BETWEEN -2 AND 2),
    UNIQUE (user_id, position)
);

ALTER TABLE api_key ADD COLUMN device text;
ALTER TABLE api_key ADD COLUMN expires_at timestamptz;
"""

KNOWN_EVENTS = """
INSERT INTO device (id, user_id, name, hash)
SELECT gen_random_uuid(), user_id, device, sha256(convert_to(device, 'UTF8'))
FROM usage_event GROUP BY user_id, device;

INSERT INTO device_seen (device_id, source, first_at, last_at)
SELECT d.id, source, date_bin('10 minutes', min(time), timestamptz 'epoch'),
       date_bin('10 minutes', max(time), timestamptz 'epoch')
FROM usage_event e
JOIN device d ON d.user_id = e.user_id AND d.hash = sha256(convert_to(e.device, 'UTF8'))
GROUP BY d.id, source;
"""


def up(migrator: Any, db: Any) -> None:
    """Make the tables; the devices of events that are there already are known."""
    db.execute_sql(TABLES)
    db.execute_sql(KNOWN_EVENTS)
