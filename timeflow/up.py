"""`timeflow up`: everything in one process, told when it is there, with demo people if wished."""

import asyncio

import aiohttp
import click
import mode

from pipeline.settings import Settings
from timeflow import database, demo, runtime
from timeflow.refusals import Refused

_POLL_S = 0.05


def run(settings: Settings, demo_people: int, *, reset: bool) -> None:
    """Run everything until a signal."""
    if reset:
        _reset(settings, demo_people)
    runtime.run(
        settings,
        stages=(),
        with_web=True,
        with_relay=True,
        alone=True,
        last=lambda reachable: Welcome(reachable, demo_people),
    )


def _reset(settings: Settings, demo_people: int) -> None:
    if not demo_people:
        raise Refused("--reset goes with --demo; `timeflow db reset` deletes all data")
    if settings.database_url or settings.redis_url:
        raise Refused("--demo --reset deletes embedded data only: DATABASE_URL or REDIS_URL is set")
    database.reset_embedded(settings)


class Welcome(mode.Service):
    """Waits until the API can serve, says where it is, and makes the demo people."""

    def __init__(self, settings: Settings, demo_people: int) -> None:
        super().__init__()
        self._settings = settings
        self._demo_people = demo_people

    @mode.Service.task
    async def _welcome(self) -> None:
        settings = self._settings
        host = "127.0.0.1" if settings.host in ("0.0.0.0", "::", "") else settings.host  # noqa: S104
        address = f"http://{host if ':' not in host else f'[{host}]'}:{settings.port}"
        async with aiohttp.ClientSession(address) as client:
            await _ready(client)
            click.echo(f"TimeFlow is ready: {address}")
            if self._demo_people:
                await demo.make(client, settings, self._demo_people)


async def _ready(client: aiohttp.ClientSession) -> None:
    while True:
        try:
            async with client.get("/ready") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            pass
        await asyncio.sleep(_POLL_S)
