"""The buckets a process has seen: their heartbeats need no look into the database.

Nor do they fail while it is away: the stream takes them, and a client would drop what is refused.
"""

import time
from collections import OrderedDict
from uuid import UUID

import peewee

from models import buckets
from models.buckets import Bucket
from pipeline.database import DatabaseBusy
from web.context import Context
from web.problems import Problem

#: Buckets remembered, those used last; about a kilobyte each.
_MOST = 10_000
#: After so long it is asked whether the bucket is still there.
_FRESH_S = 5.0

_AWAY = (DatabaseBusy, peewee.OperationalError, peewee.InterfaceError)

_known: OrderedDict[tuple[UUID, str], tuple[float, Bucket]] = OrderedDict()


async def bucket_of(context: Context, user_id: UUID, id: str) -> Bucket:
    """The user's bucket of this id; raises `Problem` 404."""
    looked_at, bucket = _known.get((user_id, id), (0.0, None))
    if bucket and time.monotonic() - looked_at < _FRESH_S:
        return bucket
    try:
        found = await context.database.run(buckets.find, user_id, id)
    except _AWAY:
        if bucket is None:
            raise
        return bucket
    if found is None:
        forget(user_id, id)
        raise Problem(404, "not-found", "There is no bucket of this name.")
    _known[user_id, id] = time.monotonic(), found
    _known.move_to_end((user_id, id))
    if len(_known) > _MOST:
        _known.popitem(last=False)
    return found


def forget(user_id: UUID, id: str) -> None:
    """Ask again next time."""
    _known.pop((user_id, id), None)
