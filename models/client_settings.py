"""Settings that a person's clients keep on the server; what they mean is the clients' matter."""

from uuid import UUID

from models.database import execute


def of_user(user_id: UUID) -> dict[str, str]:
    """Each setting as JSON text."""
    return dict(
        execute(
            "SELECT key, value::text FROM client_setting WHERE user_id = %s ORDER BY key",
            (user_id,),
        ).fetchall()
    )


def find(user_id: UUID, key: str) -> str | None:
    """One setting as JSON text."""
    row = execute(
        "SELECT value::text FROM client_setting WHERE user_id = %s AND key = %s", (user_id, key)
    ).fetchone()
    return row[0] if row else None


def keep(user_id: UUID, key: str, value: str, most: int) -> bool:
    """Set one, JSON text; False: it would be one more than the user may have."""
    done = execute(
        "INSERT INTO client_setting (user_id, key, value) SELECT %s, %s, %s::jsonb"
        " WHERE (SELECT count(*) FROM client_setting WHERE user_id = %s AND key <> %s) < %s"
        " ON CONFLICT (user_id, key) DO UPDATE SET value = excluded.value",
        (user_id, key, value, user_id, key, most),
    )
    return bool(done.rowcount)
