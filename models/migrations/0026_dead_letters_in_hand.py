"""A dead letter that is being tried says so: if it still does at the next try, that one ended."""

from typing import Any

IN_HAND = "ALTER TABLE dead_letter ADD COLUMN in_hand boolean NOT NULL DEFAULT false"


def up(migrator: Any, db: Any) -> None:
    """Add the column."""
    db.execute_sql(IN_HAND)
