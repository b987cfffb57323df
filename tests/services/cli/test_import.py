"""`timeflow import`: what others recorded, through the API, whole or not at all."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.events import UsageEvent
from pipeline.steps.days import SECOND_US, Period
from tests.instance import EMBEDDED, WebInstance, wait_until
from tests.people import instant, usage_event
from tests.reference import reference

pytestmark = pytest.mark.services

BEGIN = instant("2026-03-02T08:00")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebInstance]:
    home = tmp_path_factory.mktemp("import")
    arguments = ["up", "--data-dir", str(home / "data")]
    environment = {**EMBEDDED, "REGISTRATION": "open", "PASSWORD_COST": "4"}
    instance = WebInstance(arguments, home / "timeflow.log", environment)
    instance.start_ready()
    yield instance
    instance.stop()


class Person:
    """Somebody with a key, and what they import."""

    def __init__(self, instance: WebInstance, name: str) -> None:
        self.instance = instance
        self.token = instance.register(f"{name}@example.org")["access_token"]
        self.key = instance.api_key(self.token, "ingest", "read")

    def imports(self, *arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", "import", *map(str, arguments)],
            env={
                **os.environ,
                "TIMEFLOW_SERVER": self.instance.url,
                "TIMEFLOW_KEY": self.key,
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def days(self, first: date, last: date) -> list[dict[str, Any]]:
        path = f"/analytics/daily?from={first}&to={last}"
        answer = self.instance.request("GET", path, token=self.token)[1]
        days: list[dict[str, Any]] = answer["days"]
        return days

    def events(self, source: str = "") -> int:
        """How many raw events there are: of the first thousand."""
        items = self.instance.request("GET", "/events?limit=1000", token=self.token)[1]["items"]
        return sum(source in item["source"] for item in items)


@pytest.fixture
def person(instance: WebInstance, request: pytest.FixtureRequest) -> Person:
    return Person(instance, f"p{abs(hash(request.node.name))}")


def export(*buckets: dict[str, Any]) -> dict[str, Any]:
    return {"buckets": {bucket["id"]: bucket for bucket in buckets}}


def bucket(name: str, type: str, events: list[dict[str, Any]]) -> dict[str, Any]:
    facts = {"id": name, "type": type, "client": "watcher", "hostname": "desk"}
    return {**facts, "created": "2026-01-01T00:00:00+00:00", "name": None, "events": events}


def event(second: float, duration: float, **data: Any) -> dict[str, Any]:
    at = f"2026-03-02T08:{int(second) // 60:02}:{second % 60:06.3f}+00:00"
    return {"id": 7, "timestamp": at, "duration": duration, "data": data}


def written(directory: Path, content: Any, name: str = "file") -> Path:
    file = directory / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def test_an_export_counts_once_however_often_it_is_imported(person: Person, tmp_path: Path) -> None:
    window = bucket("window.desk", "currentwindow", [event(90, 60, app="b"), event(0, 60, app="a")])
    afk = bucket("afk.desk", "afkstatus", [event(100, 1000, status="afk")])
    file = written(tmp_path, export(window, afk))
    for _ in range(2):
        done = person.imports("activitywatch", file)
        assert (done.returncode, done.stdout) == (0, "3 taken, 0 rejected\n"), done.stderr
    wait_until(lambda: person.events() == 3, what="three events")
    assert person.days(date(2026, 3, 2), date(2026, 3, 2))[0]["active_s"] == 70


def test_what_is_no_event_is_named_and_the_others_count(person: Person, tmp_path: Path) -> None:
    bad = [event(0, -1, app="a"), {"timestamp": "soon", "data": {}}, event(60, 30, app="a")]
    file = written(tmp_path, export(bucket("b", "currentwindow", bad)))
    done = person.imports("activitywatch", file, "--rejected", tmp_path / "rejected")
    assert (done.returncode, done.stdout) == (1, "1 taken, 2 rejected\n")
    named = (tmp_path / "rejected").read_text()
    assert "bucket b, event 1: duration:" in named
    assert "bucket b, event 2: timestamp:" in named


def test_a_dump_of_wakatime_becomes_the_hours_of_its_machines(
    person: Person, tmp_path: Path
) -> None:
    begin = BEGIN / SECOND_US
    beats = [
        {"id": f"h{n}", "time": begin + 60 * n, "entity": "/a.py", "type": "file",
         "category": "coding", "project": "p", "machine_name_id": "m1", "created_at": "x"}
        for n in range(5)
    ]  # fmt: skip
    dump = {"user": {"id": "u"}, "range": {}, "days": [{"date": "2026-03-02", "heartbeats": beats}]}
    done = person.imports("wakatime", written(tmp_path, dump))
    assert (done.returncode, done.stdout) == (0, "5 taken, 0 rejected\n"), done.stderr
    wait_until(lambda: person.events("wakatime") == 5, what="five heartbeats")
    (day,) = person.days(date(2026, 3, 2), date(2026, 3, 2))
    assert (day["active_s"], day["by_device"]) == (240, {"m1": 240.0})


def test_a_table_is_read_by_its_columns(person: Person, tmp_path: Path) -> None:
    table = (
        "Start,End,What,Who\n"
        "2026-03-02 09:00,2026-03-02 09:30,writing,desk\n"
        "soon,2026-03-02 09:30,writing,desk\n"
        '2026-03-02 10:00,2026-03-02 10:15,"a, ""b""",desk\n'
    )
    maps = ("time=Start", "end=End", "category=What", "device=Who")
    arguments = [part for each in maps for part in ("--map", each)]
    file = written(tmp_path, table)
    done = person.imports("csv", file, *arguments, "--zone", "Europe/Berlin")
    assert (done.returncode, done.stdout) == (1, "2 taken, 1 rejected\n"), done.stderr
    assert "line 3: " in done.stderr
    wait_until(lambda: person.events() == 2, what="two events")
    (day,) = person.days(date(2026, 3, 2), date(2026, 3, 2))
    assert day["by_category"] == {"writing": 1800.0, 'a, "b"': 900.0}
    assert day["first_at"] == "2026-03-02T08:00:00Z"


@pytest.mark.parametrize(
    ("command", "content", "reason"),
    [
        ("activitywatch", "", "not whole JSON"),
        ("activitywatch", '{"buckets": {"b": {"type": "x", "events": [{"time', "not whole JSON"),
        ("activitywatch", {"days": []}, "not an export of ActivityWatch"),
        ("activitywatch", [], "not an export of ActivityWatch"),
        ("activitywatch", {"buckets": {"b": {"events": []}}}, "'b' has no type"),
        ("activitywatch", "\x7fELF", "not whole JSON"),
        ("wakatime", {"buckets": {}}, "not a dump of WakaTime"),
        ("wakatime", {"days": [{"date": "2026-03-02", "grand_total": {}}]}, "daily totals"),
        ("wakatime", '{"days": [{"heartbeats": [{"time": 1}, {"ti', "not whole JSON"),
        ("csv", "when,what\n1,2\n", "line 1: there is no column 'at'"),
        ("csv", "at,what\n1,2\n3\n", "line 3: columns: 1, in the first line 2"),
        ("csv", 'at,what\n1,"2\n', "line 3: not such a table"),
        ("csv", "", "line 1: there is no column 'at'"),
    ],
)
def test_a_broken_or_foreign_file_is_refused_in_one_line_and_nothing_is_posted(
    person: Person, tmp_path: Path, command: str, content: Any, reason: str
) -> None:
    arguments = ["--map", "time=at"] if command == "csv" else []
    done = person.imports(command, written(tmp_path, content), *arguments)
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith("timeflow: ")
    assert reason in line
    assert person.events() == 0


def test_a_server_that_refuses_is_told_in_one_line(person: Person, tmp_path: Path) -> None:
    file = written(tmp_path, export(bucket("b", "currentwindow", [event(0, 1, app="a")])))
    wrong = "3f5ed3a4-1c4b-4d8b-9d5e-0123456789ab"
    done = person.imports("activitywatch", file, TIMEFLOW_KEY=wrong)
    assert (done.returncode, "answered 401" in done.stderr) == (2, True)
    done = person.imports("activitywatch", file, TIMEFLOW_KEY="")
    assert (done.returncode, "API key" in done.stderr) == (2, True)
    done = person.imports("activitywatch", tmp_path / "nothing")
    assert (done.returncode, "No such file" in done.stderr) == (2, True)


def test_another_server_can_be_imported_by_its_address(
    instance: WebInstance, person: Person, tmp_path: Path
) -> None:
    file = written(tmp_path, export(bucket("b", "currentwindow", [event(0, 30, app="a")])))
    assert person.imports("activitywatch", file).returncode == 0
    wait_until(lambda: person.events() == 1, what="the event")
    other = Person(instance, "other")
    source = instance.url.replace("//", f"//user:{person.key}@")
    done = other.imports("activitywatch", source)
    assert (done.returncode, done.stdout) == (0, "1 taken, 0 rejected\n"), done.stderr
    wait_until(lambda: other.events() == 1, what="the copy")


def test_the_days_of_twenty_thousand_events_equal_the_reference(
    person: Person, tmp_path: Path
) -> None:
    """Two watchers of one desk for a week, and an absence of half an hour each hour."""
    buckets: list[dict[str, Any]] = []
    events: list[UsageEvent] = []
    for name, kind, field, category in (
        ("window", "currentwindow", "app", "app"),
        ("web", "web.tab.current", "url", "browsing"),
    ):
        own = []
        for n in range(10_000):
            second, duration = 61 * n + (13 if name == "web" else 0), 5 + n % 70
            entity = f"{name} {n % 7}"
            at = f"{_iso(second)}+00:00"
            own.append({"timestamp": at, "duration": duration, "data": {field: entity}})
            events.append(_event(second, duration, name, entity=entity, category=category))
        buckets.append(bucket(name, kind, own[::-1]))
    away = []
    for hour in range(160):
        at = f"{_iso(3600 * hour)}+00:00"
        away.append({"timestamp": at, "duration": 1800, "data": {"status": "afk"}})
        events.append(_event(3600 * hour, 1800, "afk", entity="afk", is_presence=True))
    buckets.append(bucket("afk", "afkstatus", away))

    done = person.imports("activitywatch", written(tmp_path, export(*buckets)))
    assert (done.returncode, done.stdout) == (0, "20160 taken, 0 rejected\n"), done.stderr
    expected = reference(events, (Period(),))

    def found() -> list[dict[str, Any]]:
        return person.days(min(expected), max(expected))

    total = sum(row["active_us"] for row in expected.values()) / SECOND_US
    wait_until(lambda: sum(day["active_s"] for day in found()) == total, what=f"{total} s in all")
    for day in found():
        row = expected[date.fromisoformat(day["date"])]
        assert day["active_s"] == row["active_us"] / SECOND_US
        assert day["focus_s"] == row["focus_us"] / SECOND_US
        for name in ("by_category", "by_device"):
            assert day[name] == {key: us / SECOND_US for key, us in row[name].items()}


def _iso(second: int) -> str:
    begin = datetime(2026, 3, 2, 8, tzinfo=UTC)
    return (begin + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S")


def _event(second: int, duration: int, name: str, **fields: Any) -> UsageEvent:
    return usage_event(
        BEGIN + second * SECOND_US,
        duration=duration * SECOND_US,
        id=f"{name}-{second}",
        source=name,
        device="desk",
        project="",
        **{"category": "", **fields},
    )
