"""What is kept of a person's events, walked page by page to be written anew or deleted.

Whoever writes holds the person's lock. Instants are microseconds since 1970.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from models.bulk import columns
from models.by_index import by_index
from models.database import execute
from models.instants import to_us

_PAGE = f"""
SELECT source, event_id, hash, type, {to_us("time")}, {to_us("received_at")}, duration_us,
       device, entity, category, project, data::text, pulse_us
FROM usage_event WHERE user_id = %s AND (source, event_id) > (%s, %s)
ORDER BY source, event_id LIMIT %s
"""

_DELETE = """
DELETE FROM usage_event USING unnest(%s::text[], %s::text[]) AS gone (source, id)
WHERE user_id = %s AND usage_event.source = gone.source AND event_id = gone.id
"""


class KeptEvent(NamedTuple):
    """A row of the table."""

    source: str
    id: str
    hash: str
    type: str
    time: int
    received: int
    duration: int
    device: str
    entity: str
    category: str
    project: str
    data: str
    pulse: int


def page(user_id: UUID, after_source: str, after_id: str, limit: int) -> list[KeptEvent]:
    """The person's next events in the order of their identity."""
    with by_index():
        rows = execute(_PAGE, (user_id, after_source, after_id, limit)).fetchall()
    return [KeptEvent(*row) for row in rows]


def delete(user_id: UUID, identities: Sequence[tuple[str, str]]) -> int:
    """Delete the events of these (source, id); how many there were."""
    if not identities:
        return 0
    with by_index():
        return int(execute(_DELETE, (*columns(identities), user_id)).rowcount)


def dead_letters(user_id: UUID) -> list[tuple[UUID, bytes]]:
    """Id and event of the person's dead letters, locked."""
    rows = execute("SELECT id, event FROM dead_letter WHERE user_id = %s FOR UPDATE", (user_id,))
    return [(id, bytes(event)) for id, event in rows.fetchall()]


def replace_dead_letter(id: UUID, event: bytes) -> None:
    """Replace the event, which nobody has tried; what was said of its failure may quote it."""
    execute(
        "UPDATE dead_letter SET event = %s, error_message = 'redacted', traceback = '',"
        " suspect = true"
        " WHERE id = %s",
        (event, id),
    )
    forget_edit(id)


def versions(user_id: UUID) -> list[tuple[UUID, bytes]]:
    """What operators edited of the person's dead letters, as it was before and as it will be."""
    rows = execute(
        "SELECT id, original FROM dead_letter WHERE user_id = %(user)s AND original IS NOT NULL"
        " UNION ALL"
        " SELECT subject, event FROM job_item WHERE user_id = %(user)s AND event IS NOT NULL",
        {"user": user_id},
    )
    return [(id, bytes(event)) for id, event in rows.fetchall()]


def forget_edit(id: UUID) -> None:
    """Keep no other version of a dead letter than that which stands; an edit that waits is off."""
    execute("UPDATE dead_letter SET original = NULL WHERE id = %s", (id,))
    execute(
        "UPDATE job_item SET event = NULL, state = 'failed_again', finished_at = now(),"
        " detail = jsonb_build_object('error_message', 'redacted before it was edited')"
        " WHERE subject = %s AND state = 'waiting' AND event IS NOT NULL",
        (id,),
    )
    execute("UPDATE job_item SET event = NULL WHERE subject = %s AND event IS NOT NULL", (id,))


def delete_dead_letters(ids: Sequence[UUID]) -> int:
    """Delete these; how many there were."""
    done = execute("DELETE FROM dead_letter WHERE id = ANY(%s::uuid[])", (list(ids),))
    return int(done.rowcount)
