"""Which dead letters a partition's owner is trying; those whose try did not return are suspects."""

from typing import Any

SUSPECT = "ALTER TABLE dead_letter ADD COLUMN suspect boolean NOT NULL DEFAULT false"

IN_HAND = """
CREATE TABLE retry_in_hand (
    stage text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    epoch bigint NOT NULL,
    letters uuid[] NOT NULL,
    PRIMARY KEY (stage, topic, partition)
)
"""


def up(migrator: Any, db: Any) -> None:
    """Add both; `in_hand` stays for workers that are not of this version yet."""
    db.execute_sql(SUSPECT)
    db.execute_sql(IN_HAND)
