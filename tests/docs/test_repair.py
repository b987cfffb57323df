"""The operator's page of repairs does what it says, from the first command to the last."""

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import msgspec
import pytest

from pipeline.events import UsageEvent
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.settings import Settings
from pipeline.steps.identity import identify
from tests.instance import SECRETS, WebInstance, wait_until

pytestmark = pytest.mark.services

PAGE = (Path(__file__).parents[2] / "docs" / "repair.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
NOON_US = 1_772_884_800_000_000


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """Everything in one process, with an operator."""
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    quick = {"JOB_POLL_S": "0.2", "DEAD_LETTER_POLL_S": "0.2", "STAGE_REPORT_S": "0.2"}
    instance = WebInstance(
        ["up"],
        tmp_path / "up.log",
        {**servers, **SECRETS, **quick, "DATA_DIR": str(tmp_path / "data")},
    )
    instance.start_ready()
    yield instance
    instance.stop()


def test_every_command_of_the_page_succeeds(
    instance: WebInstance, redis_url: str, tmp_path: Path
) -> None:
    ada = instance.register("ada@example.org")
    asyncio.run(_append(redis_url, UUID(ada["user"]["id"])))
    path, token = "/ops/dlq?state=open", ada["access_token"]
    wait_until(
        lambda: instance.request("GET", path, token=token)[1]["total"] == 3, what="dead letters"
    )
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\necho\n".join(BLOCKS)],
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "TIMEFLOW": instance.url,
        },
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    letters = instance.request("GET", "/ops/dlq", token=token)[1]
    assert letters["counts"] == {"done": 2, "discarded": 1, "open": 0, "retrying": 0}
    assert "Intact" in done.stdout


async def _append(redis_url: str, user: UUID) -> None:
    """Events of a newer version, and one that is none."""
    connections = Connections(redis_url, timeout_s=5)
    intake = Intake(connections, Settings(redis_url=redis_url))
    for n in range(2):
        event = identify(UsageEvent(user, "api", str(n), "", "usage.heartbeat", NOON_US, NOON_US))
        newer = {**msgspec.to_builtins(event), "colour": "red"}
        await intake.append(user, [msgspec.json.encode(newer)])
    await intake.append(user, [b"{garbage"])
    await intake.close()
    await connections.close()
