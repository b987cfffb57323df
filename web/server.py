"""The web server: all routes on one aiohttp application, and the service that runs it."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Coroutine
from importlib.metadata import version
from typing import Any

import mode
import peewee
import structlog
from aiohttp import web

from models import idempotency, invites, password_resets, revocations, sessions
from pipeline.calendar_refresh import refresh_again_and_again
from web.api import ROUTES
from web.boundary import boundary, elsewhere
from web.context import Context
from web.docs import DOCUMENT
from web.door import Runner
from web.endpoint import endpoint
from web.openapi import document
from web.page import add_page
from web.routes import Route

_PURGE_EVERY_S = 3600.0
_BACKLOG = 1024

_log = structlog.get_logger(__name__)


class AddressTaken(Exception):
    """Somebody else listens where the API should, or this process may not."""


def make_app(context: Context) -> web.Application:
    """The application; it closes the context when it ends."""
    settings = context.settings
    app = web.Application(client_max_size=settings.max_body_bytes)
    around = boundary(settings)
    for path, routes in _by_path():
        resource = app.router.add_resource(path)
        for route in routes:
            handler = around(endpoint(route, context), route.method, path)
            resource.add_route(route.method, handler)
        others = elsewhere(settings, [route.method for route in routes])
        resource.add_route("*", around(others, "any", path))
    add_page(app, around)
    app.router.add_route("*", "/{elsewhere:.*}", around(elsewhere(settings), "any", "none"))
    app[DOCUMENT] = _document()

    async def beside_requests(_: web.Application) -> AsyncIterator[None]:
        await context.revocations.try_to_look()
        await context.redactions.try_to_look()
        tasks = [asyncio.create_task(each) for each in _beside(context)]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await context.close()

    async def end_streams(_: web.Application) -> None:
        context.followers.close()

    app.on_shutdown.append(end_streams)
    app.cleanup_ctx.append(beside_requests)
    return app


@functools.cache
def _document() -> dict[str, Any]:
    """Made once: half of what it takes to make an application."""
    return document(ROUTES, version("timeflow"))


def _by_path() -> list[tuple[str, list[Route]]]:
    """The routes of each path; what is fixed comes before what has a parameter there."""
    paths: dict[str, list[Route]] = {}
    for route in ROUTES:
        paths.setdefault(route.path, []).append(route)
    return sorted(paths.items(), key=lambda one: "{" in one[0])


class Web(mode.Service):
    """Listens from start to stop; stopping takes no more and finishes what was begun."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._runner: Runner | None = None

    async def on_start(self) -> None:
        """Listen; raises `AddressTaken`."""
        settings = self._context.settings
        self._runner = Runner(
            make_app(self._context),
            access_log=None,
            # Also of a connection that has not sent the whole head of its first request.
            keepalive_timeout=settings.idle_connection_s,
            # The stages stop after the API and need most of the time; aiohttp may wait twice.
            shutdown_timeout=settings.grace_s / 4,
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, settings.host, settings.port, backlog=_BACKLOG)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            address = f"{settings.host}:{settings.port}"
            raise AddressTaken(f"cannot listen on {address}: {error.strerror}") from error

    async def on_stop(self) -> None:
        """Close the door, wait for those inside and for what they left to be appended."""
        if self._runner:
            await self._runner.cleanup()
        await self._context.intake.close()


def _beside(context: Context) -> tuple[Coroutine[None, None, None], ...]:
    return (
        context.revocations.watch(),
        context.redactions.watch(),
        context.followers.watch(),
        refresh_again_and_again(context.settings, context.database),
        _purge(context),
    )


async def _purge(context: Context) -> None:
    settings = context.settings
    while True:
        with contextlib.suppress(peewee.OperationalError, peewee.InterfaceError):
            await context.database.run(sessions.purge)
            await context.database.run(invites.purge)
            await context.database.run(password_resets.purge)
            await context.database.run(idempotency.purge, settings.idempotency_s)
            await context.database.run(revocations.purge, 2 * settings.access_token_s + 3600)
        await asyncio.sleep(_PURGE_EVERY_S)
