"""How many events of a day were of each category, project and device."""

from typing import Any

NAMES = ("category", "project", "device")


def up(migrator: Any, db: Any) -> None:
    """Add the columns, and count for the days there are."""
    for name in NAMES:
        db.execute_sql(f"ALTER TABLE daily_activity ADD COLUMN events_by_{name} jsonb")
        db.execute_sql(f"""
            UPDATE daily_activity day SET events_by_{name} = counted.of_each FROM (
                SELECT user_id, local_date, jsonb_object_agg({name}, events) AS of_each
                FROM (
                    SELECT user_id, local_date, {name}, sum(events) AS events
                    FROM usage_interval GROUP BY user_id, local_date, {name}
                ) AS summed
                GROUP BY user_id, local_date
            ) AS counted
            WHERE (day.user_id, day.local_date) = (counted.user_id, counted.local_date)
        """)
        db.execute_sql(f"ALTER TABLE daily_activity ALTER COLUMN events_by_{name} SET NOT NULL")
