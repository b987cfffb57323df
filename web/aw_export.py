"""The dialect of ActivityWatch's clients: whole buckets out and in."""

from datetime import UTC, datetime

import msgspec
from aiohttp import web

from models import buckets
from models.buckets import Bucket
from web import aw_buckets, aw_store
from web.aw_buckets import PATH, TAGS, BucketId, NewBucket
from web.aw_events import Inserted, ShownEvent, insert, shown
from web.aw_known import bucket_of
from web.aw_reports import Report
from web.callers import Caller
from web.caught_up import caught_up
from web.context import Context
from web.events import traceparent
from web.problems import Violation, invalid, reading
from web.routes import INGEST, INGESTS, READ, READS, route


class ExportedBucket(aw_buckets.ShownBucket, frozen=True, omit_defaults=True):
    """A bucket with its events, newest first."""

    events: list[ShownEvent] = msgspec.field(default_factory=list)


class Export(msgspec.Struct, frozen=True):
    """Buckets by their ids, as every server of ActivityWatch takes them."""

    buckets: dict[str, ExportedBucket]


class GivenBucket(NewBucket, frozen=True):
    """A bucket of an export."""

    created: datetime | None = None
    events: list[Report] = msgspec.field(default_factory=list)


class Given(msgspec.Struct, frozen=True):
    """An export to import."""

    buckets: dict[BucketId, GivenBucket]


class _RawBucket(NewBucket, frozen=True):
    created: datetime | None = None
    events: list[msgspec.Raw] = msgspec.field(default_factory=list)


class _Raw(msgspec.Struct, frozen=True):
    buckets: dict[BucketId, _RawBucket]


@route(
    "GET",
    f"{PATH}/export",
    summary="All buckets with their events",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def get_buckets_export(context: Context, caller: Caller) -> Export:
    """Read them."""
    await caught_up(context, caller.user_id)
    return await context.database.run(_export, context, caller, None)


@route(
    "GET",
    f"{PATH}/buckets/{{bucket}}/export",
    summary="One bucket with its events",
    tags=TAGS,
    access=READ,
    limit=READS,
    errors=(413,),
)
async def get_bucket_export(context: Context, caller: Caller, bucket: BucketId) -> Export:
    """Read it."""
    kept = await bucket_of(context, caller.user_id, bucket)
    await caught_up(context, caller.user_id)
    return await context.database.run(_export, context, caller, kept)


@route(
    "POST",
    f"{PATH}/import",
    summary="Take buckets with their events, as they were exported",
    tags=TAGS,
    access=INGEST,
    limit=INGESTS,
    accepts=Given,
)
async def post_import(
    context: Context, caller: Caller, body: bytes, request: web.Request
) -> Inserted:
    """Make the buckets that are not there, then judge each event."""
    with reading():
        body.decode()
        given = msgspec.json.decode(body, type=_Raw)
    _check_names(given)
    accepted, rejected = 0, []
    for name, bucket in given.buckets.items():
        await context.database.run(
            aw_buckets.make, caller.user_id, name, bucket, _aware(bucket.created)
        )
        kept = await bucket_of(context, caller.user_id, name)
        one = await insert(context, caller, kept, bucket.events, traceparent(request))
        accepted += one.accepted
        rejected += [Violation(f"buckets.{name}.events{w.path}", w.message) for w in one.rejected]
    return Inserted(accepted, rejected)


def _check_names(given: _Raw) -> None:
    """Raise `Problem` 422 for a bucket that cannot be made, before any is."""
    for name, bucket in given.buckets.items():
        if any("\0" in text for text in (name, bucket.client, bucket.type, bucket.hostname)):
            raise invalid(f"buckets.{name}", "Holds the character NUL")


def _export(context: Context, caller: Caller, only: Bucket | None) -> Export:
    listed = [one for one in buckets.of_user(caller.user_id) if only in (None, one.bucket)]
    left = context.settings.max_bucket_events
    exported = {}
    for each in listed:
        name = each.bucket.id
        chains = aw_store.read(caller.user_id, name, None, None, -1, left)
        left -= sum(len(chain.ids) for chain in chains)
        facts = msgspec.structs.asdict(aw_buckets.shown(each))
        exported[name] = ExportedBucket(**facts, events=[shown(chain) for chain in chains])
    return Export(exported)


def _aware(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at and not at.tzinfo else at
