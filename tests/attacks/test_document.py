"""Thousands of requests made from the document, good, bad and in sequence: it keeps its word."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.instance import PASSWORD, SECRETS, UNLIMITED, WebInstance

pytestmark = [pytest.mark.services, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
EMAIL = "operator@example.org"

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_headers_conformance", "response_schema_conformance", "unsupported_method",
    "allow_header_conformance", "ignored_auth", "use_after_free",
)  # fmt: skip
#: What would end the login of whoever asks, and with it the test, and what has no end; each has
#: tests of its own.
LEFT_OUT = ("/auth/logout", "/me/sessions/{id}", "/live")

EXAMPLES = 12
#: The bounds of every parameter are the same for every seed: one run tries them.
PHASES = {"fixed": "examples,coverage,fuzzing,stateful", "random": "examples,fuzzing,stateful"}
CASES = {"fixed": 1500, "random": 800}


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """Everything in one process, limits too high to be met."""
    instance = WebInstance(
        ["up"],
        tmp_path / "up.log",
        {
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "DATA_DIR": str(tmp_path / "data"),
            **SECRETS,
            "REGISTRATION": "open",
            "PASSWORD_COST": "4",
            **UNLIMITED,
        },
    )
    instance.start_ready()
    instance.register(EMAIL)
    yield instance
    instance.stop()


# The fixed one once found a URL longer than the parser takes.
@pytest.mark.parametrize("kind", ["fixed", "random"])
def test_no_answer_is_a_failure_or_outside_the_document(
    instance: WebInstance, tmp_path: Path, kind: str
) -> None:
    seed = 3531098425 if kind == "fixed" else random.randrange(2**32)
    print(f"schemathesis --seed {seed}")  # noqa: T201 - to be run again
    report = _attack(instance, tmp_path, seed, PHASES[kind])
    assert report["complete"]
    assert not report["errors"]
    assert report["test_cases"]["generated"] >= CASES[kind]
    statuses = _statuses(instance.log)
    assert not [status for status in statuses if status >= 500], statuses
    # The attacker was let in, so that it met more than the door: what share succeeds is chance,
    # not one attack that never got past it.
    successes = sum(count for status, count in statuses.items() if status < 300)
    assert successes > sum(statuses.values()) / 10, statuses
    assert "Traceback" not in instance.log.read_text()


def _attack(instance: WebInstance, directory: Path, seed: int, phases: str) -> Any:
    report = directory / "report.json"
    left_out = [part for path in LEFT_OUT for part in ("--exclude-path", path)]
    done = subprocess.run(
        [str(Path(sys.executable).parent / "schemathesis"), "run", f"{instance.url}/openapi.json",
         "--checks", ",".join(CHECKS), "--seed", str(seed), "--max-examples", str(EXAMPLES),
         "--phases", phases,
         "--generation-database", "none", "--continue-on-failure", "--no-color",
         "--report-json-path", str(report), *left_out],
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.attacks.schemathesis_login",
            "PYTHONPATH": str(ROOT),
            "LOGIN_URL": instance.url,
            "LOGIN_EMAIL": EMAIL,
            "LOGIN_PASSWORD": PASSWORD,
        },
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]
    return json.loads(report.read_text())


def _statuses(log: Path) -> Counter[int]:
    lines = (json.loads(line) for line in log.read_text().splitlines() if line.startswith("{"))
    return Counter(line["status"] for line in lines if line["event"] == "request")
