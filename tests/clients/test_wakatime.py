"""The real `wakatime` 13.1.0, unmodified and only configured, posts to a running TimeFlow."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.instance import EMBEDDED, PASSWORD, WebInstance, wait_until

pytestmark = pytest.mark.services

SHIM = Path(__file__).parent / "wakatime_shim"
PLUGIN = "editor/1.0 editor-wakatime/1.0"
#: Noon of yesterday, UTC: nothing in these tests comes near a day's bound.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)


class Editor:
    """A home directory with a WakaTime configuration, and the plugin's calls of the client."""

    def __init__(self, home: Path, url: str, key: str) -> None:
        self.home = home
        home.mkdir()
        (home / ".wakatime.cfg").write_text(
            f"[settings]\napi_url = {url}/api/v1/users/current/heartbeats.bulk\napi_key = {key}\n"
        )
        self.entity = home / "main.py"
        self.entity.write_text("print('hello')\n")

    def heartbeat(self, at: datetime) -> int:
        """Report a write to the file at `at`; return the client's exit code."""
        return subprocess.run(
            [
                Path(sys.executable).with_name("wakatime"),
                *("--entity", self.entity, "--plugin", PLUGIN, "--project", "spine"),
                *("--time", str(at.timestamp()), "--write", "--timeout", "5"),
            ],
            env={**os.environ, "HOME": str(self.home), "PYTHONPATH": str(SHIM)},
            check=False,
        ).returncode


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[WebInstance]:
    instance = WebInstance(
        ["up", "--data-dir", str(tmp_path / "data")],
        tmp_path / "timeflow.log",
        EMBEDDED,
    )
    instance.start_ready()
    yield instance
    instance.stop()


def active_s(instance: WebInstance, token: str) -> float:
    day = NOON.date().isoformat()
    status, answer = instance.request("GET", f"/analytics/daily?from={day}&to={day}", token=token)
    assert status == 200, answer
    active: float = answer["days"][0]["active_s"]
    return active


def test_the_editors_minutes_reach_the_day_also_over_an_outage(
    instance: WebInstance, tmp_path: Path
) -> None:
    token = instance.register()["access_token"]
    key = instance.api_key(token, "ingest")
    editor = Editor(tmp_path / "home", instance.url, key)

    for minute in range(5):
        assert editor.heartbeat(NOON + timedelta(minutes=2 * minute)) == 0
    wait_until(
        lambda: active_s(instance, token) == 8 * 60, timeout_s=20, what="8 minutes of heartbeats"
    )

    assert instance.stop() == 0
    for minute in range(5, 8):
        assert editor.heartbeat(NOON + timedelta(minutes=2 * minute)) != 0
    instance.start_ready()
    assert editor.heartbeat(NOON + timedelta(minutes=16)) == 0
    token = instance.request(
        "POST",
        "/auth/login",
        {"email": "person@example.org", "password": PASSWORD},
    )[1]["access_token"]
    wait_until(
        lambda: active_s(instance, token) == 16 * 60,
        timeout_s=20,
        what="the heartbeats that the client queued while the server was away",
    )


def test_a_wrong_key_makes_the_client_keep_its_heartbeats(
    instance: WebInstance, tmp_path: Path
) -> None:
    instance.register()
    editor = Editor(tmp_path / "home", instance.url, "3f5ed3a4-1c4b-4d8b-9d5e-0123456789ab")
    assert editor.heartbeat(NOON) == 104
