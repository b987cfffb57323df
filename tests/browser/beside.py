"""What an operator has done beside the browser, for stories of the operator's page."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from playwright.sync_api import Page, expect
from redis import Redis as StrictRedis

from pipeline.embedded.postgres import Postgres
from pipeline.embedded.redis import Redis
from pipeline.events import UsageEvent
from pipeline.intake import Intake
from pipeline.redis_streams.connections import Connections
from pipeline.redis_streams.keys import Keys
from pipeline.settings import Settings
from pipeline.steps.identity import identify
from tests.browser.demo import Demo
from tests.browser.eyes import Eyes
from tests.instance import wait_until
from tests.sql import sql

NOON_US = 1_772_884_800_000_000
#: What people may write: long, from right to left, markup, beyond the first plane.
ODD = "<b>مرحبا</b> 😀 " * 600


class Operator:
    """What an operator does beside the browser."""

    def __init__(self, demo: Demo) -> None:
        self._demo = demo
        self._token = self._log_in("operator@demo.example")["access_token"]
        self._person = UUID(self._log_in("person@demo.example")["user"]["id"])

    def get(self, path: str) -> Any:
        """What is there."""
        status, answer = self._demo.request("GET", path, token=self._token)
        assert status == 200, answer
        return answer

    def post(self, path: str, body: object) -> None:
        """Do it."""
        status, answer = self._demo.request("POST", path, body, self._token)
        assert status < 300, answer

    def bury(self, colour: str, number: int) -> list[str]:
        """Letters of events of a newer version, which know colours; their ids, the newest first."""
        # Playwright's own loop runs in this thread.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, self._append(colour, number)).result()
        path = f"/ops/dlq?state=open&q={colour}"
        wait_until(lambda: self.get(path)["total"] == number, what="dead letters")
        return [item["id"] for item in self.get(path)["items"]]

    def quarantine(self, colour: str, number: int) -> None:
        """As many whose events ended processes, of code that knows no colours and is mended now."""
        for id in self.bury(colour, number):
            sql(
                Postgres(self._data / "postgres").url,
                "UPDATE dead_letter SET error_class = 'Quarantined', event = convert_to("
                " replace(convert_from(event, 'UTF8'), %s, ''), 'UTF8') WHERE id = %s",
                (f',"colour":"{colour}"', id),
            )

    def leave(self, group: str) -> None:
        """A group of a stage that was renamed since: it only keeps entries."""
        with StrictRedis.from_url(self._redis_url) as redis:
            redis.xgroup_create(Keys("timeflow").log("usage", 2), group, "0")

    @property
    def _data(self) -> Path:
        return Path(self._demo.environment["DATA_DIR"])

    @property
    def _redis_url(self) -> str:
        return Redis(self._data / "redis", maxmemory_bytes=1).url

    async def _append(self, colour: str, number: int) -> None:
        connections = Connections(self._redis_url, timeout_s=5)
        intake = Intake(connections, Settings(redis_url=self._redis_url))
        for n in range(number):
            id = f"{colour}-{n}"
            event = identify(
                UsageEvent(self._person, "api", id, "", "usage.heartbeat", NOON_US, NOON_US)
            )
            known = {**msgspec.to_builtins(event), "data": {"note": ODD}}
            newer = {**known, "colour": colour}
            await intake.append(self._person, [msgspec.json.encode(newer)])
        await intake.close()
        await connections.close()

    def _log_in(self, email: str) -> Any:
        body = {"email": email, "password": self._demo.password}
        status, answer = self._demo.request("POST", "/auth/login", body)
        assert status == 200, answer
        return answer


def opened(eyes: Eyes, search: str = "") -> Page:
    """The page at a part of the URL."""
    eyes.page.goto(f"/app/ops{search}")
    expect(eyes.page.get_by_role("heading", name="Ops", level=1)).to_be_visible()
    return eyes.page
