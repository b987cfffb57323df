"""A new stage is one new file in `agents`: it runs, operators see it, trimming waits for it."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import agents
from pipeline.embedded.postgres import Postgres
from tests.instance import EMBEDDED, WebInstance, wait_until
from tests.sql import sql

pytestmark = pytest.mark.services

FILE = '''
"""Counts how often people were described."""

from collections.abc import Sequence
from uuid import UUID

from pipeline import topics
from pipeline.events import ProfileChanged
from pipeline.stage import stage
from pipeline.transaction import Transaction


@stage(
    "counting", topic=topics.PROFILES, event=ProfileChanged, follows=True, after="segmentation"
)
def counting(users: Sequence[UUID], transaction: Transaction) -> None:
    """Nothing but to have been here."""
'''


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[WebInstance]:
    """`timeflow up` whose agents are ours and one more."""
    ours = Path(agents.__path__[0])
    shutil.copytree(ours, tmp_path / "code/agents")
    (tmp_path / "code/agents/counting.py").write_text(FILE)
    root = str(ours.parent)
    path = os.pathsep.join((str(tmp_path / "code"), root))
    environment = {**EMBEDDED, "DATA_DIR": str(tmp_path / "data"), "PYTHONPATH": path}
    instance = WebInstance(["up"], tmp_path / "log", environment)
    instance.start_ready(60)
    yield instance
    instance.stop()


def test_a_new_stage_is_one_new_file(instance: WebInstance) -> None:
    login = instance.register()
    token, user = login["access_token"], login["user"]["id"]
    event = {"type": "usage.interval", "time": "2026-03-02T09:00:00Z", "duration": 600}
    body = {"events": [{**event, "entity": "x", "device": "d"}]}
    assert instance.request("POST", "/events", body, token)[0] == 202
    url = Postgres(Path(instance.environment["DATA_DIR"]) / "postgres").url
    done = "SELECT done_rev FROM stage_progress WHERE stage = 'counting' AND user_id = %s"
    wait_until(lambda: sql(url, done, (user,)), what="the stage to have followed")

    stages = instance.request("GET", "/ops/stages", token=token)[1]["items"]
    assert {each["stage"]: each["state"] for each in stages}["counting"] == "running"
    standing = instance.request("GET", "/ops/streams", token=token)[1]["items"]
    assert {(each["topic"], each["group"]) for each in standing} >= {
        ("profiles", "timeflow-counting"),
        ("profiles", "timeflow-recommendation"),
    }
