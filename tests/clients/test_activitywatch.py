"""The real `aw-client` 0.5.15, unmodified, against a running TimeFlow."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.instance import EMBEDDED, PASSWORD, WebInstance, free_port, wait_until
from tests.unit.steps.test_pulse import merged, watched

pytestmark = pytest.mark.services

WORKER = Path(__file__).with_name("aw_worker.py")
#: Noon of yesterday, UTC: nothing in these tests comes near a day's bound.
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=1)
DATA = {"app": "Editor", "title": "main.py"}
WINDOW, AFK = "aw-watcher-window_desk", "aw-watcher-afk_desk"
WEB = "aw-watcher-web-firefox"


class ClientError(Exception):
    """What the client raised."""


class Client:
    """A process with the real client in it, and its calls."""

    def __init__(self, python: Path, home: Path, host: str, port: int) -> None:
        self._process = subprocess.Popen(
            [python, WORKER, "test", host, str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "HOME": str(home), "XDG_DATA_HOME": str(home / "share")},
            text=True,
        )

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            assert self._process.stdin
            assert self._process.stdout
            asked = {"call": name, "args": args, "kwargs": kwargs}
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
            said = json.loads(self._process.stdout.readline())
            if "error" in said:
                raise ClientError(said["error"])
            return said["answer"]

        return call

    def close(self) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()


def event(second: float, duration: float = 0, **data: Any) -> dict[str, Any]:
    begin = (NOON + timedelta(seconds=second)).isoformat()
    return {"event": {"timestamp": begin, "duration": duration, "data": data or DATA}}


def instant(second: float) -> dict[str, str]:
    return {"instant": (NOON + timedelta(seconds=second)).isoformat()}


def spans(events: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Begin and duration in seconds, oldest first."""
    begins = [datetime.fromisoformat(each["timestamp"]) - NOON for each in events]
    return sorted(
        (begin.total_seconds(), each["duration"])
        for begin, each in zip(begins, events, strict=True)
    )


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[WebInstance]:
    instance = WebInstance(
        ["up", "--data-dir", str(tmp_path / "data")], tmp_path / "timeflow.log", EMBEDDED
    )
    instance.start_ready()
    yield instance
    instance.stop()


@contextmanager
def connected(python: Path, home: Path, instance: WebInstance, key: str) -> Iterator[Client]:
    home.mkdir(exist_ok=True)
    client = Client(python, home, f"user:{key}@127.0.0.1", instance.port)
    yield client
    client.close()


def active_s(instance: WebInstance, token: str) -> float:
    day = NOON.date().isoformat()
    status, answer = instance.request("GET", f"/analytics/daily?from={day}&to={day}", token=token)
    assert status == 200, answer
    active: float = answer["days"][0]["active_s"]
    return active


def logged_in(instance: WebInstance) -> str:
    body = {"email": "person@example.org", "password": PASSWORD}
    token: str = instance.request("POST", "/auth/login", body)[1]["access_token"]
    return token


def test_the_whole_life_of_a_bucket(instance: WebInstance, aw_python: Path, tmp_path: Path) -> None:
    token = instance.register()["access_token"]
    key = instance.api_key(token, "ingest", "read", "write")
    with connected(aw_python, tmp_path / "home", instance, key) as client:
        assert client.get_info()["testing"] is False
        client.create_bucket(WINDOW, "currentwindow")
        client.create_bucket(WINDOW, "currentwindow")
        assert list(client.get_buckets()) == [WINDOW]

        for second in (0, 5, 10, 40, 12, 45):
            client.heartbeat(WINDOW, event(second), pulsetime=10)
        assert spans(client.get_events(WINDOW)) == [(0, 12), (40, 5)]
        assert active_s(instance, token) == 17

        client.insert_events(WINDOW, [event(600, 60, app="Mail"), event(900, 30, app="Mail")])
        client.insert_event(WINDOW, event(1200, 30, app="Mail"))
        newest = client.get_events(WINDOW, limit=1)
        assert spans(newest) == [(1200, 30)]
        assert client.get_event(WINDOW, newest[0]["id"])["data"] == {"app": "Mail"}
        assert client.get_eventcount(WINDOW) == 5
        assert client.get_eventcount(WINDOW, start=instant(590), end=instant(950)) == 2
        assert active_s(instance, token) == 137

        client.delete_event(WINDOW, newest[0]["id"])
        assert client.get_eventcount(WINDOW) == 4
        wait_until(lambda: active_s(instance, token) == 107, timeout_s=20, what="the days anew")
        client.delete_bucket(WINDOW, force=True)
        assert client.get_buckets() == {}
        wait_until(lambda: active_s(instance, token) == 0, timeout_s=20, what="an empty day")


def test_the_clients_queries_exports_and_settings(
    instance: WebInstance, aw_python: Path, tmp_path: Path
) -> None:
    key = instance.api_key(instance.register()["access_token"], "ingest", "read", "write")
    with connected(aw_python, tmp_path / "home", instance, key) as client:
        client.create_bucket(WINDOW, "currentwindow")
        client.create_bucket(AFK, "afkstatus")
        client.create_bucket(WEB, "web.tab.current")
        client.insert_events(WINDOW, [event(0, 100, app="Editor"), event(100, 200, app="Firefox")])
        client.insert_events(AFK, [event(0, 250, status="not-afk"), event(250, 50, status="afk")])
        client.insert_events(WEB, [event(120, 60, url="https://www.a.example/x", title="A")])

        classes = [[["Work"], {"type": "regex", "regex": "^Edi\\w+$"}]]
        params = {"bid_window": "aw-watcher-window_", "bid_afk": "aw-watcher-afk_"}
        asked = client.full_desktop_query({**params, "bid_browsers": [WEB], "classes": classes})
        # The client leaves this unfilled, whatever server it asks.
        asked = asked.replace("{default_limit}", "100")
        (found,) = client.query(asked, [[instant(-3600), instant(3600)]])
        apps = {each["data"]["app"]: each["duration"] for each in found["window"]["app_events"]}
        assert apps == {"Editor": 100, "Firefox": 150}
        assert found["window"]["duration"] == 250
        categories = [each["data"]["$category"] for each in found["window"]["cat_events"]]
        assert categories == [["Uncategorized"], ["Work"]]
        (domain,) = found["browser"]["domains"]
        assert (domain["data"], domain["duration"]) == ({"$domain": "a.example"}, 60)
        with pytest.raises(ClientError, match="400"):
            client.query("RETURN = eval(1);", [[instant(0), instant(1)]])

        exported = client.export_all()
        assert set(exported["buckets"]) == {WINDOW, AFK, WEB}
        client.delete_bucket(WINDOW)
        client.import_bucket(exported["buckets"][WINDOW])
        assert client.export_bucket(WINDOW) == {"buckets": {WINDOW: exported["buckets"][WINDOW]}}

        client.set_setting("classes", classes)
        assert client.get_setting("classes") == classes
        assert client.get_setting() == {"classes": classes}


def test_what_came_before_our_restart_is_there_after_it(
    instance: WebInstance, aw_python: Path, tmp_path: Path
) -> None:
    key = instance.api_key(instance.register()["access_token"], "ingest", "read")
    with connected(aw_python, tmp_path / "home", instance, key) as client:
        client.create_bucket(WINDOW, "currentwindow")
        client.heartbeat(WINDOW, event(0), pulsetime=60)
        assert instance.stop() == 0
        # A direct call is the caller's own to repeat.
        with pytest.raises(ClientError, match="ConnectionError"):
            client.heartbeat(WINDOW, event(20), pulsetime=60)
        instance.start_ready()
        client.heartbeat(WINDOW, event(50), pulsetime=60)
        client.heartbeat(WINDOW, event(20), pulsetime=60)
        assert spans(client.get_events(WINDOW)) == [(0, 50)]
        assert active_s(instance, logged_in(instance)) == 50


def test_a_clients_queue_is_taken_whole_once_we_are_there(
    instance: WebInstance, aw_python: Path, tmp_path: Path
) -> None:
    token = instance.register()["access_token"]
    key = instance.api_key(token, "ingest", "read")
    assert instance.stop() == 0
    with connected(aw_python, tmp_path / "home", instance, key) as client:
        client.create_bucket(WINDOW, "currentwindow", queued=True)
        client.connect()
        for second in range(0, 300, 5):
            client.heartbeat(WINDOW, event(second), pulsetime=6, queued=True, commit_interval=10)
        assert client.queue_size() > 10
        instance.start_ready()
        wait_until(lambda: client.queue_size() == 0, timeout_s=30, what="an empty queue")
        client.disconnect()
        # The heartbeats that the client holds back to merge are never sent; the rest is one event.
        (found,) = spans(client.get_events(WINDOW))
        assert found[0] == 0
        assert 280 <= found[1] <= 295
        assert active_s(instance, logged_in(instance)) == found[1]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(watched(), st.randoms(use_true_random=False))
def test_heartbeats_merge_as_the_real_code_merges_them_in_order(
    reducer: Client, report: tuple[int, list[Any]], randomness: Any
) -> None:
    pulse, beats = report
    ordered = sorted(beats, key=lambda beat: (beat.start, beat.end))
    expected = [
        (each["data"]["seen"], round(begin.total_seconds()), round(each["duration"]))
        for each in reducer.reduce(
            [event(beat.start, beat.end - beat.start, seen=beat.thing) for beat in ordered], pulse
        )
        for begin in [datetime.fromisoformat(each["timestamp"]) - NOON]
    ]
    randomness.shuffle(beats)
    assert [(thing, start, end - start) for thing, start, end in merged(beats)] == expected


@pytest.fixture(scope="module")
def reducer(aw_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    client = Client(aw_python, tmp_path_factory.mktemp("home"), "127.0.0.1", free_port())
    yield client
    client.close()
