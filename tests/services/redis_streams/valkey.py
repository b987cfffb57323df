"""A Redis of a test's own, on a TCP port, that can be killed and come back."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import redis

from pipeline.embedded import programs
from tests.instance import free_port, wait_until

#: REDIS_SERVER: another program to run these tests with, such as Redis 7.0.
_PROGRAM = os.environ.get("REDIS_SERVER") or str(programs.valkey(None))


class Valkey:
    """A `valkey-server` on `directory`."""

    def __init__(self, directory: Path, **settings: str) -> None:
        self.directory = directory
        self.port = free_port()
        self.settings = {
            "appendonly": "yes",
            "appendfsync": "always",
            "save": "",
            "maxmemory-policy": "noeviction",
            **{name.replace("_", "-"): value for name, value in settings.items()},
        }
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start and wait until it answers."""
        options = [part for name, value in self.settings.items() for part in (f"--{name}", value)]
        address = ("--port", str(self.port), "--bind", "127.0.0.1")
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [_PROGRAM, *address, "--dir", str(self.directory), *options],
                stdout=log,
                stderr=log,
            )
        wait_until(self._answers, timeout_s=10, what="valkey-server answers")

    def stop(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, by default without warning."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal (SIGSTOP, SIGCONT)."""
        assert self._process is not None
        self._process.send_signal(number)

    def _answers(self) -> bool:
        with contextlib.closing(redis.Redis(port=self.port)) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False


@contextlib.contextmanager
def valkey(directory: Path, **settings: str) -> Iterator[Valkey]:
    """A running server for the length of a block."""
    server = Valkey(directory, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
