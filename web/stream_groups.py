"""For operators: forgetting a consumer group that is nobody's any more."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from models import forgotten_stages
from pipeline import topics
from pipeline.forgotten_groups import places_of, remove, stage_of
from web.audited import Audit
from web.context import Context
from web.problems import Problem, not_found
from web.routes import OPS, WRITES, route
from web.write import Write

Group = Annotated[str, Meta(min_length=1, max_length=200, examples=["timeflow-retired"])]


class Place(msgspec.Struct, frozen=True):
    """A partition of a topic."""

    topic: str
    partition: int


class Forgotten(msgspec.Struct, frozen=True):
    """Where the group was."""

    group: Group
    removed_from: list[Place]


@route(
    "POST",
    "/ops/streams/{group}/forget",
    summary="Forget a group that no stage of this version is",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    errors=(409,),
)
async def post_forget(group: Group, context: Context, write: Write, audit: Audit) -> Forgotten:
    """Remove it from the tables and from the streams."""
    if any(group in topic.groups for topic in topics.ALL):
        raise Problem(409, "group-declared", "A stage of this version is the group.")
    found = await places_of(context.redis, context.settings, group)
    # The tables first: who asks again after a crash in between finds what is left on the streams.
    forgotten = await write(_forget, group, found, audit)
    await remove(context.redis, context.settings, group, found)
    return forgotten


def _forget(group: str, found: Sequence[tuple[str, int]], audit: Audit) -> Forgotten:
    stage = stage_of(group)
    rows = forgotten_stages.forget(stage) if stage else 0
    if not found and not rows:
        raise not_found()
    audit("group.forgotten", group, before={"partitions": len(found), "rows": rows})
    return Forgotten(group, [Place(*place) for place in found])
