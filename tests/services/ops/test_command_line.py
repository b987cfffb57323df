"""What an operator does on the command line, against a running instance: all that HTTP can."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest
from redis import Redis

from models.uuid7 import uuid7
from pipeline.events import UsageEvent
from pipeline.steps.identity import identify
from tests.instance import PASSWORD
from tests.services.ops.shop import Shop
from tests.sql import sql
from web.api import ROUTES

pytestmark = pytest.mark.services

NOON_US = 1_772_884_800_000_000
#: The role tells these, so a person's commands or none go there.
NOT_AT_THE_COMMAND_LINE = {("GET", "/metrics")}
#: Words that cannot be done, the exit code, and what is said.
REFUSED: tuple[tuple[tuple[str, ...], int, str], ...] = (
    (("dlq", "show", "not an id"), 1, "id"),
    (("dlq", "show", str(UUID(int=1))), 1, "no such thing"),
    (("dlq", "replay"), 2, "which letters"),
    (("dlq", "replay", "--state", "open", "--yes"), 1, "matches no dead letter"),
    (("dlq", "replay", str(UUID(int=1)), "--state", "open"), 2, "either"),
    (("dlq", "replay", str(UUID(int=1)), "--yes"), 1, "No dead letter"),
    (("dlq", "edit", str(UUID(int=1)), "--set", "time=1", "--yes"), 2, "/FIELD=VALUE"),
    (("pause", "lost"), 1, "no such thing"),
    (("pause", "usage", "--partition", "99"), 1, "partition"),
    (("rebuild",), 1, "One of user, filter and all"),
    (("rebuild", "--user", str(UUID(int=1))), 1, "No user"),
    (("jobs", "show", str(UUID(int=1))), 1, "no such thing"),
    (("jobs", "--state", "lost"), 1, "state"),
)


class Operator:
    """Types commands at an instance."""

    def __init__(self, home: Path, shop: Shop) -> None:
        self.home, self.shop = home, shop
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": str(home), "COLUMNS": "200", "TZ": "UTC",
        }  # fmt: skip
        login = ("--server", shop.web.url, "--email", "person@example.org", "--password", PASSWORD)
        self.says("login", "--ops", *login)

    def run(self, *words: str, answers: str = "", **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", *words],
            env={**self.environment, **more},
            cwd=self.home,
            capture_output=True,
            input=answers,
            text=True,
            timeout=60,
        )

    def says(self, *words: str, code: int = 0, answers: str = "", **more: str) -> str:
        done = self.run(*words, answers=answers, **more)
        assert done.returncode == code, (words, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def data(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.says(*words, "--json", code=code))

    def bury(self, id: str, *, time: int = NOON_US, error: str = "ValueError") -> str:
        """A dead letter of the operator's own events."""
        user = UUID(self.shop.web.request("GET", "/me", token=self.shop.token)[1]["id"])
        event = identify(UsageEvent(user, "api", id, "", "usage.heartbeat", time, NOON_US))
        letter = uuid7()
        sql(
            self.shop.environment["DATABASE_URL"],
            'INSERT INTO dead_letter (id, stage, topic, partition, "offset", index, tag, user_id,'
            " event, state, error_class, error_message, traceback, attempts, code_version)"
            " VALUES (%s, 'usage', 'usage', %s, %s, 0, 't', %s, %s, 'open', %s, 'no', 'trace', 1,"
            " '1')",
            (
                str(letter), user.int % 2**32 % 4, letter.int % 10**9, str(user),
                msgspec.json.encode(event), error,
            ),
        )  # fmt: skip
        return str(letter)


@pytest.fixture
def operator(tmp_path: Path, shop: Shop) -> Operator:
    (tmp_path / "home").mkdir()
    return Operator(tmp_path / "home", shop)


def test_whatever_http_can_do_for_operators_the_command_line_can(operator: Operator) -> None:
    """Every command is used, as a person would; the access log tells where that went."""
    good, bad = operator.bury("good"), operator.bury("bad", time=-5)
    deadly = operator.bury("deadly", error="Quarantined")

    listed = operator.says("dlq", "list", "--state", "open")
    assert good in listed
    assert "3 in all: 3 open" in listed
    assert operator.data("dlq", "list", "--error", "Quarantined")["total"] == 1
    shown = operator.says("dlq", "show", bad)
    assert "trace" in shown
    assert '"time": -5' in shown

    assert "1 dead letters" in operator.says("dlq", "replay", good, "--dry-run")
    assert "Aborted" in operator.says("dlq", "replay", good, code=1, answers="n\n")
    assert "1 applied" in operator.says("dlq", "replay", good, "--wait", answers="y\n")
    told = operator.says("dlq", "replay", "--q", '"bad"', "--yes", "--wait", code=3)
    assert "1 failed_again" in told
    edit = ("dlq", "edit", bad, "--set", f"/time={NOON_US}", "--yes", "--wait")
    assert operator.data(*edit)["results"] == {"applied": 1}
    assert "Before it was edited" in operator.says("dlq", "show", bad)
    assert operator.data("release", "usage", deadly, "--wait")["results"] == {"applied": 1}
    other = operator.bury("other")
    job = operator.data("dlq", "discard", other, "--yes", "--wait")
    assert job["results"] == {"discarded": 1}

    assert "usage running: 4 of 4 partitions owned" in operator.says("stages")
    assert "usage paused" in operator.says("pause", "usage", "--reason", "a new rule")
    assert "a new rule" in operator.says("stages")
    slow = operator.bury("slow")
    job = operator.data("dlq", "replay", slow, "--yes")
    assert "running, 0 of 1" in operator.says("jobs", "show", job["id"])
    assert operator.data("jobs", "cancel", job["id"])["state"] == "cancelled"
    assert "1 waiting" in operator.says("jobs")
    assert "running" in operator.says("resume", "usage")
    assert "1 applied" in operator.says("jobs", "continue", job["id"], "--wait")
    assert operator.data("jobs", "watch", job["id"])["state"] == "done"
    assert slow in operator.says("jobs", "items", job["id"])

    sql(operator.shop.environment["DATABASE_URL"], "UPDATE daily_activity SET active_us = 7")
    assert "1 different" in operator.says("rebuild", "--all", "--wait", code=3)
    operator.says("rebuild", "--all", "--write", "--wait", code=3)
    assert "1 equal" in operator.says("rebuild", "--all", "--wait")

    with Redis.from_url(operator.shop.environment["REDIS_URL"]) as redis:
        redis.xgroup_create("{timeflow:usage:2}", "timeflow-retired", "0")
    assert "timeflow-retired" in operator.says("streams")
    assert "is forgotten" in operator.says("streams", "forget", "timeflow-retired")
    told = operator.says("streams")
    assert "timeflow-usage" in told
    assert "Outbox: 0 changes wait" in told
    assert "No erasures" in operator.says("erasures")
    assert "dlq.replay" in operator.says("audit")
    intact = operator.says("audit", "verify")
    anchor = re.search(r"Note elsewhere: (\S+)", intact)
    assert anchor
    operator.says("audit", "verify", "--anchor", anchor[1])
    operator.says("audit", "verify", "--anchor", f"1:{'0f' * 32}", code=3)

    assert _operators_routes() - _reached(operator.shop) == set()


def test_an_editor_opens_on_a_letter_and_what_was_written_is_applied(
    operator: Operator, tmp_path: Path
) -> None:
    id = operator.bury("bad", time=-5)
    editor = tmp_path / "editor"
    editor.write_text(f'#!/bin/sh\nsed -i \'s/"time": -5/"time": {NOON_US}/\' "$1"\n')
    editor.chmod(0o755)
    told = operator.says("dlq", "edit", id, "--yes", "--wait", EDITOR=str(editor))
    assert "1 applied" in told
    unchanged = operator.run("dlq", "edit", id, "--yes", EDITOR="true")
    assert unchanged.returncode == 1


def test_what_cannot_be_done_is_told_in_one_line(operator: Operator) -> None:
    for words, code, says in REFUSED:
        told = operator.says(*words, code=code)
        assert says.lower() in told.lower(), words


def test_a_key_without_the_scope_gets_nothing(operator: Operator) -> None:
    key = operator.shop.web.api_key(operator.shop.token, "read", "write")
    told = operator.says("stages", "--key", key, code=1)
    assert "do not allow it" in told


def _operators_routes() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = {
        (route.method, route.path) for route in ROUTES if "ops" in route.tags
    }
    return found - NOT_AT_THE_COMMAND_LINE


def _reached(shop: Shop) -> set[tuple[str, str]]:
    """The routes that the access log tells of, with success."""
    patterns = [
        (route.method, re.compile(re.sub(r"{\w+}", "[^/]+", route.path)), route.path)
        for route in ROUTES
    ]
    found: set[tuple[str, str]] = set()
    for line in shop.web.log.read_text().splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        if entry.get("event") == "request" and entry["status"] < 300:
            found |= {
                (method, path)
                for method, pattern, path in patterns
                if method == entry["method"] and pattern.fullmatch(entry["path"])
            }
    return found
