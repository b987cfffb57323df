"""What of a person's work changed after a place, in the order of the changes.

Every row bears the number of its last change, so the rows themselves are the log: a row that
changed again stands further on, and one that was deleted stays as a tombstone.
"""

from typing import NamedTuple
from uuid import UUID

from models.database import execute

#: Tables of work, which are also the kinds of what changes.
KINDS = ("project", "tag", "task", "time_entry", "goal")

_OF_KIND = """
(SELECT '{kind}', id, version FROM {kind}
 WHERE user_id = %(user_id)s AND (version, id) > (%(version)s, %(id)s) {standing}
 ORDER BY version, id LIMIT %(limit)s)
"""


class Place(NamedTuple):
    """A place in the log: behind the row `id` that the change `version` left."""

    version: int
    id: UUID


class Changed(NamedTuple):
    """A row that changed, and the number of its last change."""

    kind: str
    id: UUID
    version: int


BEGINNING = Place(0, UUID(int=0))


def after(user_id: UUID, place: Place, limit: int) -> list[Changed]:
    """The next rows; who begins is not told of what is already gone."""
    standing = "AND deleted_at IS NULL" if place == BEGINNING else ""
    parts = (_OF_KIND.format(kind=kind, standing=standing) for kind in KINDS)
    rows = execute(
        f"{' UNION ALL '.join(parts)} ORDER BY 3, 2 LIMIT %(limit)s",
        {"user_id": user_id, **place._asdict(), "limit": limit},
    )
    return [Changed(*row) for row in rows.fetchall()]
