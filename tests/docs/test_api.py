"""The page of curl calls does what it says, from the first to the last."""

import csv
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.instance import SECRETS, WebInstance

pytestmark = pytest.mark.services

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """Everything in one process, with nobody registered yet."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    instance = WebInstance(
        ["up"], tmp_path / "up.log", {**servers, **SECRETS, "DATA_DIR": str(tmp_path / "data")}
    )
    instance.start_ready()
    yield instance
    instance.stop()


def test_every_call_of_the_page_succeeds_and_the_last_is_the_week(instance: WebInstance) -> None:
    script = "\necho\n".join(BLOCKS)
    assert len(re.findall(r"\bcurl [^-(]", script)) >= 20
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={"PATH": os.environ["PATH"], "TIMEFLOW": instance.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    head, *rows = csv.reader(done.stdout.strip().splitlines()[-3:])
    assert head == ["project", *(f"2026-03-0{day}" for day in range(2, 9)), "total"]
    # A task's hour and a quarter, and an hour that a device saw.
    assert rows[0] == ["Website", "2.2500", *["0.0000"] * 6, "2.2500"]
    assert rows[1][0] == "total"
