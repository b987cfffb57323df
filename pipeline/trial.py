"""Runs a stage's handler in a transaction that is never committed.

It is for the check process: when that dies of it, no other process did and nothing was written.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from models.database import database
from pipeline import record_batch
from pipeline.batch import Item
from pipeline.check_process import TrialTask, named
from pipeline.failures import Attempt, Kind
from pipeline.handling import Handling
from pipeline.stage import Stage
from pipeline.topics import Topic


class Trial:
    """One handler on trial; what it writes for one batch is undone before the next."""

    def __init__(self, event: type[Any], task: TrialTask, check: Callable[[bytes], Any]) -> None:
        self._check = check
        handler = named(task.handler)
        self._stage = Stage(task.stage, Topic(""), event, handler, None, task.follows, None)
        database.init(task.database_url, **task.connect_params)

    def touch(self, batch: bytes) -> None:
        """Run the handler once over those of a record batch that pass the check, as the stage.

        Raises `ConnectionError` for what the environment did, and what the handler raised.
        """
        items = list(self._items(batch))
        if not items:
            return
        with Attempt() as attempt:
            self._run(items)
        if attempt.failure and attempt.failure.kind is Kind.ENVIRONMENT:
            raise ConnectionError from attempt.failure.error
        attempt.raise_any()

    def _items(self, batch: bytes) -> Iterator[Item]:
        for raw in record_batch.decode(batch):
            with suppress(Exception):
                yield Item(0, 0, "", b"", self._check(raw))

    def _run(self, items: list[Item]) -> None:
        if database.is_closed() or not database.is_connection_usable():
            database.close()
            database.connect()
        database.begin()
        try:
            Handling.begin(self._stage, items).run(items)
        finally:
            database.rollback()
