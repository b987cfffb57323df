"""`timeflow db reset` and `timeflow migrate`: from nothing to a database and back."""

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from tests.instance import EMBEDDED, SECRETS, WebInstance
from tests.sql import sql

pytestmark = pytest.mark.services


def timeflow(*arguments: str, cwd: Path, environment: dict[str, str]) -> str:
    return subprocess.run(
        [sys.executable, "-m", "timeflow", *arguments],
        env={**os.environ, **environment},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def test_embedded_data_is_deleted_and_the_keys_stay(tmp_path: Path) -> None:
    data = tmp_path / "data"
    instance = WebInstance(["web", "--data-dir", str(data)], tmp_path / "log", EMBEDDED)
    instance.start_ready()
    instance.register()
    instance.stop()
    key = (data / "jwt_key").read_text()

    said = timeflow("db", "reset", "--data-dir", str(data), cwd=tmp_path, environment=EMBEDDED)
    assert said == "All data is deleted.\n"
    assert (data / "jwt_key").read_text() == key

    instance.start_ready()
    instance.register()
    assert instance.stop() == 0


def test_a_database_meant_by_its_name_is_emptied_and_migrated_again(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    environment = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, **SECRETS}
    name = database_url.partition("?")[0].rpartition("/")[2]
    with closing(Redis.from_url(redis_url)) as client:
        client.mset({"{timeflow:usage:0}:state": "ours", "somebody:else": "theirs"})
        timeflow("db", "reset", "--yes-i-mean", name, cwd=tmp_path, environment=environment)
        assert client.keys("*") == [b"somebody:else"]

    said = timeflow("migrate", cwd=tmp_path, environment=environment)
    assert said.startswith("applied 0001_spine\n")
    assert timeflow("migrate", cwd=tmp_path, environment=environment) == ""
    assert sql(database_url, "SELECT count(*) FROM account") == [(0,)]
