"""A part of TimeFlow run as its user runs it: a process, spoken to over HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from web.routes import ALL_LIMITS

#: No limit is ever met.
UNLIMITED = {f"RATE_{limit.name.upper()}": "10000000/minute" for limit in ALL_LIMITS}

PASSWORD = "correct horse battery staple"

#: How long anything may take that is only waited for: a slow and loaded machine, and then some.
PATIENCE_S = 60.0

#: No servers given, whatever the environment of the tests says.
EMBEDDED = {"DATABASE_URL": "", "REDIS_URL": ""}
#: What servers of one's own require.
SECRETS = {
    "JWT_KEY": "0123456789abcdefghij-of-the-test-signing-key",
    "PEPPER": "0123456789abcdefghij-of-the-test-pepper-key",
}


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(condition: Callable[[], Any], *, timeout_s: float = PATIENCE_S, what: str) -> Any:
    """Poll `condition` until it is true and return its value; fail naming `what`."""
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    raise AssertionError(f"not within {timeout_s} s: {what}")


class Instance:
    """One `timeflow` process with a log file of its own."""

    module = "timeflow"

    def __init__(
        self, arguments: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self.arguments = list(arguments)
        self.log = log
        self.environment = {**os.environ, **(environment or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its output is appended to the log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.log.parent,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the process."""
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until the process is gone."""
        self.signal(signal.SIGKILL)
        assert self.process is not None
        self.process.wait(30)

    def stop(self) -> int:
        """SIGTERM; return the exit code. A process that is gone already is left alone."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(60)


class WebInstance(Instance):
    """A `timeflow up` or `timeflow web` process and a client of its API."""

    def __init__(
        self,
        arguments: Sequence[str],
        log: Path,
        environment: Mapping[str, str] | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        super().__init__([*arguments, "--port", str(self.port)], log, environment)

    def start_ready(self, timeout_s: float = 30) -> None:
        """Start and wait for `GET /ready` = 200."""
        self.start()
        self.wait_ready(timeout_s)

    def wait_ready(self, timeout_s: float = 30) -> None:
        """Wait for `GET /ready` = 200; a process that ends instead fails at once, with its log."""

        def ready() -> bool:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"timeflow ended:\n{self.log.read_text()[-4000:]}")
            try:
                return self.request("GET", "/ready")[0] == 200
            except OSError:
                return False

        wait_until(ready, timeout_s=timeout_s, what="GET /ready = 200")

    def request(
        self, method: str, path: str, body: object = None, token: str | None = None
    ) -> tuple[int, Any]:
        """Send a JSON request; return the status and the decoded answer, whatever the status."""
        request = urllib.request.Request(self.url + path, method=method)
        if body is not None:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _decoded(answer.read())
        except urllib.error.HTTPError as problem:
            with problem:
                return problem.code, _decoded(problem.read())

    def register(self, email: str = "person@example.org", **more: str) -> dict[str, Any]:
        """Register an account and return the answer with its tokens."""
        status, answer = self.request(
            "POST", "/auth/register", {"email": email, "password": PASSWORD, **more}
        )
        assert status == 201, answer
        registered: dict[str, Any] = answer
        return registered

    def api_key(self, token: str, *scopes: str) -> str:
        """Make an API key and return its text."""
        status, answer = self.request(
            "POST", "/me/api-keys", {"name": "test", "scopes": list(scopes)}, token
        )
        assert status == 201, answer
        key: str = answer["key"]
        return key


def _decoded(body: bytes) -> Any:
    return json.loads(body) if body else None
