"""Runs a stage's handler, event by event, in a transaction that is never committed.

It is for the check process: when that dies of it, no other process did and nothing was written.
"""

from typing import Any

from models.database import database
from pipeline.batch import Item
from pipeline.check_process import TrialTask, named
from pipeline.effects import Work
from pipeline.stage import Stage
from pipeline.topics import Topic


class Trial:
    """One handler on trial; what it writes for one event is undone before the next."""

    def __init__(self, event: type[Any], task: TrialTask) -> None:
        handler = named(task.handler)
        self._stage = Stage(task.stage, Topic("", ()), event, handler, None, task.follows, None)
        database.init(task.database_url, **task.connect_params)

    def handle(self, event: Any) -> None:
        """Run the handler as the stage would."""
        if database.is_closed() or not database.is_connection_usable():
            database.close()
            database.connect()
        database.begin()
        try:
            item = Item(0, 0, "", b"", event)
            Work.begin(self._stage, [item]).run_apart([[item]])
        finally:
            database.rollback()
