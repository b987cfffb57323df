"""Tasks from a line of text: what it says is shown before it is saved."""

from typing import Any
from uuid import UUID

from web.problems import invalid


def read_text(user_id: UUID, text: str) -> dict[str, Any]:
    """The fields of a task that a text says."""
    if not text.strip():
        raise invalid("text", "Holds no title")
    return {"title": text}
