"""`timeflow doctor`: each trouble is found, said in words, and nothing is changed."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from redis import Redis

from tests.instance import EMBEDDED, SECRETS, WebInstance, free_port
from tests.services.cli.test_refusals import answer_like_an_old_redis
from tests.sql import sql

pytestmark = pytest.mark.services

CHECKS = [
    "secrets", "settings", "data directory",
    "PostgreSQL", "PostgreSQL connections", "PostgreSQL migrations", "PostgreSQL writes",
    "PostgreSQL durability",
    "memberships",
    "Redis", "Redis eviction", "Redis memory", "Redis durability", "topics",
    "clocks", "disk", "Python", "time zones",
]  # fmt: skip


class Examined:
    """What one run of the command printed."""

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.exit_code = done.returncode
        self.findings = {one["check"]: one for one in json.loads(done.stdout)}

    def verdict(self, check: str) -> str:
        verdict: str = self.findings[check]["verdict"]
        return verdict

    def said(self, check: str) -> str:
        return f"{self.findings[check]['found']} {self.findings[check]['advice']}"

    def wrong(self) -> list[str]:
        return [name for name, one in self.findings.items() if one["verdict"] == "wrong"]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs the command with options and an environment."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "timeflow", "doctor", *arguments],
            env={**os.environ, "DATA_DIR": str(tmp_path / "data"), **environment},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def examined(
    run: Callable[..., subprocess.CompletedProcess[str]], database_url: str, redis_url: str
) -> Callable[..., Examined]:
    """Examines an instance whose servers are those of the test, unless it says otherwise."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **SECRETS}

    def examined(**environment: str) -> Examined:
        done = run("--json", **{**servers, **environment})
        assert done.returncode in (0, 1), done.stderr
        found = Examined(done)
        assert list(found.findings) == CHECKS
        assert found.exit_code == bool(found.wrong())
        return found

    return examined


@contextmanager
def configured(redis_url: str, name: str, value: str | int) -> Iterator[None]:
    """The server with another value of a setting of its own, for the length of a block."""
    with closing(Redis.from_url(redis_url, decode_responses=True)) as client:
        before = client.config_get(name)[name] or ""
        client.config_set(name, value)
        try:
            yield
        finally:
            client.config_set(name, before)


def test_all_well_is_exit_code_0(examined: Callable[..., Examined]) -> None:
    found = examined()
    assert found.exit_code == 0
    assert [name for name in CHECKS if found.verdict(name) != "ok"] in (
        [],
        ["PostgreSQL durability"],  # the tests' own server runs without fsync
        ["disk", "PostgreSQL durability"],
    )


def test_json_is_an_array_of_findings_whose_advice_is_empty_only_when_all_is_well(
    run: Callable[..., subprocess.CompletedProcess[str]], database_url: str
) -> None:
    away = f"redis://127.0.0.1:{free_port()}/0"
    done = run("--json", DATABASE_URL=database_url, REDIS_URL=away, **SECRETS)
    for one in json.loads(done.stdout):
        assert list(one) == ["check", "verdict", "found", "advice"]
        assert one["verdict"] in ("ok", "warning", "wrong")
        assert one["found"]
        assert bool(one["advice"]) == (one["verdict"] != "ok")


def test_people_read_verdicts_and_advice(
    run: Callable[..., subprocess.CompletedProcess[str]], database_url: str, redis_url: str
) -> None:
    done = run(DATABASE_URL=database_url, REDIS_URL=redis_url, **{**SECRETS, "ERASURE_WAIT_S": "9"})
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1].startswith("0 wrong, ")
    assert any(line.split()[:2] == ["ok", "Redis"] for line in lines)
    assert any("→ Set ERASURE_WAIT_S above 910" in line for line in lines)


def test_a_redis_that_is_away_is_wrong_and_stops_no_other_check(
    examined: Callable[..., Examined],
) -> None:
    found = examined(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")
    assert found.wrong() == ["Redis"]
    assert "REDIS_URL" in found.said("Redis")
    for name in ("Redis eviction", "Redis memory", "Redis durability", "topics"):
        assert found.said(name) == "Not checked: Redis cannot be asked. First see to Redis."
    assert found.verdict("PostgreSQL migrations") == "ok"
    assert found.verdict("clocks") == "ok"


def test_a_database_that_is_away_is_wrong_and_stops_no_other_check(
    examined: Callable[..., Examined],
) -> None:
    found = examined(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/nothing")
    assert found.wrong() == ["PostgreSQL"]
    assert "DATABASE_URL" in found.said("PostgreSQL")
    assert "Not checked: PostgreSQL" in found.said("PostgreSQL migrations")
    assert found.verdict("topics") == "ok"


def test_a_pending_migration_is_wrong_and_stays_pending(
    examined: Callable[..., Examined], database_url: str
) -> None:
    last = "(SELECT max(name) FROM schema_migration)"
    ((name,),) = sql(
        database_url, f"DELETE FROM schema_migration WHERE name = {last} RETURNING name"
    )
    for _ in range(2):
        found = examined()
        assert found.wrong() == ["PostgreSQL migrations"]
        assert f"Not applied: {name}." in found.said("PostgreSQL migrations")
        assert "timeflow migrate" in found.said("PostgreSQL migrations")


def test_a_database_of_a_newer_version_is_wrong(
    examined: Callable[..., Examined], database_url: str
) -> None:
    sql(database_url, "INSERT INTO schema_migration (name, applied) VALUES ('9999_future', now())")
    found = examined()
    assert found.wrong() == ["PostgreSQL migrations"]
    assert "9999_future" in found.said("PostgreSQL migrations")


def test_a_database_that_takes_no_writes_is_wrong(
    examined: Callable[..., Examined], database_url: str
) -> None:
    setting = "default_transaction_read_only"
    alter_database(database_url, f"{setting} = on")
    found = examined()
    assert found.wrong() == ["PostgreSQL writes"]
    assert setting in found.said("PostgreSQL writes")


def test_a_role_that_may_not_write_is_wrong_and_is_named(
    examined: Callable[..., Examined], database_url: str, postgres_url: str
) -> None:
    role = f"timeflow_test_{uuid4().hex[:12]}"
    sql(postgres_url, f"CREATE ROLE {role}")
    try:
        alter_database(database_url, f"role = {role}")
        found = examined()
    finally:
        sql(postgres_url, f"DROP ROLE {role}")
    assert found.wrong() == ["PostgreSQL migrations", "PostgreSQL writes", "memberships"]
    assert f"The role {role} may not write " in found.said("PostgreSQL writes")
    assert "does not tell: permission denied" in found.said("PostgreSQL migrations")


def test_a_database_that_forgets_at_a_power_cut_is_a_warning(
    examined: Callable[..., Examined], database_url: str
) -> None:
    alter_database(database_url, "synchronous_commit = off")
    found = examined()
    assert found.verdict("PostgreSQL durability") == "warning"
    assert "Set synchronous_commit = on" in found.said("PostgreSQL durability")


def test_too_few_connections_are_wrong(examined: Callable[..., Examined]) -> None:
    found = examined(WEB_DATABASE_THREADS="5000")
    assert found.wrong() == ["PostgreSQL connections"]
    assert "max_connections" in found.said("PostgreSQL connections")


def test_a_redis_that_evicts_is_wrong_and_the_advice_names_the_setting(
    examined: Callable[..., Examined], redis_url: str
) -> None:
    with configured(redis_url, "maxmemory-policy", "allkeys-lru"):
        found = examined()
    assert found.wrong() == ["Redis eviction"]
    assert "Set maxmemory-policy noeviction" in found.findings["Redis eviction"]["advice"]


def test_a_redis_too_full_for_intake_is_wrong(
    examined: Callable[..., Examined], redis_url: str
) -> None:
    with closing(Redis.from_url(redis_url)) as client:
        used = client.info("memory")["used_memory"]
    with configured(redis_url, "maxmemory", used):
        found = examined()
    assert found.wrong() == ["Redis memory"]
    assert "intake stops at 75%" in found.said("Redis memory")


def test_a_redis_without_a_limit_is_a_warning(
    examined: Callable[..., Examined], redis_url: str
) -> None:
    with configured(redis_url, "maxmemory", 0):
        found = examined()
    assert found.verdict("Redis memory") == "warning"
    assert "Set maxmemory" in found.said("Redis memory")


def test_a_redis_that_syncs_now_and_then_is_a_warning(
    examined: Callable[..., Examined], redis_url: str
) -> None:
    with configured(redis_url, "appendfsync", "everysec"):
        found = examined()
    assert found.verdict("Redis durability") == "warning"
    assert "Set appendfsync always" in found.said("Redis durability")


def test_replicas_that_are_missing_are_wrong(examined: Callable[..., Examined]) -> None:
    found = examined(STREAM_MIN_REPLICAS="1")
    assert found.wrong() == ["Redis"]
    assert "STREAM_MIN_REPLICAS" in found.said("Redis")


def test_an_old_redis_is_wrong_whatever_else_it_does_not_tell(
    examined: Callable[..., Examined],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=answer_like_an_old_redis, args=(listening,), daemon=True).start()
        found = examined(REDIS_URL=f"redis://127.0.0.1:{listening.getsockname()[1]}/0")
    assert "Redis 6.2.14 is too old" in found.said("Redis")
    assert "does not tell" in found.said("Redis memory")


def test_another_number_of_partitions_is_wrong_and_the_advice_is_the_stored_one(
    examined: Callable[..., Examined], redis_url: str
) -> None:
    with closing(Redis.from_url(redis_url)) as client:
        client.hset("{timeflow}:topics", "usage", "8")
    found = examined()
    assert found.wrong() == ["topics"]
    assert "Set PARTITIONS=8" in found.said("topics")


@pytest.mark.parametrize(
    ("key", "said"), [("", "JWT_KEY is not set"), ("secret", "JWT_KEY is weak")]
)
def test_missing_and_weak_secrets_are_wrong(
    examined: Callable[..., Examined], key: str, said: str
) -> None:
    found = examined(JWT_KEY=key)
    assert found.wrong() == ["secrets"]
    assert said in found.said("secrets")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ERASURE_WAIT_S", "910"),
        ("LEASE_S", "1"),
        ("REVOCATION_POLL_S", "6"),
        ("BREAKER_MIN_FAILURES", "201"),
    ],
)
def test_settings_that_stand_against_each_other_are_a_warning(
    examined: Callable[..., Examined], variable: str, value: str
) -> None:
    found = examined(**{variable: value})
    assert found.verdict("settings") == "warning"
    assert found.findings["settings"]["found"].startswith(f"{variable} (")


def test_a_setting_that_cannot_be_read_is_one_line_and_exit_code_2(
    run: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = run("--json", PARTITIONS="many")
    assert done.returncode == 2
    assert done.stderr.startswith("timeflow: PARTITIONS: Expected int")
    assert done.stdout == ""


@pytest.mark.parametrize("output", [(), ("--json",)], ids=["text", "json"])
@pytest.mark.parametrize(
    ("database", "redis"),
    [
        ("postgresql://somebody:hunter2@127.0.0.1:1/x", "redis://:hunter2@127.0.0.1:1/0"),
        ("postgresql://somebody:word@hunter2@localhost/x", "redis://:word@hunter2@localhost/0"),
        ("somebody:hunter2@localhost", "somebody:hunter2@localhost"),
        ("postgresql://some:word@hunter2/x@localhost/x", "redis://:word@hunter2/x@localhost"),
        ("postgresql://some:hunter2/x@localhost/x", "redis://:hunter2/x@localhost/0"),
        ("postgresql://[hunter2", "redis://[hunter2"),
        ("postgresql://some:[hunter2]@localhost/x", "redis://:[hunter2]@localhost/0"),
        ("postgresql://localhost:hunter2/x", "redis://localhost:hunter2/0"),
        ("host=localhost port=1 hunter2", "redis://localhost:1/hunter2"),
    ],
)
def test_no_secret_is_printed(
    run: Callable[..., subprocess.CompletedProcess[str]],
    output: tuple[str, ...],
    database: str,
    redis: str,
) -> None:
    keys = {"JWT_KEY": "hunter2", "PEPPER": "hunter2", "METRICS_TOKEN": "hunter2"}
    done = run(*output, DATABASE_URL=database, REDIS_URL=redis, **keys)
    assert done.returncode == 1, done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_an_instance_that_was_never_started_is_wrong_and_is_not_made(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    found = Examined(run("--json", **EMBEDDED))
    assert found.exit_code == 1
    assert found.wrong() == ["data directory", "PostgreSQL", "Redis"]
    assert "timeflow up" in found.said("data directory")
    assert list(tmp_path.iterdir()) == []


def test_a_directory_open_to_others_is_a_warning(
    examined: Callable[..., Examined], tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o755)
    (tmp_path / "data" / "TIMEFLOW").write_text("1\n")
    found = examined()
    assert found.verdict("data directory") == "warning"
    assert "chmod 700" in found.said("data directory")


def test_an_embedded_instance_is_well_while_it_runs_and_at_rest(
    run: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    instance = WebInstance(["up", "--data-dir", str(data)], tmp_path / "up.log", EMBEDDED)
    instance.start_ready()
    try:
        assert instance.process is not None
        servers = psutil.Process(instance.process.pid).children()
        assert Examined(run("--json", **EMBEDDED)).wrong() == []
        assert psutil.Process(instance.process.pid).children() == servers
        assert instance.request("GET", "/ready")[0] == 200
    finally:
        assert instance.stop() == 0
    assert "Traceback" not in instance.log.read_text()

    at_rest = Examined(run("--json", **EMBEDDED))
    assert (at_rest.exit_code, at_rest.wrong()) == (0, [])
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(p.info)]

    # A server that cannot start is wrong; the other is looked at all the same.
    (data / "redis" / "ENGINE").write_text("redis 99.0\n")
    broken = Examined(run("--json", **EMBEDDED))
    assert broken.wrong() == ["Redis"]
    assert "holds data of redis 99.0" in broken.said("Redis")
    assert broken.verdict("PostgreSQL migrations") == "ok"
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(tmp_path) in str(p.info)]


def alter_database(url: str, setting: str) -> None:
    """Give the database a setting of its own."""
    ((name,),) = sql(url, "SELECT current_database()")
    sql(url, f'ALTER DATABASE "{name}" SET {setting}')
