"""Tasks from a line of text: what it says is shown before it is saved.

`write report tomorrow 14:00 2h #work @website !high` is due then, takes two hours, bears the tag,
belongs to the project of this name and matters. `every monday`, `every! 3 days` (counted from the
completion) repeat; `planned friday` is a plan. What stands in double quotes, or behind a backslash,
is the title's whatever it says.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from models import projects
from pipeline.periods import periods_of
from pipeline.steps import quick_add
from pipeline.steps.days import day_at, period_at
from pipeline.steps.instants import as_us
from pipeline.steps.quick_add import Kind, QuickTask
from pipeline.steps.wall_clock import at_time, on_wall
from web.callers import Caller
from web.context import Context
from web.problems import invalid
from web.routes import READ, READS, route

LONGEST_TITLE = 500
MOST_TAGS = 50

QuickText = Annotated[str, Meta(max_length=2000)]


class Text(msgspec.Struct, forbid_unknown_fields=True):
    """The line."""

    text: QuickText


class Piece(msgspec.Struct, frozen=True):
    """What a part of the text was taken for; the place counts code points, `end` excluded."""

    kind: Kind
    start: int
    end: int


class ParsedTask(msgspec.Struct, frozen=True, kw_only=True):
    """The fields that the task would have, and where in the text they stand."""

    title: str
    project_id: UUID | None = None
    tags: list[str] = []
    priority: int = 0
    estimate_s: int | None = None
    due_at: datetime | None = None
    due_on: date | None = None
    planned_on: date | None = None
    rrule: str = ""
    repeat_mode: str = "schedule"
    pieces: list[Piece]


@route(
    "POST",
    "/tasks/parse",
    summary="What a line of text says of a task; nothing is saved",
    tags=("work",),
    access=READ,
    limit=READS,
)
async def parse_task(context: Context, caller: Caller, body: Text) -> ParsedTask:
    """Read it as a new task would be."""
    return await context.database.run(_parsed, caller.user_id, body.text)


def read_text(user_id: UUID, text: str) -> dict[str, Any]:
    """The fields of a task that a text says, beside those that it says nothing of."""
    return _read(user_id, text)[0]


def _parsed(user_id: UUID, text: str) -> ParsedTask:
    fields, pieces = _read(user_id, text)
    return ParsedTask(**fields, pieces=[Piece(*piece) for piece in pieces])


def _read(user_id: UUID, text: str) -> tuple[dict[str, Any], list[quick_add.Piece]]:
    periods, now = periods_of([user_id])[user_id], datetime.now(UTC)
    zone, today = period_at(periods, as_us(now)).zone, day_at(periods, as_us(now))
    own = projects.names(user_id)
    task = quick_add.parse(text, today, on_wall(now, zone), own)
    if not 0 < len(task.title) <= LONGEST_TITLE:
        raise invalid("text", f"Leaves no title of 1 to {LONGEST_TITLE} characters")
    if len(task.tags) > MOST_TAGS:
        raise invalid("text", f"Names more than {MOST_TAGS} tags")
    said = {
        "title": task.title,
        "project_id": own[task.project] if task.project else None,
        "tags": task.tags,
        "priority": task.priority,
        "estimate_s": task.estimate_s,
        "planned_on": task.planned_on,
        **_due(task, zone),
        **_repeat(task),
    }
    return {name: value for name, value in said.items() if value}, task.pieces


def _due(task: QuickTask, zone: str) -> dict[str, Any]:
    if task.due_on is None or task.due_time is None:
        return {"due_on": task.due_on}
    return {"due_at": at_time(task.due_on, task.due_time, zone)}


def _repeat(task: QuickTask) -> dict[str, Any]:
    if task.often is None:
        return {}
    mode = "completion" if task.often.from_completion else "schedule"
    return {"rrule": task.often.rule, "repeat_mode": mode}
