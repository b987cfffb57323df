"""Servers of a test's own, on directories of their own, that are ended and come back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.embedded.postgres import Postgres
from tests.instance import wait_until


class MortalPostgres:
    """A PostgreSQL that is told how to end: SIGINT breaks sessions off, SIGQUIT even itself."""

    def __init__(self, directory: Path) -> None:
        self._server = Postgres(directory)
        # Processes end here, machines do not.
        self._server.settings["fsync"] = "off"

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._server.url

    def start(self) -> None:
        """Start and wait until it answers."""
        self._server.start()

    def end(self, how: signal.Signals) -> None:
        """End it and wait until the last of its processes is gone."""
        assert self._server.process is not None
        os.kill(self._server.process.pid, how)
        wait_until(self._server.ended, timeout_s=30, what="PostgreSQL ends")
        self._server.stop()

    def stop(self) -> None:
        """End it for good."""
        self._server.stop()


@contextmanager
def mortal_postgres(directory: Path) -> Iterator[MortalPostgres]:
    """A running server for the length of a block."""
    server = MortalPostgres(directory)
    server.start()
    try:
        yield server
    finally:
        server.stop()
