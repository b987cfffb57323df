"""A running instance trims what every stage has applied, and nothing else."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from tests.instance import SECRETS, WebInstance, wait_until

pytestmark = pytest.mark.services


@pytest.fixture
def instance(tmp_path: Path, database_url: str, redis_url: str) -> Iterator[WebInstance]:
    """An instance that keeps next to nothing of what was applied."""
    keep_little = {"RETENTION_BYTES": "1", "RETENTION_EVERY_S": "0.2"}
    servers = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    instance = WebInstance(["up"], tmp_path / "timeflow.log", {**servers, **SECRETS, **keep_little})
    instance.start_ready()
    yield instance
    instance.stop()


def test_only_the_entry_before_the_cursor_stays(instance: WebInstance, redis_url: str) -> None:
    token = instance.register()["access_token"]
    for minute in range(10):
        event = {"type": "usage.heartbeat", "time": f"2026-03-02T09:0{minute}:00Z"}
        status, answer = instance.request("POST", "/events", {"events": [event]}, token)
        assert status == 202, answer
    with closing(Redis.from_url(redis_url)) as client:

        def lengths() -> list[int]:
            return [int(client.xlen(f"{{timeflow:usage:{n}}}")) for n in range(16)]

        wait_until(lambda: sum(lengths()) == 1, timeout_s=15, what="all but one are trimmed")
    day = "/analytics/daily?from=2026-03-02&to=2026-03-02"
    status, answer = instance.request("GET", day, token=token)
    assert answer["days"][0]["active_s"] == 9 * 60
