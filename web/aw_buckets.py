"""The dialect of ActivityWatch's clients: buckets, and what the server says of itself."""

from datetime import datetime
from importlib.metadata import version
from typing import Annotated, Any
from uuid import NAMESPACE_DNS, UUID, uuid5

import msgspec
from msgspec import UNSET, Meta, UnsetType

from models import bucket_events, buckets, rebuilds
from models.buckets import Listed
from pipeline.steps.instants import as_datetime
from web import aw_known
from web.callers import Caller
from web.caught_up import caught_up
from web.context import Context
from web.problems import Problem, not_found
from web.routes import INGEST, OPENS, PUBLIC, READ, READS, WRITE, WRITES, route
from web.write import Write

TAGS = ("activitywatch",)
PATH = "/api/0"

#: Part of a source, which is part of an index.
BucketId = Annotated[str, Meta(min_length=1, max_length=200)]
_Name = Annotated[str, Meta(max_length=1000)]

_SERVER = uuid5(NAMESPACE_DNS, "timeflow")


class Info(msgspec.Struct, frozen=True):
    """What a client asks first, to see whether somebody is there."""

    hostname: str
    version: str
    testing: bool
    device_id: UUID


class NewBucket(msgspec.Struct, frozen=True):
    """A bucket to make; its host is the device its events are of."""

    client: _Name
    hostname: _Name
    type: _Name


class ShownBucket(msgspec.Struct, frozen=True, omit_defaults=True):
    """A bucket as clients know it."""

    id: str
    type: str
    client: str
    hostname: str
    created: datetime
    name: str | None = None
    data: dict[str, Any] = {}
    last_updated: datetime | UnsetType = UNSET


class Nothing(msgspec.Struct, frozen=True):
    """An empty object."""


class Force(msgspec.Struct, frozen=True):
    """Clients say `force=1` when they mean it; a key that may write is enough here."""

    force: int = 0


@route(
    "GET",
    f"{PATH}/info",
    summary="What this server is, for ActivityWatch's clients",
    tags=TAGS,
    access=PUBLIC,
    limit=OPENS,
)
async def get_info() -> Info:
    """Say it."""
    return Info("timeflow", f"timeflow {version('timeflow')}", False, _SERVER)


@route(
    "GET",
    f"{PATH}/buckets/",
    summary="One's own buckets by their ids",
    tags=TAGS,
    access=READ,
    limit=READS,
)
async def get_buckets(context: Context, caller: Caller) -> dict[str, ShownBucket]:
    """List them."""
    await caught_up(context, caller.user_id)
    listed = await context.database.run(buckets.of_user, caller.user_id)
    return {each.bucket.id: shown(each) for each in listed}


@route(
    "GET",
    f"{PATH}/buckets/{{bucket}}",
    summary="One bucket",
    tags=TAGS,
    access=READ,
    limit=READS,
)
async def get_bucket(context: Context, caller: Caller, bucket: BucketId) -> ShownBucket:
    """Read it."""
    return shown(Listed(await aw_known.bucket_of(context, caller.user_id, bucket), None))


@route(
    "POST",
    f"{PATH}/buckets/{{bucket}}",
    summary="Make a bucket; 304 if there is one of this id",
    tags=TAGS,
    access=INGEST,
    limit=WRITES,
    errors=(304,),
)
async def post_bucket(caller: Caller, bucket: BucketId, body: NewBucket, write: Write) -> Nothing:
    """Make it; one that is there stays as it is."""
    await write(_make, caller.user_id, bucket, body)
    return Nothing()


@route(
    "DELETE",
    f"{PATH}/buckets/{{bucket}}",
    summary="Delete a bucket and all its events: the days are derived anew",
    tags=TAGS,
    access=WRITE,
    limit=WRITES,
)
async def delete_bucket(
    context: Context, caller: Caller, bucket: BucketId, query: Force, write: Write
) -> Nothing:
    """Wait for what was posted, then delete."""
    await caught_up(context, caller.user_id)
    await write(_delete, caller.user_id, bucket)
    aw_known.forget(caller.user_id, bucket)
    return Nothing()


def shown(listed: Listed) -> ShownBucket:
    """A bucket in the clients' words."""
    bucket, last_us = listed
    return ShownBucket(
        bucket.id,
        bucket.type,
        bucket.client,
        bucket.hostname,
        bucket.created_at,
        last_updated=UNSET if last_us is None else as_datetime(last_us),
    )


def make(user_id: UUID, id: str, new: NewBucket, created: datetime | None = None) -> bool:
    """Make a bucket; False: there is one, which stays as it is."""
    return buckets.make(user_id, id, new.type, new.client, new.hostname, created)


def _make(user_id: UUID, id: str, new: NewBucket) -> Nothing:
    if not make(user_id, id, new):
        raise Problem(304, "exists", "There is a bucket of this id.")
    return Nothing()


def _delete(user_id: UUID, id: str) -> Nothing:
    # The user's lock first, as for every change of what days are derived from.
    rebuilds.request(user_id, "bucket deleted")
    if not buckets.delete(user_id, id):
        raise not_found()
    bucket_events.delete(user_id, id)
    return Nothing()
