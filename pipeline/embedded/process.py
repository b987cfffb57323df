"""A server process that owns a directory and is gone when we are gone.

The life of a server:

1. The data directory is opened and locked (`flock`). The server inherits the open directory, and
   with it the lock: whoever gets the lock knows that no process of an earlier server lives,
   however it ended.
2. On Linux the server reaches its directory through that inherited handle
   (`/proc/self/fd/N`), so directories above it may stay closed to the account it runs under.
3. The kernel ends the server with the thread that started it, so one thread that lives as long as
   we do starts them all. Elsewhere, and for a server that was left over from a crash, a shell that
   waits for the end of a pipe of ours does it.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.embedded.account import Account

_LINUX = sys.platform == "linux"
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_starter = ThreadPoolExecutor(1, thread_name_prefix="embedded-servers")

#: Seconds a server may take to answer (it may have a long log to replay) and to stop.
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 60.0
#: A longer log is set aside at the next start.
MAX_LOG_BYTES = 16 * 2**20
_POLL_S = 0.01
#: Seconds a server that was told to end may still answer: it is not adopted before.
_ENDING_S = 1.0


class ServerFailed(Exception):
    """A server did not start or answer; the message holds what it said last."""


@dataclass(frozen=True)
class Plan:
    """How one server is run: what differs between PostgreSQL and Redis."""

    name: str
    data: Path
    log: Path
    pid_file: Path
    #: Files of an earlier server that would make the next one believe it still runs.
    stale: tuple[Path, ...]
    account: Account | None
    stop_signal: signal.Signals
    #: The command for a name under which the server finds its data directory.
    command: Callable[[str], Sequence[str | Path]]
    answers: Callable[[], bool]


class Process:
    """The running server of a plan."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._child: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, or adopt one that was left over; return when it answers."""
        self._unwatch()
        began = time.monotonic()
        end = began + START_TIMEOUT_S
        while (directory := _locked(self.plan.data)) is None:
            if time.monotonic() - began > _ENDING_S and self.plan.answers():
                self._watcher = _watch(self.pid, self.plan.stop_signal)
                return
            self._wait(end, "is held by a server that does not answer")
        try:
            for file in self.plan.stale:
                file.unlink(missing_ok=True)
            self._child = _starter.submit(self._spawn, directory).result()
        finally:
            os.close(directory)
        if not _LINUX:
            self._watcher = _watch(self._child.pid, self.plan.stop_signal)
        while not self.plan.answers():
            if self._child.poll() is not None:
                raise ServerFailed(f"{self.plan.name} did not start: {self._last_words()}")
            self._wait(end, "does not answer")

    @property
    def pid(self) -> int:
        """The server's process id."""
        if self._child is not None:
            return self._child.pid
        return int(self.plan.pid_file.read_text().split()[0])

    def ended(self) -> bool:
        """Whether the server is gone though nobody stopped it."""
        if self._child is not None:
            return self._child.poll() is not None
        return self._watcher is not None and self._gone()

    def stop(self) -> None:
        """Ask the server to end and wait until its last process has; SIGKILL if it does not."""
        if self._child is None and self._watcher is None:
            return
        self._unwatch()
        end = time.monotonic() + STOP_TIMEOUT_S
        self._signal(self.plan.stop_signal)
        while not self._gone():
            if time.monotonic() > end:
                self._signal(signal.SIGKILL)
            time.sleep(_POLL_S)
        self._child = None

    def _unwatch(self) -> None:
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None

    def _signal(self, number: signal.Signals) -> None:
        try:
            if self._child is not None:
                self._child.send_signal(number)
            else:
                os.kill(self.pid, number)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it has ended, and `_gone` is about to see it

    def _gone(self) -> bool:
        if self._child is not None and self._child.poll() is None:
            return False
        directory = _locked(self.plan.data)
        if directory is not None:
            os.close(directory)
        return directory is not None

    def _spawn(self, directory: int) -> subprocess.Popen[bytes]:
        plan = self.plan
        parent = os.getpid()
        name, how = running(plan.data, directory, plan.account)
        if plan.log.exists() and plan.log.stat().st_size > MAX_LOG_BYTES:
            plan.log.replace(plan.log.with_suffix(".old"))
        with plan.log.open("ab") as log:
            return subprocess.Popen(
                plan.command(name),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=(lambda: _end_with(parent, plan.stop_signal)) if _LINUX else None,
                **how,
            )

    def _wait(self, end: float, problem: str) -> None:
        if time.monotonic() > end:
            raise ServerFailed(f"{self.plan.data} {problem}: {self._last_words()}")
        time.sleep(_POLL_S)

    def _last_words(self) -> str:
        text = self.plan.log.read_text(errors="replace") if self.plan.log.exists() else ""
        said = text.strip().splitlines()[-20:]
        return next((line for line in reversed(said) if "FATAL" in line), "".join(said[-1:]))


def running(data: Path, directory: int, account: Account | None) -> tuple[str, dict[str, Any]]:
    """A program's name for the opened `data` and the arguments of `subprocess` for running it."""
    how: dict[str, Any] = {
        "cwd": "/",
        "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
        "pass_fds": [directory],
    }
    if account is not None:
        how |= {"user": account.uid, "group": account.gid, "extra_groups": []}
    return f"/proc/self/fd/{directory}" if _LINUX else str(data), how


def _locked(directory: Path) -> int | None:
    """The opened and locked directory; None while a process of a server lives."""
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _end_with(parent: int, number: signal.Signals) -> None:
    """In the child: be sent `number` when the thread that started us ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def _watch(pid: int, number: signal.Signals) -> subprocess.Popen[bytes]:
    """A shell that sends `number` to `pid` when the pipe to us breaks."""
    script = f"read _; kill -{int(number)} {pid}"
    return subprocess.Popen(
        ["/bin/sh", "-c", script], stdin=subprocess.PIPE, cwd="/", start_new_session=True
    )
