"""Real calendars, unmodified: vdirsyncer reads a feed, khal shows what is in it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.instance import SECRETS, WebInstance

pytestmark = pytest.mark.services

CLIENTS = ("vdirsyncer==0.21.0", "khal==0.14.1")

VDIRSYNCER = """
[general]
status_path = "{home}/status/"
[pair timeflow]
a = "local"
b = "feed"
collections = null
conflict_resolution = "b wins"
[storage local]
type = "filesystem"
path = "{home}/calendar/"
fileext = ".ics"
[storage feed]
type = "http"
url = "{url}"
"""

KHAL = """
[calendars]
[[timeflow]]
path = {home}/calendar/
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = UTC
default_timezone = UTC
[sqlite]
path = {home}/khal.db
"""


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the clients are: in an environment of their own."""
    home = tmp_path_factory.mktemp("calendars")
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", *CLIENTS]
    subprocess.run([home / "bin" / "python", *install], check=True)
    return home / "bin"


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """An API with an operator."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    instance = WebInstance(
        ["web"],
        tmp_path / "web.log",
        {**servers, **SECRETS, "PASSWORD_COST": "4", "DATA_DIR": str(tmp_path / "data")},
    )
    instance.start_ready()
    yield instance
    instance.stop()


class Calendar:
    """A person's calendar on their machine."""

    def __init__(self, programs: Path, home: Path, url: str) -> None:
        self._programs = programs
        self._environment = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        self.home = home
        (home / "vdirsyncer").write_text(VDIRSYNCER.format(home=home, url=url))
        (home / "khal").write_text(KHAL.format(home=home))
        (home / "calendar").mkdir()

    def run(self, program: str, *arguments: str) -> str:
        done = subprocess.run(
            [self._programs / program, "-c", self.home / program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        for complaint in ("warning", "error", "invalid", "critical"):
            assert complaint not in (done.stdout + done.stderr).lower(), done.stderr
        return done.stdout

    def sync(self) -> list[str]:
        """What lies in the calendar after reading the feed again."""
        self.run("vdirsyncer", "sync")
        return sorted(path.read_text() for path in (self.home / "calendar").iterdir())


def test_calendars_read_a_feed_without_a_complaint(
    programs: Path, instance: WebInstance, tmp_path: Path
) -> None:
    token = instance.register("ada@example.org")["access_token"]

    def post(path: str, body: object) -> dict[str, str]:
        status, answer = instance.request("POST", path, body, token)
        assert status == 201, answer
        made: dict[str, str] = answer
        return made

    now = datetime.now(UTC).replace(microsecond=0)
    times = {"start": (now - timedelta(hours=2)).isoformat(), "end": now.isoformat()}
    post("/time-entries", {**times, "description": "Überblick; Stand, 🎉"})
    task = post("/tasks", {"title": "Write the report", "due_on": f"{now:%Y-%m-%d}"})
    home = tmp_path / "home"
    home.mkdir()
    calendar = Calendar(programs, home, post("/feeds", {"name": "Work"})["url"])
    calendar.run("vdirsyncer", "discover")
    kept = calendar.sync()
    assert len(kept) == 3
    assert calendar.sync() == kept

    day = f"{now - timedelta(hours=2):%Y-%m-%d}"
    shown = calendar.run("khal", "list", day, "2d")
    assert "Überblick; Stand, 🎉" in shown
    assert "Write the report" in shown

    status, _ = instance.request("PATCH", f"/tasks/{task['id']}", {"title": "Send it"}, token)
    assert status == 200
    assert len(calendar.sync()) == 3
    shown = calendar.run("khal", "list", day, "2d")
    assert "Send it" in shown
    assert "Write the report" not in shown
