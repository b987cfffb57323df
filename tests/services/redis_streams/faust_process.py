"""A Faust app run as its user runs it: `python app.py worker`."""

import json
import os
import signal as signals
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from tests.instance import PATIENCE_S

HERE = Path(__file__).parent


class FaustProcess:
    """One worker process of the program `name`, in `directory`; ends with the block."""

    def __init__(self, name: str, directory: Path, broker_url: str, **environment: str) -> None:
        self.program = HERE / f"{name}.py"
        self.directory = directory
        self.journal = directory / "journal"
        self.log = directory / "log"
        self.environment = {
            **os.environ,
            "BROKER_URL": broker_url,
            "JOURNAL": str(self.journal),
            "PYTHONUNBUFFERED": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "FaustProcess":
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end(signals.SIGKILL)

    def start(self) -> None:
        """Start the worker; its output is appended to the log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(self.program), "worker", "-l", "info", "--without-web"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.directory,
            )

    @property
    def pid(self) -> int:
        """The process."""
        assert self.process is not None
        return self.process.pid

    def signal(self, number: signals.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    def end(self, how: signals.Signals) -> int | None:
        """End it and wait; its exit status."""
        if self.process is None:
            return None
        self.process.send_signal(signals.SIGCONT)
        self.process.send_signal(how)
        return self.wait()

    def wait(self) -> int:
        """Its exit status, once it has ended."""
        assert self.process is not None
        status = self.process.wait(PATIENCE_S)
        self.process = None
        return status

    def lines(self, with_field: str = "offset") -> list[dict[str, Any]]:
        """What was written down by all processes in this directory, those with a field."""
        return [line for line in self._all_lines() if with_field in line]

    def mine(self, with_field: str = "offset") -> list[dict[str, Any]]:
        """What this process wrote down."""
        return [line for line in self.lines(with_field) if line["process"] == self.pid]

    def _all_lines(self) -> Iterator[dict[str, Any]]:
        if self.journal.exists():
            for line in self.journal.read_text().splitlines():
                # A process killed in the middle of a line leaves a part of it.
                if line.startswith("{") and line.endswith("}"):
                    yield json.loads(line)
