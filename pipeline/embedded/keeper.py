"""Keeps embedded servers running: one that died is started again."""

import threading
from collections.abc import Sequence
from typing import Protocol

import structlog

from pipeline.embedded.process import ServerFailed

#: Seconds between two looks; also the pause after a start that failed.
_LOOK_S = 0.25
_PAUSE_S = 2.0

log = structlog.get_logger(__name__)


class Server(Protocol):
    """What is kept running."""

    def start(self) -> str:
        """Start it."""

    def ended(self) -> bool:
        """Whether it died."""


class Keeper:
    """A thread that looks after started servers until it is stopped."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = servers
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._look, name="embedded-keeper", daemon=True)

    def start(self) -> None:
        """Look after the servers from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Let them be: they are about to be stopped."""
        self._stopping.set()
        self._thread.join()

    def _look(self) -> None:
        pause_s = _LOOK_S
        while not self._stopping.wait(pause_s):
            pause_s = _LOOK_S
            for server in self._servers:
                if server.ended():
                    log.error(
                        "an embedded server died and is started again", server=type(server).__name__
                    )
                    try:
                        server.start()
                    except ServerFailed as error:
                        log.error("it does not start", reason=str(error))
                        pause_s = _PAUSE_S
