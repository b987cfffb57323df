"""By what analysts know a person."""

from uuid import UUID

from models.database import execute


def give(user_id: UUID) -> None:
    """Give the person a pseudonym, if they have none."""
    execute("INSERT INTO pseudonym (user_id) VALUES (%s) ON CONFLICT DO NOTHING", (user_id,))


def find(user_id: UUID) -> UUID | None:
    """The person's pseudonym; None: analysts see nothing of them yet."""
    row = execute("SELECT id FROM pseudonym WHERE user_id = %s", (user_id,)).fetchone()
    return row[0] if row else None
