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
    known = {given: row.name for given, row in tags.named(change.user_id, names).items()}
    return list(dict.fromkeys(known.get(name) or _found_or_made(change, name) for name in names))


def _found_or_made(change: Change, name: str) -> str:
    """Whether two names are the same but for their case is for the database alone to say."""
    found = tags.named(change.user_id, [name])
    return found[name].name if found else _make(change, name)


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
