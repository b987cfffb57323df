"""For operators: how the stages are."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from models import stage_pauses, stage_reports, stage_standing
from models.dead_letters import QUARANTINED
from models.stage_pauses import WHOLE, Pause
from models.stage_reports import StageReport
from models.stage_standing import LetterCounts, PartitionStanding
from pipeline import topics
from pipeline.settings import Settings
from web.context import Context
from web.routes import OPS, READS, route

State = Annotated[
    Literal["running", "careful", "waiting", "breaker", "paused", "absent"],
    Meta(examples=["running"]),
]


class Paused(msgspec.Struct, frozen=True):
    """Since when, by whom and why."""

    at: datetime
    by: UUID | None
    reason: str


class Partition(msgspec.Struct, frozen=True):
    """A partition of a stage. `process` has it; null: nobody does.

    `careful`: events are looked at one by one, after a crash. `waiting`: its batch waits for the
    database or the streams.
    """

    partition: int
    process: UUID | None
    epoch: int
    next_offset: int
    careful: bool
    waiting: bool
    paused: Paused | None


class Process(msgspec.Struct, frozen=True):
    """A stage in one process; counts are from its start on. `state` is its own."""

    process: UUID
    host: str
    pid: int
    code_version: str
    started_at: datetime
    reported_at: datetime | None
    state: State
    partitions: list[int]
    events: int
    failed: int
    retries: int
    rate_events_s: float | None
    breaker_until: datetime | None
    last_error: str
    last_error_at: datetime | None


class Suspect(msgspec.Struct, frozen=True):
    """An event that ended processes, so many, and is not quarantined yet."""

    partition: int
    offset: int
    index: int
    deaths: int


class Stage(msgspec.Struct, frozen=True):
    """A stage in all processes together.

    `state` is the worst: `paused` by an operator, `breaker` (most events fail), `waiting` for the
    environment, `careful` after a crash, `absent`: no process runs it. `quarantined` are those of
    the open dead letters that ended processes.
    """

    stage: str
    topic: str
    state: State
    paused: Paused | None
    rate_events_s: float | None
    retries: int
    open_letters: int
    retrying_letters: int
    quarantined: int
    suspects: list[Suspect]
    processes: list[Process]
    partitions: list[Partition]


class Stages(msgspec.Struct, frozen=True):
    """Every stage of this version."""

    items: list[Stage]


@route(
    "GET",
    "/ops/stages",
    summary="How the stages are: processes, partitions, pauses, failures",
    tags=("ops",),
    access=OPS,
    limit=READS,
)
async def get_stages(context: Context) -> Stages:
    """All of them."""
    return Stages(await context.database.run(_stages, context.settings))


def one_stage(name: str, settings: Settings) -> Stage:
    """A stage of this version."""
    return next(stage for stage in _stages(settings) if stage.stage == name)


def _stages(settings: Settings) -> list[Stage]:
    reports = stage_reports.live(settings.stage_silent_s)
    pauses, standings = stage_pauses.every(), stage_standing.partitions()
    suspects = stage_standing.suspects()
    letters = {counts.stage: counts for counts in stage_standing.letters(QUARANTINED)}
    return [
        _shown(
            name,
            [report for report in reports if report.stage == name],
            {pause.partition: pause for pause in pauses if pause.stage == name},
            [standing for standing in standings if standing.stage == name],
            [Suspect(*suspect[1:]) for suspect in suspects if suspect.stage == name],
            letters.get(name, LetterCounts(name, 0, 0, 0)),
        )
        # In the order of an event's way.
        for topic in topics.ALL
        for name, read in topics.STAGES.items()
        if read is topic
    ]


def _shown(
    name: str,
    reports: list[StageReport],
    pauses: dict[int, Pause],
    standings: list[PartitionStanding],
    suspects: list[Suspect],
    letters: LetterCounts,
) -> Stage:
    rates = [report.rate_events_s for report in reports if report.rate_events_s is not None]
    return Stage(
        stage=name,
        topic=topics.STAGES[name].name,
        state="paused" if WHOLE in pauses else _worst(reports),
        paused=_paused(pauses.get(WHOLE)),
        rate_events_s=sum(rates) if rates else None,
        retries=sum(report.retries for report in reports),
        open_letters=letters.open,
        retrying_letters=letters.retrying,
        quarantined=letters.quarantined,
        suspects=suspects,
        processes=[_process(report) for report in reports],
        partitions=[_partition_shown(at, reports, pauses) for at in standings],
    )


def _worst(reports: list[StageReport]) -> State:
    for state in ("breaker", "waiting", "careful", "running"):
        if any(report.state == state for report in reports):
            return state
    return "absent"


def _process(report: StageReport) -> Process:
    return Process(**{name: getattr(report, name) for name in Process.__struct_fields__})


def _partition_shown(
    at: PartitionStanding, reports: list[StageReport], pauses: dict[int, Pause]
) -> Partition:
    owner = next((report for report in reports if at.partition in report.partitions), None)
    return Partition(
        partition=at.partition,
        process=owner.process if owner else None,
        epoch=at.epoch,
        next_offset=at.next_offset,
        careful=owner is not None and at.partition in owner.careful,
        waiting=owner is not None and at.partition in owner.waiting,
        paused=_paused(pauses.get(at.partition)),
    )


def _paused(pause: Pause | None) -> Paused | None:
    return None if pause is None else Paused(pause.paused_at, pause.paused_by, pause.reason)
