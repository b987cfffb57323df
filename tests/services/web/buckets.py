"""What a watcher does with a bucket, for the tests of ActivityWatch's dialect."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from pipeline.settings import Settings
from tests.services.web.api import Answer, Api
from tests.services.web.applying import apply

WINDOW = "aw-watcher-window_desk"
DATA = {"app": "Editor", "title": "main.py"}


@pytest.fixture
async def api(configured: Callable[..., Settings]) -> AsyncIterator[Api]:
    """One web process; nobody applies what lies on the stream but the test itself."""
    async with Api(configured(read_own_wait_s=0, max_bucket_events=200)) as running:
        yield running


@pytest.fixture
async def key(api: Api, token: str) -> str:
    """A key as a watcher and its dashboard have it together."""
    made = await api.key(token, "ingest", "read", "write")
    return str(made["key"])


def at(second: float, minute: int = 0) -> str:
    return f"2026-11-20T12:{minute:02}:{second:06.3f}+00:00"


def report(second: float, duration: float = 0, minute: int = 0, **data: Any) -> dict[str, Any]:
    given = {"timestamp": at(second, minute), "duration": duration, "data": data or DATA}
    return {"id": None, **given}


async def make(api: Api, key: str, bucket: str = WINDOW, type: str = "currentwindow") -> Answer:
    body = {"client": "aw-watcher", "hostname": "desk", "type": type}
    return await api.post(f"/api/0/buckets/{bucket}", key, json=body)


async def beat(api: Api, key: str, second: float, pulsetime: float = 10, **more: Any) -> Answer:
    return await api.post(
        f"/api/0/buckets/{WINDOW}/heartbeat?pulsetime={pulsetime}",
        key,
        json=report(second, **more),
    )


async def events(api: Api, key: str, bucket: str = WINDOW, **query: Any) -> list[dict[str, Any]]:
    apply(api.settings)
    answer = await api.get(f"/api/0/buckets/{bucket}/events", key, params=query)
    assert answer.status == 200, answer.body
    return list(answer.json)


async def day(api: Api, key: str) -> dict[str, Any]:
    apply(api.settings)
    answer = await api.get("/analytics/daily?from=2026-11-20&to=2026-11-20", key)
    return dict(answer.json["days"][0])
