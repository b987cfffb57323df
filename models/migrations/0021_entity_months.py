"""What each month of a person holds of each entity, so that a year need not be added up."""

from typing import Any

TABLES = """
-- Derived with user_day, from its by_entity: the sums of the days of a month.
CREATE TABLE entity_month (
    user_id uuid NOT NULL,
    month date NOT NULL,
    by_entity jsonb NOT NULL,
    PRIMARY KEY (user_id, month)
);
COMMENT ON COLUMN entity_month.month IS 'Its first day';
COMMENT ON COLUMN entity_month.by_entity IS '[microseconds, events] by entity';
"""


def up(migrator: Any, db: Any) -> None:
    """Make the table; the days are derived anew, and it with them."""
    db.execute_sql(TABLES)
    db.execute_sql("UPDATE user_day SET feature_set = ''")
