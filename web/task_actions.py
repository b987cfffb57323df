"""What is done to a task in one word."""

from uuid import UUID

from web import task_changes
from web.callers import Caller
from web.routes import WRITE, WRITES, route
from web.tasks import Task, shown
from web.versions import IfMatch
from web.write import Write


@route(
    "POST",
    "/tasks/{id}/complete",
    summary="Complete a task; one that repeats makes the next one",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def complete_task(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> Task:
    """Complete it; one that is done stays as it is."""
    return await write(_complete, caller.user_id, id, if_match)


@route(
    "POST",
    "/tasks/{id}/reopen",
    summary="Undo the completion of a task",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def reopen_task(id: UUID, caller: Caller, if_match: IfMatch, write: Write) -> Task:
    """Reopen it, with the next one that it made if nobody touched that; an open one stays so."""
    return await write(_reopen, caller.user_id, id, if_match)


@route(
    "POST",
    "/tasks/{id}/restore",
    summary="Undo the deletion of a task",
    tags=("work",),
    access=WRITE,
    limit=WRITES,
)
async def restore_task(id: UUID, caller: Caller, write: Write) -> Task:
    """Restore it with the subtasks that were deleted with it."""
    return await write(_restore, caller.user_id, id)


def _complete(user_id: UUID, id: UUID, if_match: IfMatch) -> Task:
    return shown(task_changes.change(user_id, id, {"status": "done"}, if_match))


def _reopen(user_id: UUID, id: UUID, if_match: IfMatch) -> Task:
    return shown(task_changes.reopen(user_id, id, if_match))


def _restore(user_id: UUID, id: UUID) -> Task:
    return shown(task_changes.restore(user_id, id))
