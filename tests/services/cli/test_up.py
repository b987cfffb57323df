"""`timeflow up`: ready soon, drained at a signal, and everything still there the next time."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.instance import EMBEDDED, PASSWORD, WebInstance, wait_until

pytestmark = pytest.mark.services

EVENTS = {
    "events": [
        {"type": "usage.heartbeat", "time": f"2026-03-02T09:0{minute}:00Z", "category": "coding"}
        for minute in range(9)
    ]
}
DAY = "/analytics/daily?from=2026-03-02&to=2026-03-02"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[WebInstance]:
    """Everything embedded, in a working directory of its own."""
    (tmp_path / "cwd").mkdir()
    instance = WebInstance(
        ["up", "--data-dir", str(tmp_path / "data")],
        tmp_path / "cwd" / "timeflow.log",
        {**EMBEDDED, "PASSWORD_COST": "4"},
    )
    yield instance
    instance.stop()


def active_s(instance: WebInstance, token: str) -> float:
    status, answer = instance.request("GET", DAY, token=token)
    assert status == 200, answer
    seconds: float = answer["days"][0]["active_s"] if answer["days"] else 0
    return seconds


def test_it_is_ready_within_15_seconds_and_says_where(instance: WebInstance) -> None:
    instance.start_ready(timeout_s=15)
    wait_until(
        lambda: f"TimeFlow is ready: {instance.url}" in instance.log.read_text(),
        timeout_s=5,
        what="the address is told",
    )
    assert "Traceback" not in instance.log.read_text()


def test_an_event_reaches_the_day_and_survives_a_restart(instance: WebInstance) -> None:
    instance.start_ready()
    token = instance.register()["access_token"]
    status, answer = instance.request("POST", "/events", EVENTS, token)
    assert (status, answer["accepted"]) == (202, 9), answer
    wait_until(lambda: active_s(instance, token) == 480, timeout_s=10, what="the day is derived")
    assert instance.stop() == 0

    instance.start_ready()
    status, answer = instance.request(
        "POST", "/auth/login", {"email": "person@example.org", "password": PASSWORD}
    )
    assert status == 200, answer
    assert active_s(instance, answer["access_token"]) == 480


def test_what_was_acknowledged_just_before_a_kill_is_applied_after_it(
    instance: WebInstance,
) -> None:
    instance.start_ready()
    token = instance.register()["access_token"]
    assert instance.request("POST", "/events", EVENTS, token)[0] == 202
    instance.kill()

    instance.start_ready()
    wait_until(lambda: active_s(instance, token) == 480, timeout_s=20, what="the day is derived")


def test_a_signal_ends_it_in_order_and_leaves_nothing_behind(instance: WebInstance) -> None:
    instance.start_ready()
    assert instance.process is not None
    children = psutil.Process(instance.process.pid).children(recursive=True)
    assert children
    assert instance.stop() == 0
    assert not [child for child in children if child.is_running()]
    assert "Traceback" not in instance.log.read_text()


def test_a_second_signal_ends_it_at_once(instance: WebInstance) -> None:
    instance.start_ready()
    assert instance.process is not None
    instance.signal(signal.SIGSTOP)
    instance.signal(signal.SIGTERM)
    instance.signal(signal.SIGINT)
    instance.signal(signal.SIGCONT)
    assert instance.process.wait(5) in (128 + signal.SIGTERM, 128 + signal.SIGINT)


def test_two_cannot_have_one_data_directory(instance: WebInstance, tmp_path: Path) -> None:
    instance.start_ready()
    assert instance.process is not None
    second = WebInstance(instance.arguments[:3], tmp_path / "second.log", instance.environment)
    second.start()
    assert second.process is not None
    assert second.process.wait(30) == 2
    said = second.log.read_text()
    assert f"in use by another timeflow (process {instance.process.pid})" in said


def test_nothing_is_written_where_it_was_started(instance: WebInstance) -> None:
    instance.start_ready()
    instance.stop()
    assert [path.name for path in instance.log.parent.iterdir()] == ["timeflow.log"]


def test_an_embedded_server_that_dies_is_started_again(instance: WebInstance) -> None:
    instance.start_ready()
    token = instance.register()["access_token"]
    assert instance.process is not None
    for server in psutil.Process(instance.process.pid).children():
        server.kill()
        instance.wait_ready(15)
    wait_until(
        lambda: instance.request("POST", "/events", EVENTS, token)[0] == 202,
        timeout_s=15,
        what="events are taken again",
    )
    wait_until(lambda: active_s(instance, token) == 480, timeout_s=15, what="the day is derived")


def test_every_line_of_the_log_is_json_or_the_welcome(instance: WebInstance) -> None:
    instance.start_ready()
    instance.stop()
    lines = instance.log.read_text().splitlines()
    for line in lines:
        if not line.startswith("TimeFlow is ready: "):
            assert json.loads(line)["level"] != "error", line
