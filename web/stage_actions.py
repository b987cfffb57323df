"""For operators: pausing stages, and letting quarantined events be tried again."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from models import stage_pauses
from models.dead_letter_pages import Filter
from models.dead_letters import QUARANTINED
from models.stage_pauses import WHOLE
from pipeline import topics
from pipeline.replays import Request
from pipeline.settings import Settings
from web.audited import Audit
from web.callers import Caller
from web.context import Context
from web.fields import Count, PartitionNumber
from web.problems import Problem, invalid, not_found
from web.replays import Plan, make_plan
from web.routes import OPS, WRITES, route
from web.stages import Stage, one_stage
from web.write import Write


class Halt(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to pause: a partition, or the stage as a whole."""

    partition: PartitionNumber | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""


class Resumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes on: a partition, or the stage with all of its partitions."""

    partition: PartitionNumber | None = None


class Release(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which quarantined events; null: all of the stage. `expected_count`: as many as were seen."""

    ids: Annotated[list[UUID], Meta(min_length=1, max_length=1000)] | None = None
    expected_count: Count | None = None


@route(
    "POST",
    "/ops/stages/{stage}/pause",
    summary="Pause a stage or a partition of it, until it is resumed; the API goes on",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    errors=(404, 422),
)
async def post_pause(
    stage: str, context: Context, caller: Caller, body: Halt, write: Write, audit: Audit
) -> Stage:
    """Keep the pause: every process hears of it within STAGE_REPORT_S."""
    partition = _partition(stage, body.partition, context.settings)
    return await write(_pause, stage, partition, caller, body.reason, audit, context.settings)


@route(
    "POST",
    "/ops/stages/{stage}/resume",
    summary="Let a stage or a partition of it go on",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    errors=(404, 409, 422),
)
async def post_resume(
    stage: str, context: Context, body: Resumption, write: Write, audit: Audit
) -> Stage:
    """End the pause."""
    partition = _partition(stage, body.partition, context.settings)
    return await write(_resume, stage, partition, audit, context.settings)


@route(
    "POST",
    "/ops/stages/{stage}/release",
    summary="Have quarantined events tried again: a job",
    tags=("ops",),
    access=OPS,
    limit=WRITES,
    status=202,
    errors=(404, 409),
)
async def post_release(
    stage: str, context: Context, caller: Caller, body: Release, write: Write, audit: Audit
) -> Plan:
    """A replay of them; each passes the check process first, which may die of it instead."""
    _partition(stage, None, context.settings)
    wanted = Filter(stage=stage, error=QUARANTINED, state="open", ids=body.ids)
    asked = {"stage": stage, "error": QUARANTINED, "state": "open"}
    request = Request("replay", wanted, None, body.expected_count, asked={"filter": asked})
    return await write(make_plan, request, caller.user_id, context.settings, audit, dry_run=False)


def _partition(stage: str, partition: int | None, settings: Settings) -> int:
    if stage not in topics.STAGES:
        raise not_found()
    if partition is not None and partition >= settings.partitions:
        raise invalid("partition", f"There are {settings.partitions} partitions")
    return WHOLE if partition is None else partition


def _pause(
    stage: str, partition: int, caller: Caller, reason: str, audit: Audit, settings: Settings
) -> Stage:
    before = stage_pauses.of(stage)
    if stage_pauses.put(stage, partition, caller.user_id, reason):
        audit("stage.paused", stage, before=before, after=stage_pauses.of(stage))
    return one_stage(stage, settings)


def _resume(stage: str, partition: int, audit: Audit, settings: Settings) -> Stage:
    before = stage_pauses.of(stage)
    if partition != WHOLE and WHOLE in before:
        raise Problem(409, "paused-as-a-whole", "The stage is paused as a whole: resume that.")
    if stage_pauses.end(stage, partition):
        audit("stage.resumed", stage, before=before, after=stage_pauses.of(stage))
    return one_stage(stage, settings)
