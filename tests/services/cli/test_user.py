"""`timeflow user`: who runs the instance lets people in and gives roles, also while it runs."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.instance import EMBEDDED, PASSWORD, SECRETS, WebInstance

pytestmark = pytest.mark.services

ADA, BOB = "ada@example.org", "bob@example.org"


class CommandLine:
    """Runs `timeflow user` for one instance."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self._directory = directory
        self._environment = {**os.environ, "DATA_DIR": str(directory / "data"), **environment}

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", "user", *arguments],
            env=self._environment,
            cwd=self._directory,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def said(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 2, (done.stdout, done.stderr)
        (line,) = done.stderr.splitlines()
        return line

    def roles(self) -> dict[str, list[str]]:
        return {one["email"]: one["roles"] for one in json.loads(self.said("list", "--json"))}


@pytest.fixture
def running(tmp_path: Path) -> Iterator[WebInstance]:
    """Everything embedded in one process, with a first account."""
    instance = WebInstance(
        ["up", "--data-dir", str(tmp_path / "data")],
        tmp_path / "up.log",
        {**EMBEDDED, "PASSWORD_COST": "4"},
    )
    instance.start_ready()
    yield instance
    instance.stop()


def code_in(said: str) -> str:
    found = re.search(r'"(?:invite|code)": "([\w-]{20,})"', said)
    assert found, said
    return found[1]


def test_all_of_it_beside_a_running_instance(running: WebInstance, tmp_path: Path) -> None:
    command = CommandLine(tmp_path, EMBEDDED)
    ada = running.register(ADA)["access_token"]
    assert running.process is not None
    servers = psutil.Process(running.process.pid).children()

    code = code_in(command.said("invite", BOB, "--role", "analyst"))
    bob = running.register(BOB, invite=code)
    assert command.roles() == {ADA: ["user", "analyst", "operator"], BOB: ["user", "analyst"]}

    assert command.said("promote", BOB.upper(), "--role", "operator") == (
        f"{BOB}: user, analyst, operator\n"
    )
    assert (
        command.said("demote", ADA, "--role", "operator", "--role", "analyst") == f"{ADA}: user\n"
    )
    assert command.refused("demote", BOB, "--role", "operator") == (
        f"timeflow: {BOB} is the last operator"
    )

    reset = {"code": code_in(command.said("reset-password", BOB)), "new_password": "a new one"}
    assert running.request("POST", "/auth/reset-password", reset)[0] == 204
    refresh = {"refresh_token": bob["refresh_token"]}
    assert running.request("POST", "/auth/refresh", refresh)[0] == 401
    login = {"email": BOB, "password": "a new one"}
    status, opened = running.request("POST", "/auth/login", login)
    assert status == 200
    log = running.request("GET", "/ops/audit", token=opened["access_token"])[1]["items"]
    deeds = [entry for entry in log if entry["by"] == "command line"][::-1]
    assert [entry["action"] for entry in deeds] == [
        "invite.made", "user.changed", "user.changed", "user.password-reset"
    ]  # fmt: skip
    assert deeds[1]["detail"]["after"] == {"roles": ["user", "analyst", "operator"]}
    assert deeds[1]["about_id"] == bob["user"]["id"]

    shown = command.said("list")
    assert ADA in shown
    assert BOB in shown
    assert running.request("GET", "/me", token=ada)[0] == 401  # demoted: log in anew
    assert running.request("GET", "/ready")[0] == 200
    assert psutil.Process(running.process.pid).children() == servers
    assert "Traceback" not in running.log.read_text()


@pytest.mark.parametrize(
    "arguments",
    [("promote", "x@example.org", "--role", "analyst"),
     ("demote", "x@example.org", "--role", "analyst"),
     ("reset-password", "x@example.org"), ("reset-password", "nobody"),
     ("reset-password", "\udcff"), ("invite", "nobody"), ("invite", "a b@example.org")],
)  # fmt: skip
def test_an_address_nobody_knows_is_one_line_and_exit_code_2(
    tmp_path: Path, database_url: str, redis_url: str, arguments: tuple[str, ...]
) -> None:
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **SECRETS}
    line = CommandLine(tmp_path, servers).refused(*arguments)
    assert line.startswith("timeflow: ")
    assert "there is no account of" in line or "is not an address" in line


def test_who_has_an_account_is_not_invited(running: WebInstance, tmp_path: Path) -> None:
    running.register(ADA)
    line = CommandLine(tmp_path, EMBEDDED).refused("invite", ADA)
    assert line == f"timeflow: {ADA} has an account already"


def test_an_instance_at_rest_stays_at_rest(running: WebInstance, tmp_path: Path) -> None:
    running.register(ADA)
    assert running.stop() == 0
    command = CommandLine(tmp_path, EMBEDDED)
    code = code_in(command.said("reset-password", ADA))
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(p.info)]

    running.start_ready()
    reset = {"code": code, "new_password": PASSWORD + "!"}
    assert running.request("POST", "/auth/reset-password", reset)[0] == 204
