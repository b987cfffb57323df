"""Every process looks for a stage's newest quarantined events, again and again."""

from typing import Any

QUARANTINED = """
CREATE INDEX dead_letter_quarantined ON dead_letter (stage, first_failed_at)
    WHERE error_class = 'Quarantined' AND state = 'open'
"""


def up(migrator: Any, db: Any) -> None:
    """Add the index."""
    db.execute_sql(QUARANTINED)
