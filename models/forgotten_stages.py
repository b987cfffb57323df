"""What the tables know of a stage that is no more: forgotten, but for its dead letters."""

from models.database import database, execute

_TABLES = (
    "stream_cursor",
    "event_attempt",
    "retry_in_hand",
    "stage_progress",
    "stage_pause",
    "stage_report",
)


def forget(stage: str) -> int:
    """Delete where it stood; how many rows."""
    with database.atomic():
        return sum(
            int(execute(f"DELETE FROM {table} WHERE stage = %s", (stage,)).rowcount)
            for table in _TABLES
        )
