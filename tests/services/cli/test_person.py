"""What a person does on the command line, against a running server."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.instance import PASSWORD, SECRETS, UNLIMITED, WebInstance

pytestmark = pytest.mark.services

EMAIL = "ada@example.org"


class Person:
    """Types commands on a machine of their own."""

    def __init__(self, home: Path, server: str) -> None:
        self.home = home
        self.server = server
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "120", "TZ": "UTC",
        }  # fmt: skip

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", *arguments],
            env={**self.environment, **environment},
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def says(self, *arguments: str) -> str:
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def data(self, *arguments: str) -> Any:
        return json.loads(self.says(*arguments, "--json"))

    def refused(self, code: int, *arguments: str, **environment: str) -> str:
        done = self.run(*arguments, **environment)
        assert done.returncode == code, (done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr.strip()

    def log_in(self) -> str:
        arguments = ("--server", self.server, "--email", EMAIL, "--password", PASSWORD)
        return self.says("login", *arguments)


@pytest.fixture
def ada(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[Person]:
    """Somebody with an account, not logged in yet."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    instance = WebInstance(
        ["web"],
        tmp_path / "web.log",
        {**servers, **SECRETS, **UNLIMITED, "PASSWORD_COST": "4", "DATA_DIR": str(tmp_path)},
    )
    instance.start_ready()
    instance.register(EMAIL)
    home = tmp_path / "home"
    home.mkdir()
    yield Person(home, instance.url)
    instance.stop()


def test_a_day_on_the_command_line(ada: Person) -> None:
    assert ada.log_in().startswith(f"Logged in to {ada.server} as {EMAIL}")
    (kept,) = ada.home.rglob("login.json")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert PASSWORD not in kept.read_text()

    assert "No timer is running." in ada.says("status")
    report = ada.says("add", "write", "report", "today", "2h", "#work", "!high")
    assert re.search(r"☐ write report !!! #work due \d{4}-\d\d-\d\d ~2 h 00 min", report)
    ada.says("add", "call", "Grace", "today")
    assert "● call the bank #errand" in ada.says("start", "call the bank", "#errand", "--at", "30m")
    assert re.search(r"● write report #work\s+\d+ s since", ada.says("start", "-t", "report"))
    running = ada.data("status")
    assert running["entry"]["description"] == "write report"
    assert running["entry"]["task_id"] == ada.data("today")["due"][0]["id"]
    assert "■ write report #work" in ada.says("stop")

    told = ada.says("today")
    assert "tracked" in told
    assert "call the bank" in told
    assert told.index("Due") < told.index("☐ write report")
    assert "☑ write report" in ada.says("done", "REPORT")
    assert "write report" not in [task["title"] for task in ada.data("today")["due"]]
    week = ada.says("week")
    assert "no project" in week
    assert "Total" in week
    assert ada.data("week")["total_s"] > 1790


def test_words_that_fit_several_tasks_or_none_are_told(ada: Person) -> None:
    ada.log_in()
    for title in ("water the roses", "water the lawn", "water"):
        ada.says("add", title)
    assert "☑ water\n" in ada.says("done", "water")
    several = ada.refused(1, "done", "water")
    assert "which one?" in several
    assert "water the lawn" in several
    id = re.findall(r"([0-9a-f-]{36})  water the lawn", several)[0]
    assert "☑ water the lawn" in ada.says("done", id)
    assert "no open task says 'mow'" in ada.refused(1, "done", "mow")
    assert ada.refused(1, "stop") == "timeflow: No timer is running."
    assert "text:" in ada.refused(1, "add", "#work")
    assert "is no time" in ada.refused(2, "start", "x", "--at", "yesterday-ish")


def test_who_is_not_logged_in_is_told_how(ada: Person) -> None:
    assert ada.refused(2, "status").startswith("timeflow: not logged in: run `timeflow login`")
    wrong = ("--server", ada.server, "--email", EMAIL, "--password", "wrong wrong wrong")
    assert ada.refused(1, "login", *wrong)
    nobody = ("--server", "http://127.0.0.1:1", "--email", EMAIL, "--password", "x")
    assert "does not answer" in ada.refused(2, "login", *nobody)
    ada.log_in()
    # A key is not shown to a server that it is not of.
    told = ada.refused(2, "status", TIMEFLOW_SERVER="http://127.0.0.1:1")
    assert told.startswith("timeflow: not logged in to http://127.0.0.1:1")
    ada.says("logout")
    ada.refused(2, "status")


def test_a_shell_completes_commands_and_titles(ada: Person) -> None:
    ada.log_in()
    ada.says("add", "water the roses")
    assert "_TIMEFLOW_COMPLETE" in ada.says("completion", "bash")
    asked = {"_TIMEFLOW_COMPLETE": "bash_complete", "COMP_CWORD": "1", "COMP_WORDS": "timeflow sta"}
    entry = "from timeflow.cli import main; main(prog_name='timeflow')"

    def complete(**more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", entry],
            env={**ada.environment, **asked, **more},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.stdout

    assert {"plain,start", "plain,status"} <= set(complete().splitlines())
    words = {"COMP_WORDS": "timeflow done wat", "COMP_CWORD": "2"}
    assert complete(**words).splitlines() == ["plain,water the roses"]


def test_a_command_does_not_wait_for_what_only_servers_need(ada: Person) -> None:
    code = (
        "import sys; from timeflow.cli import main\n"
        "try: main(['start', '--help'])\n"
        "except SystemExit: print([m for m in ('aiohttp', 'faust', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=ada.environment, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stdout + done.stderr
