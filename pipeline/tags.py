"""Tags by their names: whoever names one that is not there makes it."""

from collections.abc import Sequence

from models import tags
from models.tags import TagRow
from models.uuid7 import uuid7
from pipeline.steps.palette import color_of
from pipeline.work import Change


def ensure(change: Change, names: Sequence[str]) -> list[str]:
    """The names as their tags have them, each once, in the order given; new ones are made."""
    if not names:
        return []
    known = {row.name.lower(): row.name for row in tags.named(change.user_id, names)}
    found: list[str] = []
    for name in names:
        if name.lower() not in known:
            known[name.lower()] = _make(change, name)
        if known[name.lower()] not in found:
            found.append(known[name.lower()])
    return found


def _make(change: Change, name: str) -> str:
    row = TagRow(
        id=uuid7(),
        version=change.version,
        name=name,
        color=color_of(name),
        created_at=change.now,
        updated_at=change.now,
        deleted_at=None,
    )
    tags.put(change.user_id, row)
    change.tell("tag.created", row.id)
    return name
